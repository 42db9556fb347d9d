"""A proof that a log has split, as one file that anybody can check offline: both heads, the path, and who is who.

    {"directory": {file name: base64}, "format": "musnad-split/1", "heads": [...], "party": code, "path": [...]}

It is a split's document (``core.transparency.split``) beside a set of the directory that lists the log's key. Whether
that set has expired is not asked: it says whose key this is, and a key that signed both heads did so at any time.
Left to the caller: where the anchor comes from; one that came with the file anchors nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from musnad.core.directory.frame import root_by_fingerprint
from musnad.core.directory.judge import judge_bundle
from musnad.core.dossier.errors import NotAnchored
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.kernel.times import Instant, write_instant
from musnad.core.transparency.errors import NotASplit
from musnad.core.transparency.keys import LogVerifyingKey
from musnad.core.transparency.split import Split, SplitDocument, read_members

FILE_LIMIT_OCTETS = 48 * 1024 * 1024
FILES_LIMIT = 1024
_BEFORE_ALL = Instant(datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class SplitVerdict:
    """A split that the file proves: of the log that the directory in it says is the Party's.

    ``anchor`` is the root fingerprint it was judged under, None where none was given; then ``root`` is to compare.
    """

    party: PartyCode
    names: Mapping[str, str]
    split: Split
    root: Digest
    anchor: Digest | None

    def write(self) -> JsonObject:
        """As JSON; members are only ever added."""
        return {
            "format": "musnad-verdict/1",
            "verdict": "split-proven" if self.anchor is not None else "split-not-anchored",
            "party": self.party,
            "origin": self.split.older.checkpoint.origin,
            "heads": [
                {
                    "size": one.checkpoint.size,
                    "root": one.checkpoint.root.hex(),
                    "stated_at": None if one.at is None else write_instant(one.at),
                }
                for one in (self.split.older, self.split.newer)
            ],
            "anchor": self.anchor,
            "roots": [self.root],
        }


def write_split_file(document: SplitDocument, files: Mapping[str, bytes]) -> bytes:
    """The file of a split and the directory's set that lists its log's key."""
    told = document.members()
    told["directory"] = {name: write_b64(data) for name, data in files.items()}
    return write_canonical(told)


def judge_split_file(data: bytes, anchor: Digest | None) -> SplitVerdict:
    """What the file proves.

    1. It is of its form; 2. its directory holds, under the anchor if one is given; 3. the log that the directory gives
    to the Party signed both heads; 4. they cannot both be true.

    Raises:
        NotJson, TooLarge, BadForm: 1. NotAnchored and the errors of ``judge_bundle``: 2. NotASplit: the directory
            lists no such Party, or 4. The errors of ``open_checkpoint``: 3.
    """
    told = parse_object(data, what="split", limit_octets=FILE_LIMIT_OCTETS)  # 1
    files = _files(told.pop("directory", None))
    document = read_members(told)
    root = None if anchor is None else root_by_fingerprint(files, anchor)  # 2
    if anchor is not None and root is None:
        raise NotAnchored(anchor)
    directory = judge_bundle(files, root, _BEFORE_ALL, 0)
    entry = directory.entries.get(document.party)
    if entry is None:
        raise NotASplit("the directory lists no such Party")
    keys = entry.party.log
    split = document.prove(LogVerifyingKey(keys.name, keys.ed25519, keys.ml_dsa_44))  # 3, 4
    return SplitVerdict(document.party, entry.party.names, split, directory.root_fingerprint, anchor)


def _files(told: object) -> dict[str, bytes]:
    if not isinstance(told, dict) or len(told) > FILES_LIMIT:
        raise BadForm("split", "no set of the directory in it")
    files: dict[str, bytes] = {}
    for name, text in told.items():
        if not isinstance(text, str):
            raise BadForm("split", "a file of the directory that is not base64")
        files[str(name)] = parse_b64(text, what="split")
    return files
