"""What helps at a desk: an error's own remedy, or the desk's where that one names a command of the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.kernel.errors import MusnadError
from musnad.language import gettext as _
from musnad.language import mark, sentences

AT_A_DESK: Mapping[str, str] = {
    "approval.missing": mark("Let the named officer open the draft and approve it."),
    "authority.not-hosted": mark("Choose an authority of this desk's own State."),
    "case.unknown": mark("Look for it in the inbox, or search for it."),
    "conditions.use-not-allowed": mark("Ask who gave it, in the case; past its last day, return or destroy it."),
    "draft.approvals-too-few": mark("Tick further officers who are to approve it; each signs the same draft."),
    "draft.unknown": mark("Look among the drafts; what was sent is a step of its case now."),
    "enrolment.not-approved": mark("Ask another officer of the authority to approve it."),
    "enrolment.unknown": mark("Look among the passkeys of the roster; what was withdrawn is gone."),
    "exhibit.not-sealed-here": mark(
        "Open it, seal what you pass on as an exhibit of your own, and say that it was forwarded."
    ),
    "law.no-profile": mark("Whoever runs this node can add one."),
    "message.unknown": mark("Look among the steps of the case."),
    "paper.nothing-to-hand-over": mark("Look in the case who takes part, and in the register who has a node."),
    "person.not-apart": mark("Ask an administrator who let neither in nor was let in by either."),
    "person.unknown": mark("Look among the people of this desk."),
    "silence.not-delivered": mark(
        "Wait until the request is delivered: the inbox shows what is on its way. A State without a node is called, "
        "and the call recorded."
    ),
    "step.refused": mark("Look at the case; the grounds say what stands in the way."),
}
"""Beside the error's code, where its own remedy is for whoever sits at a terminal."""


def remedy(error: MusnadError) -> str:
    """What to do about it at a desk, in the reader's language; empty if nothing is known to help."""
    here = AT_A_DESK.get(error.code)
    return _(here) if here is not None else sentences.remedy(error)
