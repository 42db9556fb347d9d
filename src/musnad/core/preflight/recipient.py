"""Who would answer: an authority of the asked State in the directory, and a language that it takes."""

from __future__ import annotations

from collections.abc import Iterable

from musnad.core.kernel.names import AuthorityId, PartyCode
from musnad.core.preflight.laws import read_law
from musnad.core.preflight.reservations import made_by
from musnad.core.preflight.states import read_record
from musnad.core.preflight.values import (
    AuthorityFacts,
    FactValue,
    Found,
    Known,
    Read,
    Reason,
    Topic,
    Weight,
    Word,
    of_law,
)
from musnad.core.treaty.values import Measure, Parties


def on_authority(
    known: Known, state: PartyCode, parties: Parties, measure: Measure, named: AuthorityId | None = None
) -> Reason:
    """The topic AUTHORITY: an authority of the State with one of the roles, and whether it lists the measure.

    ``named`` is the authority that a draft already names. An entry that lists no measure takes them all.
    """
    roles = tuple(Word(role, known.treaty.roles[role].label) for role in sorted(parties.roles))
    facts: dict[str, FactValue] = {"measure": Word(measure.name, measure.label), "roles": roles}

    def reason(found: Found, weight: Weight, *, read: bool = True) -> Reason:
        where = (Read("directory", state, "", None),) if read else ()
        return Reason(Topic.AUTHORITY, found, weight, state, facts, rule=parties.rule, read=where)

    if known.directory is None:
        return reason(Found.DIRECTORY_NOT_AT_HAND, Weight.NOT_KNOWN, read=False)
    listed = known.directory.get(state)
    if listed is None:
        return reason(Found.STATE_NOT_IN_DIRECTORY, Weight.ONLY_IF)
    if named is not None:
        facts["authority"] = str(named)
        listed = tuple(one for one in listed if one.id == named)
        if not listed:
            return reason(Found.AUTHORITY_UNKNOWN, Weight.WARNS)
    fitting = [one for one in listed if not parties.roles.isdisjoint(one.roles)]
    if not fitting:
        weight = Weight.ONLY_IF if named is None else of_law(parties.rule.certainty)
        return reason(Found.AUTHORITY_ROLE_MISSING, weight)
    handling = [one for one in fitting if not one.measures or measure.name in one.measures]
    facts["authorities"] = tuple(str(one.id) for one in handling or fitting)
    return reason(
        Found.AUTHORITY_THERE if handling else Found.AUTHORITY_MEASURE_NOT_LISTED,
        Weight.HOLDS if handling else Weight.ONLY_IF,
    )


def on_language(
    known: Known, state: PartyCode, *, written_in: str | None = None, named: AuthorityId | None = None
) -> Reason:
    """The topic LANGUAGE: which languages the State takes, by its notification, its law profile and the directory.

    Where a draft is written in a language, whether that is one of them. An unlisted one only warns.
    """
    rule = known.treaty.rules.get(known.practice.language_rule)
    accepted, read = _accepted(known, state, named)
    facts: dict[str, FactValue] = {"languages": tuple(accepted)}
    if written_in is not None:
        facts["language"] = written_in
    if not accepted:
        return Reason(Topic.LANGUAGE, Found.LANGUAGES_NOT_KNOWN, Weight.NOT_KNOWN, state, facts, rule=rule)
    if written_in is None:
        found, weight = Found.LANGUAGES_ACCEPTED, Weight.NOTE
    elif written_in.partition("-")[0] in {one.partition("-")[0] for one in accepted}:
        found, weight = Found.LANGUAGE_ACCEPTED, Weight.HOLDS
    else:
        found, weight = Found.LANGUAGE_NOT_ACCEPTED, Weight.WARNS
    return Reason(Topic.LANGUAGE, found, weight, state, facts, rule=rule, read=read)


def _accepted(known: Known, state: PartyCode, named: AuthorityId | None) -> tuple[list[str], tuple[Read, ...]]:
    """The languages notified to the depositary; where none are, those of the profile; then those of the authorities."""
    for one in reversed(made_by(known, state, None, None)):
        if one.record.fact.about == known.practice.language_subject and known.register is not None:
            return one.record.fact.value.split(), (read_record(known.register, one.record),)
    profile = known.profiles.get(state)
    if profile is not None and profile.languages is not None:
        return list(profile.languages.accepted), (read_law(profile, profile.languages.read),)
    found = _of_directory((known.directory or {}).get(state, ()), named)
    return found, (Read("directory", state, "", None),) if found else ()


def _of_directory(authorities: Iterable[AuthorityFacts], named: AuthorityId | None) -> list[str]:
    return sorted({language for one in authorities if named in (None, one.id) for language in one.languages})
