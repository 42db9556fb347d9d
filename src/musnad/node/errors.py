"""What can be wrong with a node's folder and configuration."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable


@dataclass(eq=False)
class NotANode(Malformed):
    """The folder holds no node."""

    code = "node.missing"
    remedy = "Make one with `musnad node create DIR`, or name the right folder with --node or MUSNAD_NODE."
    folder: str


@dataclass(eq=False)
class BadConfiguration(Malformed):
    """node.toml has a setting that is missing, unknown or of the wrong kind."""

    code = "node.configuration"
    remedy = "Correct the named setting in node.toml; docs/architecture.md lists them."
    setting: str
    why: str


@dataclass(eq=False)
class FolderTaken(Malformed):
    """The folder to create is there already and is not empty."""

    code = "folder.taken"
    remedy = "Name a folder that does not exist yet."
    folder: str


@dataclass(eq=False)
class NodeRunning(Unavailable):
    """The node is running already, or its port is taken."""

    code = "node.running"
    remedy = "Stop the other process, or choose another port in node.toml."
    what: str
