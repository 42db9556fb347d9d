"""BagIt (RFC 8493) as a dossier uses it: version 1.0, SHA-256, one payload and one tag manifest, nothing optional left
open. Every tag file is made from values, so that the checker compares octets.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from musnad.core.dossier.archive import Archive, Source
from musnad.core.dossier.errors import ManifestAltered, MemberAltered, MemberMissing, MemberUnknown
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.layout import BAG_INFO, BAGIT, MANIFEST, PAYLOAD, TAG_MANIFEST
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST_LIMIT_OCTETS = 256 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)", re.ASCII)

Told = Callable[[int], None]
"""Called with octets read since the last call; for progress."""
Watch = Callable[[bytes], None]
"""Sees a member's chunks in order."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What one pass over a member gives."""

    size: int
    crc: int
    sha256: Digest


def sum_of(chunks: Iterable[bytes], told: Told | None = None, watch: Watch | None = None) -> Sums:
    """Size, CRC-32 and SHA-256 in one pass; ``watch`` sees every chunk."""
    size, crc, sha256 = 0, 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        sha256.update(chunk)
        if watch is not None:
            watch(chunk)
        if told is not None:
            told(len(chunk))
    return Sums(size, crc, Digest(sha256.hexdigest()))


def write_manifest(digests: Mapping[str, Digest]) -> bytes:
    """A BagIt manifest: digest, two spaces, path; in the order of paths."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii")


def parse_manifest(data: bytes, *, what: str) -> dict[str, Digest]:
    """The digests by path; ``ManifestAltered`` unless ``write_manifest`` makes these very bytes of them."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ManifestAltered(what, "not ASCII") from error
    found: dict[str, Digest] = {}
    for line in lines[:-1]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestAltered(what, "a line is not a digest and a path")
        found[match[2]] = Digest(match[1])
    if write_manifest(found) != data:
        raise ManifestAltered(what, "not in order, or a path stands twice")
    return found


def write_bag_info(case: CaseRef, exporter: AuthorityId, *, exercise: bool) -> bytes:
    """``bag-info.txt``, made from the index."""
    lines = [
        f"Source-Organization: {exporter}",
        f"External-Identifier: {case}",
        "Bag-Software-Agent: Musnad (musnad/1)",
        f"Internal-Sender-Description: {'EXERCISE - ' if exercise else ''}one case, for musnad verify",
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def check_bag(
    source: Source, *, told: Told | None = None, watches: Mapping[str, Watch] | None = None
) -> tuple[dict[str, Sums], list[Finding]]:
    """Check 1: manifests against members, both ways, and against the archive's own CRC-32. Every member is read once.

    Returns:
        The sums of every member that could be read, and every defect by member.
    """
    sums: dict[str, Sums] = {}
    findings: list[Finding] = []
    for name in source.names():
        try:
            sums[name] = sum_of(source.chunks(name), told, (watches or {}).get(name))
        except MusnadError as error:
            findings.append(Finding("bag", error, name))
            continue
        if isinstance(source, Archive) and sums[name].crc != source.entry(name).crc:
            findings.append(Finding("bag", MemberAltered(name, "archive"), name, 0, sums[name].size))
    findings += _against(source, MANIFEST, {n: one for n, one in sums.items() if n.startswith(PAYLOAD)}, sums)
    tags = {n: one for n, one in sums.items() if not n.startswith(PAYLOAD) and n != TAG_MANIFEST}
    findings += _against(source, TAG_MANIFEST, tags, sums)
    if BAGIT in sums and source.read(BAGIT, MANIFEST_LIMIT_OCTETS) != DECLARATION:
        findings.append(Finding("bag", ManifestAltered(BAGIT, "not the declaration"), BAGIT))
    findings += [Finding("bag", MemberMissing(name), name) for name in (BAGIT, BAG_INFO) if name not in sums]
    return sums, findings


def _against(source: Source, manifest: str, members: Mapping[str, Sums], sums: Mapping[str, Sums]) -> list[Finding]:
    if manifest not in sums:
        return [Finding("bag", MemberMissing(manifest), manifest)]
    try:
        said = parse_manifest(source.read(manifest, MANIFEST_LIMIT_OCTETS), what=manifest)
    except MusnadError as error:
        return [Finding("bag", error, manifest)]
    findings = [Finding("bag", MemberMissing(name), name) for name in said if name not in members]
    for name, found in members.items():
        if name not in said:
            findings.append(Finding("bag", MemberUnknown(name), name))
        elif said[name] != found.sha256:
            findings.append(Finding("bag", MemberAltered(name, manifest), name, 0, found.size))
    return findings
