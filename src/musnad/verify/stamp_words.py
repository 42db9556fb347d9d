"""What time stamps prove, in words: which time each bounds, of how much, by whose word; and what none of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from musnad.core.dossier.judge import Verdict
from musnad.core.dossier.stamps import StampShown
from musnad.core.kernel.names import PartyCode
from musnad.language import Speech, isolate, number, write_time

Name = Callable[[PartyCode], str]
SHOWN = 3


def proven_stamps(verdict: Verdict, say: Speech, name: Name) -> Iterator[str]:
    """The stamps of authorities that the reader trusts: of each authority the first and the last over a log."""
    for several in _by_authority(one for one in verdict.stamps if one.anchored):
        for one in several if len(several) <= SHOWN else (several[0], several[-1]):
            yield say.gettext(
                "%(covered)s of the %(entries)s entries of this case in the log of %(owner)s existed no later than "
                "%(time)s: the stamp authority %(authority)s, which you trust, stamped that log at %(size)s entries."
            ) % _facts(one, say, name)
        if len(several) > SHOWN:
            more = len(several) - 2
            yield say.ngettext(
                "%(count)s stamp of that authority between these bounds the time of fewer entries more closely; "
                "--json lists it.",
                "%(count)s stamps of that authority between these bound the times of fewer entries more closely; "
                "--json lists them.",
                more,
            ) % {"count": number(more)}


def unproven_stamps(verdict: Verdict, say: Speech, name: Name) -> list[str]:
    """What no trusted stamp covers."""
    told = [
        say.gettext(
            "that %(covered)s of the %(entries)s entries of this case in the log of %(owner)s existed at %(time)s: the "
            "stamp says so, of the authority %(authority)s, whose certificate was not given from elsewhere"
        )
        % _facts(one, say, name)
        for one in (several[-1] for several in _by_authority(one for one in verdict.stamps if not one.anchored))
    ]
    for party, entries, covered in _open(verdict.stamps):
        count = entries - covered
        sentence = say.ngettext(
            "any stamped time of %(count)s entry of this case, the latest in the log of %(owner)s: no stamp here "
            "covers it",
            "any stamped time of %(count)s entries of this case, the latest in the log of %(owner)s: no stamp here "
            "covers them",
            count,
        )
        told.append(sentence % {"count": number(count), "owner": name(party)})
    if not verdict.stamps:
        told.append(say.gettext("any time by a stamp authority: no stamp is in this file"))
    return told


def stamp_fingerprints(verdict: Verdict, say: Speech) -> Iterator[str]:
    """What to compare before an authority is trusted."""
    unknown = {one.authority: one.name for one in verdict.stamps if not one.anchored}
    if unknown:
        yield ""
        yield say.gettext(
            "Compare the fingerprint of each stamp authority's root certificate with the authority's own, then give "
            "--stamp-trust:"
        )
    for authority, called in sorted(unknown.items()):
        yield "  " + say.gettext("%(name)s: %(digest)s") % {
            "name": isolate(called, say),
            "digest": isolate(authority, say),
        }


def _by_authority(stamps: Iterable[StampShown]) -> list[list[StampShown]]:
    """The stamps of each authority over each log, the smallest tree first; those that cover nothing left out."""
    found: dict[tuple[PartyCode, str], list[StampShown]] = {}
    for one in (one for one in stamps if one.covered):
        found.setdefault((one.party, one.authority), []).append(one)
    return list(found.values())


def _open(stamps: Iterable[StampShown]) -> Iterator[tuple[PartyCode, int, int]]:
    """Of each log with stamps: how many entries of the case there are, and how many the largest stamp covers."""
    known: dict[PartyCode, tuple[int, int]] = {}
    for one in stamps:
        known[one.party] = one.entries, max(one.covered, known.get(one.party, (0, 0))[1])
    for party, (entries, covered) in sorted(known.items()):
        if covered < entries:
            yield party, entries, covered


def _facts(one: StampShown, say: Speech, name: Name) -> dict[str, str]:
    return {
        "covered": number(one.covered),
        "entries": number(one.entries),
        "owner": name(one.party),
        "time": write_time(one.at, say),
        "authority": isolate(one.name, say),
        "size": number(one.size),
    }
