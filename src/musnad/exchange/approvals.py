"""Who is to approve what is said: officers whom the roster allows the act, and as many as the treaty data asks for.

The number is a rule of this system's own, by measure and act (``core.case.approvals``): it binds the officers of this
node before anything is sent; of what another Party sent with fewer, the case says so in a finding.
"""

from __future__ import annotations

from musnad.core.case.approvals import approval_asked
from musnad.core.case.state import CaseState
from musnad.core.directory.entry import Officer
from musnad.core.directory.errors import OfficerMayNot, UnknownOfficer
from musnad.core.kernel.names import KeyId
from musnad.core.messages.message import Message
from musnad.core.treaty.values import SharedApproval
from musnad.exchange.errors import ApprovalsTooFew, NotApproved
from musnad.exchange.ports import Ports


def check_approvers(ports: Ports, state: CaseState, message: Message) -> None:
    """Never wait for somebody who cannot approve, and never for fewer than the rule says.

    Raises:
        UnknownOfficer, OfficerMayNot: the roster does not hold an officer, or does not allow the act.
        ApprovalsTooFew: the rule of the measure asks for more officers, each with keys of his own.
        NotApproved: the act needs an officer's approval, and nobody is named.
    """
    seen: list[frozenset[KeyId]] = []
    for approval in message.approvals:
        listed = ports.directories.current().authority(message.author).officers
        entries = [one for one in listed if one.name == approval.officer]
        if not entries:
            raise UnknownOfficer(approval.officer)
        if not any(approval.act in one.acts for one in entries):
            raise OfficerMayNot(approval.officer, approval.act)
        seen.append(_ids(entries))
    due = approvals_due(ports, state, message)
    told_apart = sum(not any(ids & other for other in seen[:place]) for place, ids in enumerate(seen))
    if due is not None and told_apart < due.officers:
        raise ApprovalsTooFew(due.officers, due.rule.name)
    if message.required_act is not None and not message.approvals:
        raise NotApproved(f"{message.author}: {message.required_act}")


def approvals_due(ports: Ports, state: CaseState, message: Message) -> SharedApproval | None:
    """What asks that several officers approve this as the next step of the case; None where one suffices."""
    return approval_asked(state, message, ports.treaties.known())


def _ids(entries: list[Officer]) -> frozenset[KeyId]:
    return frozenset(key_id for one in entries for key_id in one.key.key.ids)
