"""Sets of the directory between nodes: what a peer's receipt names and this node never fetched, its giver serves.

Two nodes fetch at different times, and a set that one of them never saw is soon not the Registrar's newest any more.
Without it nobody could judge that receipt again. A set proves itself: it is taken from a peer like from any mirror.
"""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.directory.entry import Party
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest
from musnad.core.kernel.times import Instant
from musnad.exchange.ports import Ports

SET_LIMIT_OCTETS = 32 * 1024 * 1024
"""A whole set as it goes over the wire."""
FILES_LIMIT = 1024


def write_set(files: Mapping[str, bytes]) -> bytes:
    """Canonical JSON, ``{file name: base64}``."""
    return write_canonical({name: write_b64(data) for name, data in files.items()})


def parse_set(data: bytes) -> dict[str, bytes]:
    """Read what ``write_set`` wrote; nothing is believed yet.

    Raises:
        NotJson, TooLarge, BadForm: it is no such thing.
    """
    found = parse_object(data, what="directory set", limit_octets=SET_LIMIT_OCTETS)
    if len(found) > FILES_LIMIT:
        raise BadForm("directory set", "too many files")
    files = {}
    for name, text in found.items():
        if not isinstance(text, str):
            raise BadForm("directory set", "not base64")
        files[name] = parse_b64(text, what="directory set")
    return files


def obtain_set(ports: Ports, snapshot: Digest, holder: Party, at: Instant) -> None:
    """See that this node holds the set, asking the Party whose receipt names it; ``at`` is when it was used.

    Raises:
        PeerUnreachable, PeerRefused, PeerGarbage: the peer does not serve it.
        Whatever ``Directories.keep`` raises: what it serves is not that set, or not of our history.
    """
    if not ports.directories.holds(snapshot):
        ports.directories.keep(snapshot, ports.wire.directory_set(holder, snapshot), at)
