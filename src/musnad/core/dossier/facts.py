"""What a dossier says once its parts are read: the values that a report and the verdict are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from musnad.core.case.state import CaseState
from musnad.core.crypto.dsse import Dsse
from musnad.core.directory.entry import Party
from musnad.core.dossier.index import Index
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Instant, write_instant
from musnad.core.messages.bodies import Attempts
from musnad.core.messages.message import Frame, Message
from musnad.core.messages.receipt import Receipt
from musnad.core.sealing.manifest import Manifest
from musnad.core.treaty.values import Treaty


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message and the envelope that it came in."""

    id: MessageId
    message: Message
    dsse: Dsse


@dataclass(frozen=True, slots=True)
class SignedFrame:
    """A message of a newer version or unknown kind: carried and proven, not understood, never folded."""

    id: MessageId
    message: Frame
    dsse: Dsse


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt, its id (SHA-256 of its payload) and its envelope."""

    id: MessageId
    receipt: Receipt
    dsse: Dsse


@dataclass(frozen=True, slots=True)
class SealedExhibit:
    """An offered exhibit: its manifest, and whether its content stands in the dossier or its manifest only."""

    manifest: Manifest
    dsse: Dsse
    has_content: bool
    has_leaves: bool


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Another Party's witness saw a log's head no later than ``at``."""

    party: PartyCode
    at: Instant


@dataclass(frozen=True, slots=True)
class LogHead:
    """A log's head in the dossier, and who of the case's other Parties cosigned it, by time."""

    origin: str
    size: int
    root: bytes
    witnessed: tuple[Witnessed, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that is here, signed and received, and no step of the case.

    ``waiting``: it follows messages that are not here (``missing``), or one that waits itself. Its author named what
    does not exist, or the exporter left it out; that cannot be seen from inside. ``not-understood``: of a newer
    version.
    """

    id: MessageId
    author: AuthorityId
    kind: str
    why: Literal["waiting", "not-understood"]
    missing: tuple[MessageId, ...] = ()

    def write(self) -> JsonObject:
        """As JSON, for the verdict."""
        return {
            "id": self.id,
            "author": self.author,
            "kind": self.kind,
            "why": self.why,
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A request under treaty data that is not here: neither it nor its answers were held against any."""

    id: MessageId
    treaty: Digest


Basis = Literal["receipt", "attempts", "receipt-not-here", "receipt-of-another"]
"""What a statement of silence rests on; only ``receipt`` is shown here."""


@dataclass(frozen=True, slots=True)
class SilenceShown:
    """A standing statement of silence. ``place`` is its leaf in its author's log, None where that is not shown."""

    id: MessageId
    author: AuthorityId
    request: MessageId
    basis: Basis
    receipt: Receipt | None
    attempts: Attempts | None
    place: int | None
    rebutted_by: tuple[MessageId, ...]

    @property
    def is_received(self) -> bool:
        """That the asked Party held the request is shown by its own receipt."""
        return self.basis == "receipt"

    def write(self) -> JsonObject:
        """As JSON, for the verdict; ``rebutted`` is null where it cannot be seen."""
        return {
            "id": self.id,
            "author": self.author,
            "request": self.request,
            "basis": self.basis,
            "recipient": None if self.receipt is None else self.receipt.recipient,
            "received_at": None if self.receipt is None else write_instant(self.receipt.at),
            "attempts": None if self.attempts is None else self.attempts.count,
            "place": self.place,
            "rebutted": None if self.place is None else bool(self.rebutted_by),
            "rebutted_by": list(self.rebutted_by),
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a report tells."""

    index: Index
    state: CaseState
    parties: Mapping[PartyCode, Party]
    treaties: Mapping[Digest, Treaty]
    exhibits: Mapping[SealId, SealedExhibit]
    logs: Mapping[PartyCode, LogHead]
    aside: tuple[SetAside, ...]
    unjudged: tuple[Unjudged, ...]
    unfetched: tuple[SealId, ...]
    """Exhibits that another Party offered and the exporter never fetched: nothing but the offer is here."""
    silences: tuple[SilenceShown, ...]
    complete: bool
    """Both sides' signed closings cover all that stands here. It says nothing of what was said after them; where it is
    False the dossier reaches to its heads, and no claim."""


Render = Callable[[Facts, str], bytes]
"""Writes the report in a language (``ar``, ``en``); it lives outside the core, which has no sentences."""


def is_complete(state: CaseState) -> bool:
    """Whether each Party's standing closing names heads that cover every message but the closings themselves."""
    if not state.closed or state.waiting:
        return False
    closings = set(state.closings.values())
    return all(
        set(state.messages) <= closings | _known_to(state, getattr(state.messages[one].body, "heads", ()))
        for one in closings
    )


def _known_to(state: CaseState, heads: Iterable[MessageId]) -> set[MessageId]:
    """These, and everything that they build on."""
    known: set[MessageId] = set()
    ahead = list(heads)
    while ahead:
        one = ahead.pop()
        if one in state.messages and one not in known:
            known.add(one)
            ahead.extend(state.messages[one].previous)
    return known
