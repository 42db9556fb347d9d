"""What a pre-flight and a law report say: the question of each topic, the sentence of each thing found.

The core gives codes and facts; a fact is named in a sentence as ``%(name)s``. Labels of the treaty's data come in the
reader's language, days as words, identifiers isolated. A structure test holds the tables to the codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from musnad.core.law.gap import Coverage
from musnad.core.law.meeting import Met
from musnad.core.law.values import Penalty
from musnad.core.preflight.values import Answer, FactValue, Found, Read, Reason, Topic, Weight, Word
from musnad.core.treaty.findings import FORM, FindingCode
from musnad.core.treaty.values import Rule
from musnad.language.speech import Speech, current, mark
from musnad.language.wording import isolate, number, write_date
from musnad.language.words import finding_told, word

SAMPLE = mark("sample: invented for the format's sake, not the law of %(state)s")

ANSWERS: Mapping[Answer, str] = {
    Answer.YES: mark("Yes"),
    Answer.NO: mark("No"),
    Answer.ONLY_IF: mark("Only if"),
    Answer.NOT_KNOWN: mark("Not known"),
}

WEIGHTS: Mapping[Weight, str] = {
    Weight.BLOCKS: mark("blocks"),
    Weight.WARNS: mark("warns"),
    Weight.ONLY_IF: mark("only if"),
    Weight.NOT_KNOWN: mark("not known"),
    Weight.NOTE: mark("note"),
    Weight.HOLDS: mark("holds"),
}

TOPICS: Mapping[Topic, str] = {
    Topic.DRAFT: mark("Is the draft whole?"),
    Topic.FIELDS: mark("Are the fields as the rules have them?"),
    Topic.WEAK_FIELDS: mark("Which fields are weak?"),
    Topic.STANDING: mark("Where do the States stand?"),
    Topic.IN_FORCE: mark("Is the treaty in force between them?"),
    Topic.BASIS: mark("Does the legal basis serve?"),
    Topic.OTHER_BASES: mark("On what else could it be asked?"),
    Topic.RESERVATIONS: mark("Has the asked State reserved or declared anything that bears on it?"),
    Topic.MEASURE_OPEN: mark("Is the measure open for this offence?"),
    Topic.SERIOUSNESS: mark("Is it a serious crime in both States?"),
    Topic.EMERGENCY: mark("Is it an emergency?"),
    Topic.OFFENCE: mark("Is it an offence in both States?"),
    Topic.DUAL_CRIMINALITY: mark("Is dual criminality a condition, and is it met?"),
    Topic.POWERS: mark("Does the asked State's law have the power?"),
    Topic.DATA_PROTECTION: mark("Does the asked State's law let the data go?"),
    Topic.AUTHORITY: mark("Is there an authority that asks, and one that answers?"),
    Topic.LANGUAGE: mark("Is the language one that the asked State takes?"),
    Topic.DECLARED: mark("What has the recipient declared?"),
    Topic.GROUNDS: mark("Which grounds of refusal are likely?"),
    Topic.USE_LIMITS: mark("Which limits on use will travel with an answer?"),
    Topic.NEXT: mark("What follows?"),
}

FOUND: Mapping[Found, str] = {
    Found.DRAFT_MEMBER_WRONG: mark("The draft's member %(member)s is not of its form."),
    Found.DRAFT_MEMBER_UNKNOWN: mark("The draft has a member that no draft has: %(member)s."),
    Found.DRAFT_MEMBER_MISSING: mark("The draft lacks the member %(member)s."),
    Found.DRAFT_TOO_LARGE: mark("The draft has %(size_octets)s octets; a message takes %(limit_octets)s."),
    Found.MEASURE_UNKNOWN: mark("%(treaty)s: the data knows no measure %(measure)s."),
    Found.SAME_STATE: mark("%(state)s would ask itself."),
    Found.FIELDS_IN_ORDER: mark("Every field is as the rules have it."),
    Found.FINDING: "%(finding)s",
    Found.WEAK: "%(rule)s",
    Found.NOTHING_WEAK: mark("No field is weak by the rules of practice."),
    Found.STATE_IS_PARTY: mark("%(state)s is a Party."),
    Found.STATE_DEPOSITED: mark("%(state)s has deposited its instrument; the treaty is not in force for it yet."),
    Found.STATE_SIGNED: mark("%(state)s has signed and, as far as known up to %(known_until)s, not joined."),
    Found.STATE_WITHDREW: mark("%(state)s has withdrawn."),
    Found.STATE_NOTHING_KNOWN: mark(
        "Of %(state)s the register, which reaches to %(known_until)s, knows neither signature nor instrument."
    ),
    Found.STATE_NOT_IN_REGISTER: mark("The register has no entry for %(state)s."),
    Found.REGISTER_OF_ANOTHER_TREATY: mark("%(treaty)s: who is a Party to it is not at hand."),
    Found.IN_FORCE_BETWEEN: mark("The treaty is in force between both."),
    Found.NOT_IN_FORCE_BETWEEN: mark(
        "The treaty is not in force between them, as far as known up to %(known_until)s (instruments counted:"
        " %(counted)s, needed: %(needed)s); another basis, or their agreement, is needed."
    ),
    Found.NOT_IN_FORCE_BY_DATA: mark(
        "The treaty is not in force, as far as known up to %(known_until)s; another basis, or their agreement, is"
        " needed."
    ),
    Found.IN_FORCE_NOT_KNOWN: mark("Whether the treaty is in force between them is not known."),
    Found.IN_FORCE_NOT_ASKED: mark("The request rests on another basis (%(basis)s), so this is not asked."),
    Found.BASIS_ACCEPTED: mark("%(state)s helps on this basis: %(basis)s."),
    Found.BASIS_NOT_ACCEPTED: mark("%(state)s does not help the asking State on this basis: %(basis)s."),
    Found.BASIS_NOT_KNOWN: mark("Whether %(state)s helps on this basis is not known: %(basis)s."),
    Found.NOTHING_RESERVED: mark("Nothing that %(state)s is known to have reserved or declared bears on it."),
    Found.RESERVED_OFFENCE: mark("What %(state)s declared bears on this offence (%(offence)s): %(text)s"),
    Found.RESERVED_MEASURE: mark("What %(state)s declared bears on this measure (%(measure)s): %(text)s"),
    Found.RESERVED_GROUND: mark("What %(state)s declared opens a ground of refusal (%(ground)s): %(text)s"),
    Found.RESERVATIONS_NOT_KNOWN: mark("What %(state)s has reserved or declared is not known."),
    Found.MEASURE_OPEN: mark("The measure is open for this class: %(offence_class)s."),
    Found.MEASURE_NOT_OPEN: mark("The measure is not open for this class: %(offence_class)s."),
    Found.OFFENCE_NOT_NAMED: mark("No offence is named, so this cannot be told."),
    Found.SERIOUS_BY_BOTH: mark(
        "Both maxima reach %(years)s years: %(asker_maximum)s where it is asked from, %(asked_maximum)s where it is"
        " asked."
    ),
    Found.SERIOUS_BY_ONE: mark(
        "Only one maximum reaches %(years)s years: %(asker_maximum)s where it is asked from, %(asked_maximum)s where it"
        " is asked. Whose law counts is not settled."
    ),
    Found.SERIOUS_BY_NEITHER: mark(
        "Neither maximum reaches %(years)s years: %(asker_maximum)s where it is asked from, %(asked_maximum)s where it"
        " is asked."
    ),
    Found.SERIOUSNESS_NOT_KNOWN: mark(
        "A maximum is not known, so whether both reach %(years)s years is not known: %(asker_maximum)s where it is"
        " asked from, %(asked_maximum)s where it is asked."
    ),
    Found.EMERGENCY_MARKED: mark("The draft is marked as an emergency: %(rule)s"),
    Found.EMERGENCY_HAS_MEASURE: mark("There is a measure of its own for emergencies: %(measure)s."),
    Found.LAW_OF_LATER_DAY: mark(
        "The law profile of %(state)s is of %(known_from)s; whether it was the law on %(day)s is not known."
    ),
    Found.OFFENCE_THERE: mark("In %(state)s it is an offence: %(offence)s. Maximum: %(maximum)s."),
    Found.OFFENCE_PARTLY: mark("In %(state)s it is an offence in part: %(offence)s. Maximum: %(maximum)s."),
    Found.OFFENCE_MISSING: mark("In %(state)s it is no offence: %(offence)s."),
    Found.OFFENCE_NOT_KNOWN: mark("Whether it is an offence in %(state)s is not known: %(offence)s."),
    Found.DUAL_NOT_ASKED: mark("Dual criminality is no condition of this measure."),
    Found.DUAL_NOT_ASKED_THERE: mark("It may be asked, but %(state)s does not ask it for this measure."),
    Found.DUAL_MET: mark("The conduct is an offence in both States: %(offence)s."),
    Found.DUAL_PARTLY: mark("The conduct is an offence in both States, in one of them only in part: %(offence)s."),
    Found.DUAL_NOT_MET: mark("The conduct is not an offence in both States: %(offence)s."),
    Found.DUAL_NOT_KNOWN: mark("Whether the conduct is an offence in both States is not known."),
    Found.DUAL_POLICY_NOT_KNOWN: mark("Whether %(state)s makes it a condition is not known."),
    Found.POWER_NOT_NEEDED: mark("This measure needs none of the procedural powers."),
    Found.POWER_THERE: mark("The law of %(state)s has the power: %(power)s. It is ordered by: %(ordered_by)s."),
    Found.POWER_PARTLY: mark("The law of %(state)s has the power in part: %(power)s. Ordered by: %(ordered_by)s."),
    Found.POWER_MISSING: mark("The law of %(state)s lacks what the measure needs: %(powers)s."),
    Found.POWER_NOT_KNOWN: mark("Whether the law of %(state)s has what the measure needs is not known: %(powers)s."),
    Found.POWER_CONDITION: mark("A condition of the power (%(power)s) in %(state)s: %(condition)s"),
    Found.POWER_FROM_MAXIMUM_MET: mark(
        "The power (%(power)s) serves from a maximum of %(least)s in %(state)s; the offence there has %(maximum)s."
    ),
    Found.POWER_FROM_MAXIMUM_NOT_MET: mark(
        "The power (%(power)s) serves only from a maximum of %(least)s in %(state)s; the offence there has %(maximum)s."
    ),
    Found.POWER_FROM_MAXIMUM_NOT_KNOWN: mark(
        "The power (%(power)s) serves only from a maximum of %(least)s in %(state)s; the offence's there is not known."
    ),
    Found.TRANSFER_FREE: mark("The law of %(state)s lets personal data go to another State."),
    Found.TRANSFER_WITH_CONDITION: mark("The law of %(state)s lets personal data go on a condition: %(condition)s"),
    Found.TRANSFER_RESTRICTED: mark("The law of %(state)s restricts the transfer of personal data."),
    Found.TRANSFER_NOT_KNOWN: mark("What the law of %(state)s says of transferring personal data is not known."),
    Found.AUTHORITY_THERE: mark("The directory lists for %(state)s: %(authorities)s."),
    Found.AUTHORITY_MEASURE_NOT_LISTED: mark("%(authorities)s has the role, but does not list this measure."),
    Found.AUTHORITY_ROLE_MISSING: mark(
        "The directory lists for %(state)s no authority with a role that is due: %(roles)s."
    ),
    Found.STATE_NOT_IN_DIRECTORY: mark("%(state)s is not in the directory: ask on paper (`musnad ask --print`)."),
    Found.AUTHORITY_UNKNOWN: mark("The directory lists no authority %(authority)s."),
    Found.DIRECTORY_NOT_AT_HAND: mark("No directory is at hand, so the authorities of %(state)s are not known."),
    Found.LANGUAGES_ACCEPTED: mark("%(state)s takes requests in: %(languages)s."),
    Found.LANGUAGE_ACCEPTED: mark("The draft is in %(language)s, which %(state)s takes."),
    Found.LANGUAGE_NOT_ACCEPTED: mark("The draft is in %(language)s; %(state)s takes %(languages)s."),
    Found.LANGUAGES_NOT_KNOWN: mark("Which languages %(state)s takes is not known."),
    Found.DECLARED: mark("%(state)s, %(kind)s on %(subject)s: %(text)s"),
    Found.GROUND_LIKELY: mark("Likely in %(state)s: %(ground)s."),
    Found.GROUND_POSSIBLE: mark("Possible in %(state)s: %(ground)s."),
    Found.GROUND_OPEN: mark("Open to %(state)s, with no sign of it: %(ground)s."),
    Found.GROUND_UNLIKELY: mark("Unlikely in %(state)s: %(ground)s."),
    Found.GROUND_NOT_KNOWN: mark("Whether %(state)s could use it is not known: %(ground)s."),
    Found.GROUND_BARRED: mark("Never a ground here: %(ground)s."),
    Found.LIMIT_MUST: mark("Always: %(limit)s."),
    Found.LIMIT_MAY: mark("If the sender sets it: %(limit)s."),
    Found.NO_LIMIT: mark("The data names none for this measure."),
    Found.FOLLOWS_MUST: mark("It must be followed by: %(measure)s."),
    Found.FOLLOWS_MAY: mark("It may be followed by: %(measure)s."),
}

REMEDIES: Mapping[FindingCode, str] = {
    FindingCode.FIELD_UNKNOWN: mark("Leave the field out, or put what it says into a field that the measure has."),
    FindingCode.FIELD_WRONG_FORM: mark("Write the value as docs/treaty.md shows for fields of this kind."),
    FindingCode.FIELD_TOO_LONG: mark(
        "Shorten it to at most %(limit)s characters or entries, ask in several requests, or send the rest as an"
        " exhibit."
    ),
    FindingCode.TIME_ZONE_MISSING: mark(
        "Give the zone: for a period a name of the IANA time zone database, such as Asia/Qatar; for a moment Z or its"
        " distance from UTC, such as +03:00."
    ),
    FindingCode.PERIOD_REVERSED: mark("Give a last day or moment that does not lie before the first."),
    FindingCode.GROUND_UNKNOWN: mark("Name a ground that the treaty data holds; docs/treaty.md lists them."),
    FindingCode.GROUND_MISSING: mark("Name at least one of the grounds that are open for the measure."),
    FindingCode.BASIS_UNKNOWN: mark("Name one of the legal bases of the treaty data, such as reciprocity."),
    FindingCode.CONFIRMATION_NOT_DUE: mark("Answer in another way: accept, refuse or report what was done."),
    FindingCode.EXTENSION_NOT_LATER: mark("Ask for a day after the present last day."),
}
"""What to do about a defect of form, on which no rule says anything."""

DRAFT_REMEDIES: Mapping[Found, str] = {
    Found.DRAFT_MEMBER_WRONG: mark("Write the member as docs/law-profiles.md shows it."),
    Found.DRAFT_MEMBER_UNKNOWN: mark("Leave the member out."),
    Found.DRAFT_MEMBER_MISSING: mark("Add the member."),
    Found.DRAFT_TOO_LARGE: mark("Ask in several requests, or send what is large as an exhibit."),
    Found.MEASURE_UNKNOWN: mark("Name a measure of this treaty; docs/measures.md lists them."),
    Found.SAME_STATE: mark("Name an authority of another State."),
}

LIMITS: Mapping[str, str] = {
    "speciality": mark("use for the named matter alone"),
    "confidentiality": mark("confidentiality"),
    "onward-consent": mark("no onward transfer without consent"),
    "return-or-deletion": mark("return or deletion"),
    "safeguards": mark("safeguards for personal data"),
}

KINDS: Mapping[str, str] = {
    "reservation": mark("a reservation"),
    "declaration": mark("a declaration"),
    "notification": mark("a notification"),
}

COVERAGES: Mapping[Coverage, str] = {
    Coverage.COVERED: mark("covered"),
    Coverage.PARTLY: mark("covered in part"),
    Coverage.MISSING: mark("missing"),
    Coverage.NOT_KNOWN: mark("not known"),
}

METS: Mapping[Met, str] = {
    Met.MET: mark("met"),
    Met.PARTLY: mark("met in part"),
    Met.NOT_MET: mark("not met"),
    Met.NOT_KNOWN: mark("not known"),
}

ORIGINS: Mapping[str, str] = {
    "register": mark("the register of Parties"),
    "law": mark("the law profile of %(state)s"),
    "directory": mark("the directory"),
    "draft": mark("the draft"),
}

_BY_TABLE: Mapping[str, Mapping[str, str]] = {"limit": LIMITS, "kind": KINDS}


def asked(topic: Topic, speech: Speech | None = None) -> str:
    """The question of a topic."""
    return (speech or current()).gettext(TOPICS[topic])


def told(reason: Reason, speech: Speech | None = None) -> str:
    """What was found, as a sentence; the provision and the note of a fact of law follow in brackets."""
    say = speech or current()
    facts = {name: fact_told(name, value, say) for name, value in reason.facts.items()}
    if reason.found is Found.FINDING:
        facts["finding"] = finding_told(_code(reason), str(reason.facts.get("about", "")), say)
    if reason.rule is not None:
        facts["rule"] = rule_says(reason.rule, say)
    if reason.state is not None:
        facts["state"] = isolate(reason.state, say)
    told_ = say.gettext(FOUND[reason.found]) % _Facts(facts, say)
    if reason.because is not None:
        told_ = say.gettext("%(found)s Why: %(because)s") % {"found": told_, "because": told(reason.because, say)}
    more = [facts[name] for name in ("provision", "note") if facts.get(name)]
    if reason.found in (Found.FINDING, Found.WEAK):
        more = [part for part in (_field_told(reason, say), _places_told(reason, say)) if part]
    return f"{told_} ({_semicolon(say).join(more)})" if more else told_


def remedy_told(reason: Reason, speech: Speech | None = None) -> str | None:
    """What to do about a defect of form; None where a rule says it, or where nothing is wrong."""
    say = speech or current()
    remedy = DRAFT_REMEDIES.get(reason.found)
    if reason.found is Found.FINDING and reason.rule is None and _code(reason) in FORM:
        remedy = REMEDIES[FindingCode(_code(reason))]
    if remedy is None:
        return None
    facts = {name: fact_told(name, value, say) for name, value in reason.facts.items()}
    return say.gettext(remedy) % _Facts(facts, say)


def rule_says(rule: Rule, speech: Speech | None = None) -> str:
    return rule.says.for_language((speech or current()).language)


def rule_told(rule: Rule, speech: Speech | None = None) -> str:
    """A rule by its name, what it says, how sure that is, and where it was read."""
    say = speech or current()
    return say.gettext("%(rule)s: %(says)s (%(certainty)s; source: %(source)s)") % {
        "rule": isolate(rule.name, say),
        "says": rule_says(rule, say),
        "certainty": word("certainty", rule.certainty, say),
        "source": isolate(rule.source, say),
    }


def read_told(read: Read, speech: Speech | None = None) -> str:
    """Where a fact was found, its source and how sure it is; that it is a sample, if it is."""
    say = speech or current()
    parts = [say.gettext(ORIGINS[read.origin]) % {"state": isolate(read.state or "", say)}]
    if read.source:
        parts.append(isolate(read.source, say))
    if read.certainty is not None and not read.sample:
        parts.append(word("certainty", read.certainty, say))
    if read.as_of is not None:
        parts.append(say.gettext("as of %(day)s") % {"day": write_date(read.as_of, say)})
    if read.sample:
        parts.append(sample_told(read.state or "", say))
    return _semicolon(say).join(parts)


def sample_told(state: str, speech: Speech | None = None) -> str:
    """What every output that rests on a sample says."""
    say = speech or current()
    return say.gettext(SAMPLE) % {"state": isolate(state, say)}


def penalty_told(penalty: Penalty, speech: Speech | None = None) -> str:
    say = speech or current()
    count = penalty.number or 0
    match penalty.unit:
        case "years":
            return say.ngettext("%(count)s year", "%(count)s years", count) % {"count": count}
        case "months":
            return say.ngettext("%(count)s month", "%(count)s months", count) % {"count": count}
        case _:
            return say.gettext("life or heavier")


def fact_told(name: str, value: FactValue, say: Speech) -> str:
    """A fact as it stands in a sentence."""
    match value:
        case Word(code, label):
            return label.for_language(say.language) if label is not None else isolate(code, say)
        case Penalty():
            return penalty_told(value, say)
        case tuple():
            return _comma(say).join(fact_told(name, one, say) for one in value)
        case date():
            return write_date(value, say)
        case int():
            return number(value)
        case _ if name in _BY_TABLE:
            known = _BY_TABLE[name].get(value)
            return say.gettext(known) if known is not None else isolate(value, say)
        case _:
            return isolate(value, say) if value else ""


class _Facts(dict[str, str]):
    """The facts of a sentence; one that is not there is not known."""

    def __init__(self, facts: Mapping[str, str], say: Speech) -> None:
        super().__init__(facts)
        self._say = say

    def __missing__(self, name: str) -> str:
        return self._say.gettext("not known")


def _code(reason: Reason) -> str:
    """The code of the treaty engine's finding."""
    return str(reason.facts.get("finding", ""))


def _comma(say: Speech) -> str:
    return "، " if say.direction == "rtl" else ", "


def _semicolon(say: Speech) -> str:
    return "؛ " if say.direction == "rtl" else "; "


def _field_told(reason: Reason, say: Speech) -> str:
    label = reason.facts.get("field")
    return fact_told("field", label, say) if label is not None else ""


def _places_told(reason: Reason, say: Speech) -> str:
    """Where in a field, and how often if more than once."""
    about, count = reason.facts.get("about", ""), reason.facts.get("count", 1)
    if reason.found is Found.FINDING and _code(reason) == FindingCode.TREATY_NOT_IN_FORCE:
        return ""  # the sentence has the day
    places = isolate(about, say) if about else ""
    if isinstance(count, int) and count > 1:
        times = say.ngettext("%(count)s place", "%(count)s places", count) % {"count": count}
        return f"{times}: {places}" if places else times
    return places
