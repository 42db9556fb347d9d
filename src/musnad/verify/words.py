"""A verdict in words: what is proven, by whom, up to which heads; what is not; where it is damaged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musnad.core.case.limits import strictest
from musnad.core.dossier.facts import Facts, SetAside, SilenceShown
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.names import PartyCode
from musnad.core.messages.bodies import UseLimits
from musnad.language import Speech, isolate, mark, number, size, write_date, write_time
from musnad.language.seal_words import notes_told
from musnad.language.sentences import remedy, sentence
from musnad.verify.stamp_words import proven_stamps, stamp_fingerprints, unproven_stamps

FINDINGS_SHOWN = 40

CHECKS: dict[str, str] = {
    "archive": mark("the file itself"),
    "bag": mark("the bag"),
    "layout": mark("what may stand in it"),
    "directory": mark("the directory"),
    "messages": mark("signatures of messages"),
    "receipts": mark("receipts"),
    "logs": mark("logs and witnesses"),
    "stamps": mark("time stamps"),
    "case": mark("the whole of the case"),
    "exhibits": mark("exhibits"),
    "treaty": mark("treaty data"),
    "report": mark("the reports inside"),
    "export": mark("the exporter's statement"),
}


def tell(verdict: Verdict, say: Speech) -> Iterator[str]:
    """The lines of a verdict."""
    if verdict.facts is not None and verdict.facts.index.exercise:
        yield say.gettext("EXERCISE: this is not a real case.")
    if verdict.proven:
        yield say.gettext("PROVEN under the trust anchor that was given.")
    elif verdict.consistent:
        yield say.gettext("CONSISTENT, BUT NOT ANCHORED: nothing here says that these are the real Parties.")
    else:
        yield say.gettext("NOT PROVEN. Nothing in this file may be relied on as it stands.")
    if verdict.consistent and verdict.facts is not None:
        yield ""
        yield from _proven(verdict, verdict.facts, say)
        yield ""
        yield from _not_proven(verdict, verdict.facts, say)
    if verdict.consistent and not verdict.proven:
        yield ""
        yield from _fingerprints(verdict, say)
    if verdict.consistent:
        yield from stamp_fingerprints(verdict, say)
    if verdict.findings:
        yield ""
        yield from _defects(verdict.findings, say)
        yield ""
        failed = {one.check for one in verdict.findings}
        if "archive" not in failed:
            held = _list((say.gettext(name) for check, name in CHECKS.items() if check not in failed), say)
            yield say.gettext("Checked as well, and no defect found: %(checks)s.") % {"checks": held}


def _proven(verdict: Verdict, facts: Facts, say: Speech) -> Iterator[str]:
    state = facts.state
    parties = _list((_name(facts, one, say) for one in state.parties), say)
    yield say.gettext("Case %(case)s between %(parties)s.") % {"case": isolate(state.case, say), "parties": parties}
    yield say.ngettext(
        "%(count)s message, signed by its authority and by every officer it names; each recipient's receipt is here.",
        "%(count)s messages, each signed by its authority and by every officer it names; "
        "each recipient's receipt is here.",
        len(state.messages),
    ) % {"count": number(len(state.messages))}
    if facts.complete:
        yield say.gettext(
            "Complete up to the signed closings of all its Parties; what was said later, if anything, is not covered. "
            "Heads:"
        )
    else:
        yield say.gettext("Complete up to these heads, and no claim beyond them:")
    yield from (f"  {isolate(head, say)}" for head in state.heads)
    for party, log in sorted(facts.logs.items()):
        for one in log.witnessed:
            yield say.gettext(
                "Everything that stands in the log of %(owner)s existed no later than %(time)s: %(witness)s saw it."
            ) % {
                "owner": _name(facts, party, say),
                "time": write_time(one.at, say),
                "witness": _name(facts, one.party, say),
            }
    yield from proven_stamps(verdict, say, lambda party: _name(facts, party, say))
    yield from (_silence(one, say) for one in facts.silences if one.is_received)
    for seal, exhibit in sorted(facts.exhibits.items()):
        told = {
            "name": isolate(exhibit.manifest.name, say),
            "size": size(exhibit.manifest.size_octets, say),
            "authority": isolate(exhibit.manifest.sealed_by, say),
            "digest": isolate(exhibit.manifest.sha256, say),
            "seal": isolate(seal, say),
        }
        if exhibit.has_content:
            yield say.gettext("Exhibit %(name)s (%(size)s) is what %(authority)s sealed: SHA-256 %(digest)s.") % told
        else:
            yield (
                say.gettext(
                    "Exhibit %(name)s: the manifest only, signed by %(authority)s; its content is not in this file."
                )
                % told
            )
        yield from ("  " + told for told in notes_told(exhibit.manifest, say))
        known = state.exhibits.get(seal)
        limit = strictest(known.limits) if known is not None else None
        if limit is not None:
            yield "  " + say.gettext("Given under conditions: %(conditions)s.") % {
                "conditions": _list(_conditions(limit, say), say)
            }
    if verdict.exported_at is not None:
        yield say.gettext(
            "Exported by %(exporter)s on %(time)s by its clock, an officer approving, and entered in its log."
        ) % {"exporter": isolate(facts.index.exporter, say), "time": write_time(verdict.exported_at, say)}


def _conditions(limit: UseLimits, say: Speech) -> Iterator[str]:
    if limit.confidential:
        yield say.gettext("confidential")
    yield {
        "free": say.gettext("may be passed on"),
        "with-consent": say.gettext("to be passed on only with consent"),
        "forbidden": say.gettext("not to be passed on"),
    }[limit.onward]
    for purpose in (limit.purpose or "").splitlines():
        yield say.gettext("only for: %(purpose)s") % {"purpose": isolate(purpose, say)}
    if limit.until is not None and limit.at_end is not None:
        sentence = (
            say.gettext("to be returned at the end of %(day)s")
            if limit.at_end == "return"
            else say.gettext("to be destroyed at the end of %(day)s")
        )
        yield sentence % {"day": write_date(limit.until, say)}


def _not_proven(verdict: Verdict, facts: Facts, say: Speech) -> Iterator[str]:
    yield say.gettext("Not proven, and not claimed:")
    told = [say.gettext("the times that authors and recipients state, beyond the bounds above")]
    receipts = sum(len(some) for some in facts.state.receipts.values())
    if verdict.confirmed < receipts:
        count = receipts - verdict.confirmed
        told.append(
            say.ngettext(
                "that the recipient has not replaced the time of %(count)s receipt since: the author's log does not "
                "show that receipt",
                "that recipients have not replaced the times of %(count)s receipts since: the authors' logs do not "
                "show those receipts",
                count,
            )
            % {"count": number(count)}
        )
    if verdict.stale:
        told.append(
            say.ngettext(
                "that the directory was fresh for %(count)s receipt: it had expired and was in its days of grace",
                "that the directory was fresh for %(count)s receipts: it had expired and was in its days of grace",
                verdict.stale,
            )
            % {"count": number(verdict.stale)}
        )
    if verdict.unshown:
        told.append(
            say.ngettext(
                "that the author's own log holds %(count)s message: its place there was not given, or is not true",
                "that their authors' own logs hold %(count)s messages: their places there were not given, or are not "
                "true",
                verdict.unshown,
            )
            % {"count": number(verdict.unshown)}
        )
    told += unproven_stamps(verdict, say, lambda party: _name(facts, party, say))
    told += [line for one in facts.silences for line in _silence_open(one, say)]
    told += [_aside(one, say) for one in facts.aside]
    told += [
        say.gettext("what the treaty allows in request %(message)s: the data that it names, %(treaty)s, is not here")
        % {"message": isolate(one.id, say), "treaty": isolate(one.treaty, say)}
        for one in facts.unjudged
    ]
    told += [
        say.gettext("exhibit %(seal)s: it was offered, and the exporter never fetched it")
        % {"seal": isolate(seal, say)}
        for seal in facts.unfetched
    ]
    told += [
        say.gettext("step %(message)s: it has no effect in the case (%(ground)s)")
        % {"message": isolate(one.id, say), "ground": isolate(one.ground, say)}
        for one in facts.state.void
    ]
    told += [
        say.gettext("where exhibit %(seal)s was all the time: its custody has gaps, shown in the report")
        % {"seal": isolate(seal, say)}
        for seal, exhibit in sorted(facts.state.exhibits.items())
        if exhibit.gaps
    ]
    yield from (f"  - {line}" for line in told)


def _silence(one: SilenceShown, say: Speech) -> str:
    """That the other side held the request, and what became of the statement that it did not answer."""
    assert one.receipt is not None
    facts = _of_silence(one, say)
    if one.rebutted_by:
        sentence = say.gettext(
            "%(recipient)s held request %(request)s. The statement %(message)s by %(author)s that no answer came is "
            "rebutted: %(author)s had receipted %(answers)s before."
        )
    elif one.place is not None:
        sentence = say.gettext(
            "%(recipient)s held request %(request)s by its own receipt; %(author)s stated in message %(message)s that "
            "no answer had come, and nothing here rebuts it."
        )
    else:
        sentence = say.gettext(
            "%(recipient)s held request %(request)s by its own receipt; %(author)s stated in message %(message)s that "
            "no answer had come."
        )
    return sentence % facts


def _silence_open(one: SilenceShown, say: Speech) -> Iterator[str]:
    """What is not shown of a statement that no answer came."""
    facts = _of_silence(one, say)
    if one.basis == "attempts":
        yield (
            say.gettext(
                "that request %(request)s reached the other side: no receipt of it came, and of the attempts there is "
                "the word of %(author)s alone (message %(message)s)"
            )
            % facts
        )
    elif one.basis == "receipt-not-here":
        sentence = say.gettext(
            "that the other side held request %(request)s: the receipt that message %(message)s names is not here"
        )
        yield sentence % facts
    elif one.basis == "receipt-of-another":
        sentence = say.gettext(
            "that the other side held request %(request)s: the receipt that message %(message)s names is of another "
            "message or by another recipient"
        )
        yield sentence % facts
    if one.place is None:
        sentence = say.gettext(
            "whether message %(message)s, that no answer came, is rebutted: %(author)s does not show its place in its "
            "log"
        )
        yield sentence % facts
    elif one.rebutted_by and not one.is_received:
        sentence = say.gettext(
            "what message %(message)s states, that no answer came: %(author)s had receipted %(answers)s before"
        )
        yield sentence % facts


def _of_silence(one: SilenceShown, say: Speech) -> dict[str, str]:
    return {
        "message": isolate(one.id, say),
        "author": isolate(one.author, say),
        "request": isolate(one.request, say),
        "recipient": "" if one.receipt is None else isolate(one.receipt.recipient, say),
        "answers": _list((isolate(answer, say) for answer in one.rebutted_by), say),
    }


def _aside(one: SetAside, say: Speech) -> str:
    facts = {
        "message": isolate(one.id, say),
        "author": isolate(one.author, say),
        "kind": isolate(one.kind, say),
        "missing": _list((isolate(lack, say) for lack in one.missing), say),
    }
    if one.why == "not-understood":
        sentence = say.gettext(
            "what message %(message)s by %(author)s says: it is signed and received, and of a kind that is not "
            "understood here (%(kind)s)"
        )
    elif one.missing:
        sentence = say.gettext(
            "message %(message)s by %(author)s: it waits for %(missing)s, which is not here; its author named what was "
            "never said, or the exporter left it out"
        )
    else:
        sentence = say.gettext("message %(message)s by %(author)s: it follows one that waits itself")
    return sentence % facts


def _fingerprints(verdict: Verdict, say: Speech) -> Iterator[str]:
    yield say.gettext("Compare these fingerprints with the Registrar's and the Parties' own, then give --trust:")
    for version, root in enumerate(verdict.roots, 1):
        yield "  " + say.gettext("root %(version)s: %(digest)s") % {
            "version": number(version),
            "digest": isolate(root, say),
        }
    for party, witness in verdict.witnesses:
        yield "  " + say.gettext("witness of %(party)s: %(digest)s") % {
            "party": isolate(party, say),
            "digest": isolate(witness, say),
        }


def _defects(findings: tuple[Finding, ...], say: Speech) -> Iterator[str]:
    yield say.ngettext("%(count)s defect:", "%(count)s defects:", len(findings)) % {"count": number(len(findings))}
    for one in findings[:FINDINGS_SHOWN]:
        check = say.gettext(CHECKS.get(one.check, one.check))
        yield f"  - {check}: {sentence(one.error, say)} [{isolate(one.code, say)}]"
        if one.member is not None:
            yield "      " + _place(one, say)
        if one.holder is not None:
            yield "      " + say.gettext("held last by %(authority)s") % {"authority": isolate(one.holder, say)}
        advice = remedy(one.error, say)
        if advice:
            yield f"      {advice}"
    if len(findings) > FINDINGS_SHOWN:
        more = len(findings) - FINDINGS_SHOWN
        yield say.ngettext("and %(count)s more; --json lists all", "and %(count)s more; --json lists all", more) % {
            "count": number(more)
        }


def _place(one: Finding, say: Speech) -> str:
    member = isolate(one.member, say)
    if one.begin is None or one.end is None:
        return say.gettext("in %(member)s") % {"member": member}
    return say.gettext("in %(member)s, octets %(begin)s to %(end)s") % {
        "member": member,
        "begin": isolate(one.begin, say),
        "end": isolate(max(one.begin, one.end - 1), say),
    }


def _list(names: Iterable[str], say: Speech) -> str:
    return ("، " if say.language == "ar" else ", ").join(names)


def _name(facts: Facts, party: PartyCode, say: Speech) -> str:
    found = facts.parties.get(party)
    name = found.names.get(say.language, found.names.get("en", party)) if found is not None else party
    return f"{name} ({isolate(party, say)})"
