"""What can be wrong with a message's form."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed


@dataclass(eq=False)
class BadMessage(Malformed):
    """A member of a message is missing, unknown or not of its form."""

    code = "message.invalid"
    remedy = "Correct the named member; docs/protocol.md lists each kind's members."
    member: str
    why: str


@dataclass(eq=False)
class UnknownVersion(Malformed):
    """The message is of a protocol version or kind that this node does not know."""

    code = "version.unsupported"
    remedy = "Update this node, or ask the sender to use the version that the directory names for this Party."
    version: str
