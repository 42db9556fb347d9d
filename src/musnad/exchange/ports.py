"""The other ports, and the bundle of all that a use case may touch; ``node.assemble`` alone fills it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from musnad.core.case.calendar import CalendarDay
from musnad.core.crypto.signing import SigningKey
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.directory.entry import Party
from musnad.core.directory.judge import Directory
from musnad.core.kernel.names import AuthorityId, Digest, Entropy, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Day, Instant
from musnad.core.law.values import LawData, Profile
from musnad.core.messages.receipt import Place
from musnad.core.preflight.practice import Practice
from musnad.core.register.update import VerifiedUpdate
from musnad.core.register.values import Register
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.treaty.values import Treaty
from musnad.exchange.agenda import Agenda
from musnad.exchange.evidence.ports import RangeReader
from musnad.exchange.evidence.vault import Vault
from musnad.exchange.journal import Journal
from musnad.exchange.steps import Steps


class Clock(Protocol):
    def now(self) -> Instant: ...


class Calendars(Protocol):
    """Which days people work on, State by State."""

    def day(self, party: PartyCode, day: Day) -> CalendarDay:
        """A day as that Party's own calendar has it; ``not-known`` where there is none for the Party or the year."""


class KeyRing(Protocol):
    """The node's secrets."""

    @property
    def party(self) -> PartyCode: ...

    @property
    def hosted(self) -> frozenset[AuthorityId]: ...

    def signing(self, authority: AuthorityId) -> SigningKey:
        """The present signing key; ``NotHosted`` for another's authority."""

    def unwrapping(self) -> Mapping[AuthorityId, Sequence[UnwrappingKey]]:
        """Every key that something may still be wrapped to, newest first."""

    @property
    def log(self) -> LogSigningKey: ...

    @property
    def witness(self) -> WitnessSigningKey: ...


class Directories(Protocol):
    """The verified sets of the directory that this node has seen."""

    def current(self) -> Directory:
        """The last verified set, marked stale where it is; ``DirectoryExpired`` past the grace, or where none is."""

    def at(self, snapshot: Digest) -> Directory:
        """An older verified set, by the digest of its snapshot metadata, as it was judged when it was current."""

    def bundle(self, snapshot: Digest) -> Mapping[str, bytes]:
        """The files of a verified set, for a dossier."""

    def holds(self, snapshot: Digest) -> bool:
        """Whether ``bundle`` has that set."""

    def keep(self, snapshot: Digest, files: Mapping[str, bytes], at: Instant) -> None:
        """Keep a set that a peer served, used ``at`` that time, beside the current one; it never becomes that.

        Raises:
            BadDirectory, DirectoryRollback, DirectoryExpired, ForeignRoot and the errors of its parts: it is not the
            set that was asked for, not of this node's anchor and history, or had expired then.
        """


class Treaties(Protocol):
    """Every version of the treaties' data that this node has judged under."""

    def current(self, instrument: str = "") -> Treaty:
        """The installed data of the treaty of that name; of the Convention where none of that name is installed."""

    def known(self) -> Mapping[Digest, Treaty]: ...

    def bundle(self, digest: Digest) -> bytes:
        """The octets of one version; ``UnknownTreaty``."""


class Laws(Protocol):
    """National law profiles: the packaged samples, and the State's own files where it keeps some."""

    def data(self) -> LawData:
        """The powers, and which of them each measure needs."""

    def practice(self) -> Practice:
        """What a pre-flight looks at beyond the treaty's own rules."""

    def profiles(self) -> Mapping[PartyCode, Profile]:
        """Every profile at hand, by State; the errors of ``parse_profile`` where one is broken, and then none."""

    def check(self, file: str, data: bytes) -> Profile:
        """The profile that these octets hold, stored nowhere; errors as ``parse_profile``."""

    def keep(self, file: str, data: bytes) -> Profile:
        """The same, kept in the place of the State's earlier one; errors as ``check``, and then nothing is kept."""


class Registers(Protocol):
    """The register of Parties: what the software carries, and what this node has loaded and accepted since."""

    @property
    def trusted(self) -> frozenset[AuthorityId]:
        """The authorities, beside this node's own, whose signed updates are accepted."""

    def current(self) -> Register: ...

    def keep_load(self, load: bytes) -> Register:
        """Apply a loaded table and keep it (``core.register.load``); the errors of both, and then nothing is kept."""

    def keep_update(self, verified: VerifiedUpdate) -> Register:
        """Apply a signed update and keep it; the errors of ``apply_update``, and then nothing is kept."""


class Wire(Protocol):
    """What one node asks of another over HTTPS; raises ``PeerUnreachable``, ``PeerGarbage`` or ``PeerRefused``."""

    def deliver(self, party: Party, envelope: bytes, author_place: Place) -> tuple[bytes, ...]:
        """Hand an envelope over; the receipts (DSSE bytes) that came back."""

    def manifest(self, party: Party, asker: AuthorityId, seal: SealId) -> bytes:
        """An exhibit's signed manifest."""

    def exhibit(self, party: Party, asker: AuthorityId, seal: SealId) -> RangeReader:
        """An exhibit's ``data`` and ``index``, by ranges."""

    def tile(self, party: Party, path: str) -> bytes:
        """A static file of the party's log, by its tlog-tiles path."""

    def directory_set(self, party: Party, snapshot: Digest) -> Mapping[str, bytes]:
        """The files of a set of the directory that the party holds; ``PeerRefused`` where it does not."""

    def receipts(self, party: Party, asker: AuthorityId, message: MessageId) -> tuple[bytes, ...]:
        """The receipts (DSSE bytes) of a message that the party holds; ``PeerRefused`` where ``asker`` is not in it."""

    def checkpoint(self, party: Party) -> bytes:
        """The newest signed head of the party's log, with the cosignatures that it has; nothing is verified."""

    def witnessed(self, party: Party, of: PartyCode) -> bytes:
        """The newest head of another Party's log that the party's witness has cosigned; nothing is verified."""

    def tell_split(self, party: Party, proof: bytes) -> None:
        """Hand over a proof that some log has split (``core.transparency.split``)."""

    def submit_checkpoint(self, party: Party, submission: bytes) -> tuple[int, bytes]:
        """POST add-checkpoint (C2SP tlog-witness): HTTP status and body."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a use case of this node may touch."""

    party: PartyCode
    clock: Clock
    entropy: Entropy
    journal: Journal
    keys: KeyRing
    directories: Directories
    treaties: Treaties
    laws: Laws
    vault: Vault
    wire: Wire
    steps: Steps
    register: Registers
    calendars: Calendars
    agenda: Agenda
