"""The short case once more, told by use cases in the tests' own process, so that many go on beside each other.

Officers here do not die; the nodes that carry what they say do, and their journals and vaults are the very files that
the nodes work on. Whatever is unavailable for a while is tried again, by saying the same once more.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from musnad.adapters.files.keys import read_officer
from musnad.adapters.vault.memory import MemoryTarget
from musnad.adapters.vault.source import FileSource
from musnad.cli.demo.scenarios.first_case import ACCESS_FIELDS
from musnad.core.case.state import CaseState
from musnad.core.kernel.errors import Unavailable
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, SealId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import ExhibitRef, LegalBasis
from musnad.core.sealing.manifest import Tool
from musnad.exchange.composing import Intent, Officer, case_state, say
from musnad.exchange.errors import PeerGarbage, PeerRefused, UnknownCase
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import fetch, open_into, seal_into_vault, tell_sealed, wrap_for
from musnad.exchange.ports import Ports
from tests.processes.stand import Stand

VN, QA = AuthorityId("VN/central-authority"), AuthorityId("QA/central-authority")
BASIS = LegalBasis(Slug("agreement-for-the-case"), "An exercise.")
TRY_LATER = {"peer.too-many-at-once", "journal.unavailable"}
Given = TypeVar("Given")


class TooSlow(AssertionError):
    """A story that did not come to its end in time, and what it waited for."""


@dataclass
class LiveStory:
    """One case; ``tell`` returns when both nodes have its last message. ``until`` is when to give up (monotonic)."""

    stand: Stand
    name: str
    evidence: Path
    until: float
    case: CaseRef | None = None

    def tell(self) -> None:
        asked = self._say(VN, [QA], self._request(), measure=Slug("access-to-stored-data"))
        case = self.case = CaseRef(asked)
        self._arrives("QA", asked)
        self._say(QA, [VN], bodies.Acknowledgement(self.name), answers=asked)
        accepted = self._say(QA, [VN], bodies.Acceptance(), answers=asked)
        seal = self._again(lambda: self._seal(case, asked))
        wraps = self._again(lambda: wrap_for(self._ports(QA), seal, (VN,)))
        offered = self._say(QA, [VN], bodies.Offer(self.name), answers=asked, exhibits=(wraps,))
        self._arrives("VN", accepted)
        self._arrives("VN", offered)
        self._again(lambda: fetch(self._ports(VN), case, seal))
        self._again(lambda: self._open(case, seal))
        for author, to in ((VN, QA), (QA, VN)):
            for party, other in (("VN", "QA"), ("QA", "VN")):
                for message in self._again(lambda party=party: self.state(party)).heads:  # type: ignore[misc]
                    self._arrives(other, message)
            heads = self.state(author.partition("/")[0]).heads
            self._arrives(to.partition("/")[0], self._say(author, [to], bodies.Closing(heads)))

    def state(self, party: str) -> CaseState:
        assert self.case is not None
        return case_state(self.stand.ports[party], self.case)

    def _request(self) -> bodies.Request:
        return bodies.Request(ACCESS_FIELDS["en"] | {"subject": f"Investigation {self.name}"})

    def _say(
        self,
        author: AuthorityId,
        to: list[AuthorityId],
        body: bodies.Body,
        *,
        measure: Slug | None = None,
        answers: MessageId | None = None,
        exhibits: tuple[ExhibitRef, ...] = (),
    ) -> MessageId:
        officers = [self._officer(author)]
        if isinstance(body, bodies.Offer):  # of content, which one alone may not release
            officers.append(read_officer(self.stand.second_officer(author)))
        intent = Intent(
            author=author,
            to=tuple(to),
            body=body,
            language="en",
            exercise=True,
            case=self.case,
            answers=answers,
            exhibits=exhibits,
            measure=measure,
            legal_basis=BASIS if measure else None,
            approvers=tuple(one.name for one in officers),
        )
        draft, admitted = self._again(lambda: say(self._ports(author), intent, *officers))
        assert admitted is not None, draft.missing
        return admitted.id

    def _seal(self, case: CaseRef, under: MessageId) -> SealId:
        ports, officer = self._ports(QA), self._officer(QA)
        order = SealingOrder(
            QA, Tool("musnad", "test"), self.name, exercise=True, officer=officer.name, under=under, name=self.name
        )
        with FileSource(self.evidence) as source:
            manifest = seal_into_vault(ports, source, order).manifest
        self._again(lambda: tell_sealed(ports, case, manifest, None, officer))
        return manifest.seal

    def _open(self, case: CaseRef, seal: SealId) -> None:
        target = MemoryTarget()
        open_into(self._ports(VN), case, seal, target, (self._officer(VN),))
        assert target.octets is not None
        assert hashlib.sha256(target.octets).digest() == hashlib.sha256(self.evidence.read_bytes()).digest()

    def _arrives(self, party: str, message: MessageId) -> None:
        journal = self.stand.ports[party].journal
        while self._again(lambda: journal.entry(message)) is None:
            self._rest(f"{message[:12]} at {party}")

    def _again(self, work: Callable[[], Given]) -> Given:
        """Until it is done: a peer that is being started again is unreachable, or its proxy answers nothing."""
        while True:
            try:
                return work()
            except (Unavailable, UnknownCase, PeerGarbage) as error:
                self._rest(error.code)
            except PeerRefused as error:
                if error.refusal not in TRY_LATER:
                    raise
                self._rest(error.refusal)

    def _rest(self, what: str) -> None:
        if time.monotonic() > self.until:
            raise TooSlow(f"{self.name}: {what}")
        time.sleep(0.25)

    def _ports(self, author: AuthorityId) -> Ports:
        return self.stand.ports[author.partition("/")[0]]

    def _officer(self, author: AuthorityId) -> Officer:
        return read_officer(self.stand.officer(author))


class Tellers:
    """Threads that tell one story after the other until told that it is enough."""

    def __init__(self, tell_next: Callable[[int], object], count: int, close: Callable[[], None]) -> None:
        self.failed: list[BaseException] = []
        self._tell_next, self._close = tell_next, close
        self._enough, self._number, self._alone = threading.Event(), 0, threading.Lock()
        self._threads = [threading.Thread(target=self._run, name=f"teller-{one}") for one in range(count)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """No new story; those begun come to their end."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        try:
            while not self._enough.is_set() and not self.failed:
                with self._alone:
                    self._number += 1
                    number = self._number
                self._tell_next(number)
        except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
            self.failed.append(error)
        finally:
            self._close()
