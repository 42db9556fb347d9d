"""What an error comes to at a door: an exit code for a terminal, an HTTP status for a peer. Data only.

The core knows neither. The branch decides (who must act); a code may say it more exactly.
"""

from __future__ import annotations

from musnad.core.kernel.errors import (
    BRANCHES,
    Corrupt,
    Forbidden,
    Malformed,
    MusnadError,
    Unavailable,
    Untrusted,
)

OK = 0
FAILED = 1
USAGE = 2
UNANCHORED = 3

EXIT_MEANINGS = {
    OK: "done; for `verify`: proven under the anchor that was given",
    FAILED: "failed by an error of this page; for `verify`: not proven",
    USAGE: "the command was not understood; nothing was done",
    UNANCHORED: "`verify` only: consistent in itself, but no anchor from outside was given",
}

HTTP_BY_BRANCH: dict[type[MusnadError], int] = {
    Malformed: 400,
    Untrusted: 403,
    Forbidden: 403,
    Unavailable: 503,
    Corrupt: 500,
}

HTTP_BY_CODE: dict[str, int] = {
    "case.unknown": 404,
    "conditions.use-not-allowed": 409,
    "desk.too-often": 429,
    "draft.unknown": 404,
    "enrolment.not-approved": 409,
    "enrolment.unknown": 404,
    "exhibit.missing": 404,
    "exhibit.not-sealed-here": 409,
    "export.outdated": 409,
    "form.too-large": 413,
    "journal.full": 507,
    "law.no-profile": 404,
    "log.no-split": 404,
    "log.out-of-tree": 404,
    "log.proof-invalid": 422,  # as C2SP tlog-witness says
    "log.unknown": 404,
    "peer.too-many-at-once": 429,
    "message.unknown": 404,
    "message.wrong-recipient": 421,
    "paper.no-font": 406,
    "paper.nothing-to-hand-over": 409,
    "paper.speaks-for-itself": 409,
    "peer.garbage": 502,
    "peer.busy": 503,
    "peer.refused": 502,
    "peer.unreachable": 504,
    "peer.short-body": 502,
    "person.no-proposal": 409,
    "person.pseudonym-taken": 409,
    "person.taken": 409,
    "person.unknown": 404,
    "range.past-end": 416,
    "report.not-published": 404,
    "report.year-not-over": 409,
    "request.expired": 401,
    "request.not-found": 404,
    "request.signature": 401,
    "silence.not-delivered": 409,
    "step.refused": 409,
    "storage.full": 507,
    "version.unsupported": 422,
    "fetch.too-many": 429,
    "upload.differs": 409,
    "upload.gap": 409,
    "upload.too-many": 429,
    "upload.too-many-own": 429,
    "upload.unknown": 404,
    "request.media-type": 415,
    "resource.method": 405,
    "resource.unknown": 404,
    "token.invalid": 401,
    "token.missing": 401,
    "token.taken": 409,
    "token.unknown": 404,
    "treaty.unknown-measure": 404,
    "treaty.not-installed": 404,
}


def http_status_of(leaf: type[MusnadError]) -> int:
    """The status for a class of error: its code's if it has one of its own, else its branch's."""
    special = HTTP_BY_CODE.get(leaf.code)
    if special is not None:
        return special
    return next((HTTP_BY_BRANCH[branch] for branch in BRANCHES if issubclass(leaf, branch)), 500)


def http_status(error: MusnadError) -> int:
    """The status that a gate answers with."""
    return http_status_of(type(error))


def exit_code(error: MusnadError) -> int:  # noqa: ARG001  # every error fails alike; usage is caught before the core
    """The code that a command ends with after this error."""
    return FAILED
