"""A case as lines and as JSON: its steps in fold order, its requests, its exhibits with their custody."""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.case.state import CaseState
from musnad.language import gettext as _
from musnad.language import isolate, write_time


def case_json(state: CaseState) -> dict[str, object]:
    """The case for a program."""
    voids = {void.id: void.ground for void in state.void}
    return {
        "case": state.case,
        "exercise": state.exercise,
        "parties": sorted(state.parties),
        "closed": state.closed,
        "digest": state.digest(),
        "heads": list(state.heads),
        "requests": [
            {
                "id": one.id,
                "measure": one.measure,
                "status": one.status,
                "preserved_until": one.preserved_until.isoformat() if one.preserved_until else None,
                "questions_open": list(one.questions_open),
            }
            for one in state.requests.values()
        ],
        "steps": [
            {
                "id": name,
                "kind": message.kind,
                "author": message.author,
                "void": voids.get(name),
                "receipts": len(state.receipts.get(name, ())),
            }
            for name, message in state.messages.items()
        ],
        "exhibits": [
            {
                "seal": one.seal,
                "offered": one.offer is not None,
                "custody": [{"event": entry.event, "by": entry.authority} for entry in one.custody],
                "gaps": [gap.code for gap in one.gaps],
            }
            for one in state.exhibits.values()
        ],
    }


def case_lines(state: CaseState) -> Iterator[str]:
    """The case for people."""
    yield _("Case %(case)s") % {"case": isolate(state.case)}
    if state.exercise:
        yield _("This is an exercise.")
    voids = {void.id: void.ground for void in state.void}
    for name, message in state.messages.items():
        line = _("%(time)s  %(author)s: %(step)s  %(id)s") % {
            "time": write_time(message.at),
            "author": isolate(message.author),
            "step": isolate(message.kind),
            "id": isolate(name[:12]),
        }
        if name in voids:
            line += "  " + _("(void: %(ground)s)") % {"ground": isolate(voids[name])}
        yield line
    for exhibit in state.exhibits.values():
        events = " → ".join(f"{entry.event} {entry.authority}" for entry in exhibit.custody)
        yield _("Exhibit %(seal)s: %(custody)s") % {"seal": isolate(exhibit.seal), "custody": isolate(events)}
