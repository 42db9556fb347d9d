"""Exhibits that are being pulled for who asked through the interface: beside the request, a few at a time.

What is under way lives in this process alone. When it ends, whatever ended it, asking again goes on from the last good
part, since a fetch is resumable.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock, Thread

from django.db import close_old_connections, connections

from musnad.api.errors import FetchingTooMuch
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, SealId
from musnad.exchange.exhibits import fetch
from musnad.exchange.ports import Ports

AT_ONCE = 4
_log = logging.getLogger("musnad.api")


@dataclass
class Fetching:
    """The fetches of this process; ``ended`` keeps the code of the last error of each, none where it came."""

    under_way: dict[SealId, Thread] = field(default_factory=dict)
    ended: dict[SealId, str | None] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def start(self, ports: Ports, case: CaseRef, seal: SealId) -> None:
        """Begin, unless it is under way; ``FetchingTooMuch``."""
        with self._lock:
            if seal in self.under_way:
                return
            if len(self.under_way) >= AT_ONCE:
                raise FetchingTooMuch(AT_ONCE)
            thread = Thread(target=self._run, args=(ports, case, seal), daemon=True)
            self.under_way[seal] = thread
            self.ended.pop(seal, None)
            thread.start()

    def is_under_way(self, seal: SealId) -> bool:
        with self._lock:
            return seal in self.under_way

    def _run(self, ports: Ports, case: CaseRef, seal: SealId) -> None:
        code: str | None = None
        try:
            fetch(ports, case, seal)
        except MusnadError as error:
            code = error.code
        except Exception:  # noqa: BLE001 - a thread's errors are nobody else's to tell
            _log.exception("unforeseen while fetching")
            code = "internal"
        finally:
            close_old_connections()
            connections.close_all()
            with self._lock:
                self.under_way.pop(seal, None)
                self.ended[seal] = code


FETCHING = Fetching()
