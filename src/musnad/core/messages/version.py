"""A protocol version is one frozen value with named switches; a new one names what differs from the last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """What one version of the protocol says."""

    name: str
    recipients_limit: int
    previous_limit: int
    exported_heads_limit: int
    exhibits_limit: int
    approvals_limit: int
    text_limit: int


MUSNAD_1 = ProtocolVersion(
    name="musnad/1",
    recipients_limit=16,
    previous_limit=1024,
    exported_heads_limit=4096,
    exhibits_limit=64,
    approvals_limit=8,
    text_limit=32_768,
)

VERSIONS = {version.name: version for version in (MUSNAD_1,)}
