"""Long work beside the request that asked for it: pulling, sealing and exporting, a few pieces at a time.

What is under way lives in this process alone. When it ends, whatever ended it, asking again goes on from what is
durable: a fetch from its last good part, a sealing from the upload that rests in the spool.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock, Thread

from django.db import close_old_connections, connections

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, SealId
from musnad.exchange.evidence.errors import FetchingTooMuch
from musnad.exchange.evidence.ports import Progress, Report
from musnad.exchange.exhibits import fetch
from musnad.exchange.ports import Ports

AT_ONCE = 4
REMEMBERED = 256
"""Of how many pieces of work the end is remembered."""
_log = logging.getLogger("musnad.node")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a piece of work stands. ``error`` is what ended it without its end; ``result`` what it came to.

    ``case`` is the case that it is done for.
    """

    under_way: bool = True
    progress: Progress | None = None
    error: MusnadError | None = None
    code: str | None = None
    result: str = ""
    case: CaseRef | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def octets_a_second(self) -> float:
        passed = time.monotonic() - self.began
        return self.progress.done_octets / passed if self.progress is not None and passed > 0 else 0.0

    @property
    def seconds_left(self) -> int | None:
        """By the rate so far; None before there is one."""
        if self.progress is None or not self.octets_a_second:
            return None
        return int((self.progress.total_octets - self.progress.done_octets) / self.octets_a_second)


class Beside:
    """The work of this process, each piece by the name of what it is about: an exhibit, an upload, an export."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._known: dict[str, Standing] = {}
        self._lock = Lock()

    def begin(self, name: str, work: Callable[[Report], str], case: CaseRef | None = None) -> None:
        """Begin, unless it is under way; ``FetchingTooMuch``."""
        with self._lock:
            if name in self._known and self._known[name].under_way:
                return
            if sum(one.under_way for one in self._known.values()) >= self._at_once:
                raise FetchingTooMuch(self._at_once)
            self._known.pop(name, None)
            self._known[name] = Standing(case=case)
            while len(self._known) > REMEMBERED:
                self._known.pop(next(one for one, standing in self._known.items() if not standing.under_way))
        Thread(target=self._run, args=(name, work), daemon=True).start()

    def standing(self, name: str, case: CaseRef | None = None) -> Standing | None:
        """How it stands; None for what was never begun here, is long over, or is of another case than is asked of."""
        with self._lock:
            found = self._known.get(name)
        return found if found is None or case is None or found.case == case else None

    def _run(self, name: str, work: Callable[[Report], str]) -> None:
        ended: dict[str, object] = {}

        def report(progress: Progress) -> None:
            self._tell(name, progress=progress)

        try:
            ended = {"result": work(report)}
        except MusnadError as error:
            ended = {"error": error, "code": error.code}
        except Exception:  # noqa: BLE001 - a thread's errors are nobody else's to tell
            _log.exception("unforeseen in work beside a request")
            ended = {"code": "internal"}
        finally:
            close_old_connections()
            connections.close_all()
            self._tell(name, under_way=False, **ended)

    def _tell(self, name: str, **what: object) -> None:
        with self._lock:
            self._known[name] = replace(self._known[name], **what)  # type: ignore[arg-type]  # members by their names


class Fetching(Beside):
    """The fetches of this process."""

    def start(self, ports: Ports, case: CaseRef, seal: SealId) -> None:
        """Begin to pull an exhibit, unless it is being pulled; ``FetchingTooMuch``."""

        def pull(report: Report) -> str:
            fetch(ports, case, seal, report)
            return seal

        self.begin(seal, pull, case)


FETCHING = Fetching()
SEALING = Beside()
EXPORTING = Beside()
