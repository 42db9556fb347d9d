"""The words for what a record of the house is about: what was looked at, and what each of its members says."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.language.speech import current, mark
from musnad.language.wording import isolate

LOOKED_AT: Mapping[str, str] = {
    "answers": mark("what may be said"),
    "case": mark("the case"),
    "composing": mark("a request being written"),
    "content": mark("the content of an exhibit"),
    "dossier": mark("a dossier"),
    "draft": mark("a draft"),
    "duty-board": mark("the duty board"),
    "evidence": mark("the evidence of the case"),
    "exhibit": mark("an exhibit"),
    "exports": mark("the exports of the case"),
    "paper": mark("a paper form"),
    "records": mark("the records of the house"),
    "search": mark("what a search found"),
    "statistics": mark("the statistics"),
    "upload": mark("an upload"),
}
MEMBERS: Mapping[str, str] = {
    "act": mark("what was asked for"),
    "asked-by": mark("asked for by"),
    "authority": mark("authority"),
    "backup": mark("backup"),
    "draft": mark("draft"),
    "enrolment": mark("enrolment"),
    "entries": mark("entries"),
    "faults": mark("faults"),
    "files": mark("files"),
    "found": mark("found"),
    "from": mark("from the address"),
    "head": mark("under a signed head"),
    "kind": mark("kind"),
    "limit": mark("limit"),
    "manifest": mark("manifest"),
    "message": mark("message"),
    "octets": mark("octets"),
    "officer": mark("officer"),
    "officers": mark("listed as"),
    "opened-by": mark("opened by"),
    "outcome": mark("outcome"),
    "person": mark("person"),
    "persons": mark("persons"),
    "roles": mark("roles"),
    "roster": mark("roster"),
    "seal": mark("exhibit"),
    "to": mark("to whom"),
    "tries": mark("tries"),
    "upload": mark("upload"),
    "way": mark("way in"),
    "what": mark("what"),
}


def looked_at_word(code: str) -> str:
    """What was looked at, in words; what stands in no table as it is, isolated."""
    return _word(LOOKED_AT, code)


def about_word(code: str) -> str:
    """What a member of a record says, in words; what stands in no table as it is, isolated."""
    return _word(MEMBERS, code)


def _word(table: Mapping[str, str], code: str) -> str:
    said = current()
    known = table.get(code)
    return said.gettext(known) if known is not None else isolate(code, said)
