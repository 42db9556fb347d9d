"""Words of the house: why a delivery waits and what helps, what is wrong with a backup, the processes of a node."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.kernel.errors import leaves
from musnad.language.speech import current, mark

_FAULTS: Mapping[str, str] = {
    "digest": mark("its octets are not what was written"),
    "entries": mark("not as many entries as were copied"),
    "head": mark("the signed head is not the tree over the log"),
    "lost": mark("it is not there"),
    "manifest": mark("it is not whole"),
    "missing-at-node": mark("the node's vault did not have it when the backup was made"),
    "not-in-backup": mark("the database says that it is held, and the backup does not have it"),
    "other-manifest": mark("it is not the manifest that this node wrote"),
    "size": mark("it does not have its size"),
    "tree": mark("an entry is not in the tree at its place"),
    "unreadable": mark("it cannot be read"),
    "unsound": mark("SQLite finds the database damaged"),
}
_PROCESSES: Mapping[str, str] = {
    "gate": mark("gate: other nodes reach it"),
    "desk": mark("desk: officers work here"),
    "api": mark("programming interface"),
    "worker": mark("worker: delivers, signs heads, fetches the directory"),
}
_WAITS: Mapping[str, str] = {
    "": mark("It has not been tried yet."),
    "peer.unreachable": mark("Its node does not answer."),
    "peer.busy": mark("Its node is there and says that it is too busy now."),
    "peer.refused": mark("Its node answered, and did not take the message."),
    "peer.garbage": mark("Its node answered with something that is no receipt."),
    "peer.short-body": mark("The line was cut before the answer was whole."),
    "directory.none": mark("This node has no verified directory, so it does not know where to deliver."),
    "directory.expired": mark("The directory has expired, and its days of grace are over: nothing is sent by it."),
    "directory.unknown-party": mark("The directory no longer lists this Party."),
    "directory.unknown-authority": mark("The directory no longer lists the authority that it is for."),
    "directory.unknown-key": mark("The directory lists no key that the message could be closed for now."),
    "directory.retired-key": mark("The keys that the directory lists for it are not valid now."),
}
_OTHER = mark("It could not be delivered; the code says why.")


def fault_told(code: str) -> str:
    """What is wrong with a part of a backup; a code that stands in no table as it is."""
    return current().gettext(_FAULTS[code]) if code in _FAULTS else code


def process_named(name: str) -> str:
    """A process of a node and what it does."""
    return current().gettext(_PROCESSES[name]) if name in _PROCESSES else name


def why_it_waits(code: str) -> str:
    """Why a delivery has not been done, in a sentence; ``code`` is what its last try ended with, or empty."""
    return current().gettext(_WAITS.get(code, _OTHER))


def what_helps(code: str) -> str:
    """What whoever runs the node can do about it: the remedy of the error; empty for a code that has none here."""
    found = next((one for one in leaves() if one.code == code), None)
    return "" if found is None else current().gettext(found.remedy)
