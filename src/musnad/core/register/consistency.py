"""What the standing facts of one State cannot say together. Each no names the rule, the row and the other one.

    one-signature            a State signs once
    one-instrument           a State joins once, and again only after it has left
    instrument-after-signature   ratification, acceptance and approval follow the signature
    signature-period         a signature falls between opening and closing
    withdrawal-of-a-party    who leaves had joined, and before that day
    one-withdrawal           a State leaves once for each time that it joined
    one-statement            one standing value for each thing notified that can have only one
    one-milestone            the Convention was adopted, opened and closed once

Spans are compared by what is certain of them: where two could be in the right order, nothing is said against them.
"""

from __future__ import annotations

from collections.abc import Sequence

from musnad.core.kernel.names import PartyCode
from musnad.core.register.errors import Contradiction, NothingToWithdraw
from musnad.core.register.values import CLOSING, DEPOSITS, OPENING, Entry, FactKind, Record, Register

_AFTER_SIGNATURE = DEPOSITS - {FactKind.ACCESSION}
_SINGLE_FORMS = ("languages", "yes-no")


def check_entry(register: Register, code: PartyCode) -> None:
    """``Contradiction``, or ``NothingToWithdraw``, at the first that the State's standing facts hold."""
    entry = register.entries[code]
    signatures = entry.of(FactKind.SIGNATURE)
    _at_most_one(signatures, "one-signature", code)
    _check_signature_period(register, code, signatures)
    _check_membership(register, code)
    for signature in signatures:
        for deposit in entry.of(*_AFTER_SIGNATURE):
            if deposit.fact.latest < signature.fact.span(register.floor).earliest:
                raise _against(deposit, "instrument-after-signature", code, signature)
    for subject in register.catalogue.subjects.values():
        if subject.value in _SINGLE_FORMS:
            told = entry.of(FactKind.NOTIFICATION, FactKind.DECLARATION, about=subject.name)
            _at_most_one(told, "one-statement", code)


def check_general(register: Register) -> None:
    """``Contradiction`` where a milestone stands twice."""
    for subject in register.catalogue.subjects:
        _at_most_one(register.said_generally(FactKind.MILESTONE, subject), "one-milestone", subject)


def turns(register: Register, code: PartyCode) -> tuple[tuple[Record, Record | None], ...]:
    """Each time that the State joined, with its withdrawal if it left again, oldest first."""
    entry = register.entries[code]
    deposits = sorted(entry.of(*DEPOSITS), key=lambda one: one.fact.latest)
    withdrawals = sorted(entry.of(FactKind.WITHDRAWAL), key=lambda one: one.fact.latest)
    return tuple(
        (deposit, withdrawals[place] if place < len(withdrawals) else None) for place, deposit in enumerate(deposits)
    )


def _check_membership(register: Register, code: PartyCode) -> None:
    entry, found = register.entries[code], turns(register, code)
    withdrawals = sorted(entry.of(FactKind.WITHDRAWAL), key=lambda one: one.fact.latest)
    if withdrawals and not found:
        first = withdrawals[0]
        raise NothingToWithdraw(first.said.file, first.said.line, _day_field(first), "withdrawal-of-a-party", code)
    if len(withdrawals) > len(found):
        raise _against(withdrawals[-1], "one-withdrawal", code, withdrawals[-2])
    for place, (deposit, withdrawal) in enumerate(found):
        if withdrawal is None and place + 1 < len(found):
            earlier, later = _as_said(entry, deposit, found[place + 1][0])
            raise _against(later, "one-instrument", code, earlier)
        if withdrawal is not None and withdrawal.fact.latest < deposit.fact.span(register.floor).earliest:
            raise _against(withdrawal, "withdrawal-of-a-party", code, deposit)
        if withdrawal is not None and place + 1 < len(found):
            following = found[place + 1][0]
            if following.fact.latest < withdrawal.fact.span(register.floor).earliest:
                earlier, later = _as_said(entry, deposit, following)
                raise _against(later, "one-instrument", code, earlier)


def _check_signature_period(register: Register, code: PartyCode, signatures: Sequence[Record]) -> None:
    for signature in signatures:
        opening, closing = register.milestone(OPENING), register.milestone(CLOSING)
        if opening is not None and signature.fact.latest < opening.fact.latest:
            raise _against(signature, "signature-period", code, opening)
        if closing is not None and signature.fact.span(register.floor).earliest > closing.fact.latest:
            raise _against(signature, "signature-period", code, closing)


def _at_most_one(records: Sequence[Record], rule: str, code: str) -> None:
    if len(records) > 1:
        first, second = records[:2]
        field = "value" if rule == "one-statement" and first.fact.value != second.fact.value else _day_field(second)
        raise _against(second, rule, code, first, field=field)


def _as_said(entry: Entry, *two: Record) -> list[Record]:
    return sorted(two, key=entry.records.index)


def _day_field(record: Record) -> str:
    return "day" if record.fact.is_exact or record.fact.by is None else "by"


def _against(record: Record, rule: str, code: str, other: Record, *, field: str = "") -> Contradiction:
    said = record.said
    return Contradiction(said.file, said.line, field or _day_field(record), rule, code, other.said.place)
