"""A defect: which check found it, the error with its code and facts, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import AuthorityId

CHECKS = (
    *("archive", "bag", "layout", "directory", "messages", "receipts", "logs", "stamps", "case", "exhibits", "treaty"),
    *("report", "export"),
)
"""The checks in the order they are told; all are run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. ``begin`` and ``end`` are octets of the member; ``holder`` is who held a damaged exhibit last."""

    check: str
    error: MusnadError
    member: str | None = None
    begin: int | None = None
    end: int | None = None
    holder: AuthorityId | None = None

    @property
    def code(self) -> str:
        return self.error.code

    def write(self) -> JsonObject:
        """The finding as JSON; what is not known is left out."""
        told: JsonObject = {"check": self.check, "code": self.code, "facts": dict(self.error.facts())}
        for name in ("member", "begin", "end", "holder"):
            value = getattr(self, name)
            if value is not None:
                told[name] = value
        return told
