"""Check 2: every directory set in the dossier begins at the anchor, belongs to one history, and held when it was used.

A set is judged at every receipt's time. What it says changes only where something expires, so the times between two
that give equal answers give that answer too: a few judgements do for thousands of receipts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from musnad.core.directory.directory import Directory
from musnad.core.directory.frame import root_by_fingerprint
from musnad.core.directory.judge import judge_bundle
from musnad.core.dossier import layout
from musnad.core.dossier.errors import DirectoriesDiffer, MemberMissing, MemberUnknown, NameDiffers, NotAnchored
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.reading import Reading
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.kernel.times import Instant

GRACE_LIMIT_DAYS = 90
"""The longest that a set may be used past its expiry, marked stale; docs/protocol.md, "The directory"."""


@dataclass
class Directories:
    """Judged sets by snapshot and time; a set that did not hold then is not here, and a finding says why."""

    judged: dict[tuple[Digest, Instant], Directory] = field(default_factory=dict)
    roots: dict[int, Digest] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def at(self, snapshot: Digest, moment: Instant) -> Directory | None:
        return self.judged.get((snapshot, moment))


def check_directories(
    reading: Reading, moments: Mapping[Digest, Iterable[Instant]], anchor: Digest | None
) -> Directories:
    """Judge every set at the moments it was used.

    1. every set that a receipt or the index names is here, under its snapshot's digest, and no other;
    2. its root chain holds the anchor; 3. two sets never hold different roots of one version; 4. it holds at each time.
    """
    found = Directories()
    for snapshot in moments:  # 1
        if snapshot not in reading.bundles:
            member = layout.directory_member(snapshot, "timestamp.json")
            found.findings.append(Finding("directory", MemberMissing(member), member))
    for snapshot, files in reading.bundles.items():
        member = layout.directory_member(snapshot, "timestamp.json")
        if snapshot not in moments:
            found.findings.append(Finding("directory", MemberUnknown(member), member))
            continue
        root = None if anchor is None else root_by_fingerprint(files, anchor)
        if anchor is not None and root is None:  # 2
            found.findings.append(Finding("directory", NotAnchored(anchor), member))
        _join_roots(found, reading, snapshot)  # 3
        _judge_span(found, snapshot, files, root, sorted(set(moments[snapshot])))  # 4
    return found


def _join_roots(found: Directories, reading: Reading, snapshot: Digest) -> None:
    from_names = {name: data for name, data in reading.bundles[snapshot].items() if name.endswith(".root.json")}
    for name, data in from_names.items():
        number = name.partition(".")[0]
        version = int(number) if number.isdecimal() else 0
        digest = digest_of(data)
        if found.roots.setdefault(version, digest) != digest:
            member = layout.directory_member(snapshot, name)
            found.findings.append(Finding("directory", DirectoriesDiffer(name), member))


def _judge_span(
    found: Directories, snapshot: Digest, files: Mapping[str, bytes], root: bytes | None, moments: list[Instant]
) -> None:
    if not moments:
        return
    first = _judge(found, snapshot, files, root, moments[0])
    last = first if len(moments) == 1 else _judge(found, snapshot, files, root, moments[-1])
    if first is None or len(moments) <= 2:  # what did not hold at first does not hold later
        return
    if first == last:
        found.judged.update({(snapshot, moment): first for moment in moments})
        return
    middle = len(moments) // 2
    _judge_span(found, snapshot, files, root, moments[:middle])
    _judge_span(found, snapshot, files, root, moments[middle:])


def _judge(
    found: Directories, snapshot: Digest, files: Mapping[str, bytes], root: bytes | None, moment: Instant
) -> Directory | None:
    if (snapshot, moment) in found.judged:
        return found.judged[snapshot, moment]
    member = layout.directory_member(snapshot, "timestamp.json")
    try:
        directory = judge_bundle(files, root, moment, GRACE_LIMIT_DAYS)
        if directory.ref.snapshot != snapshot:
            raise NameDiffers(member, directory.ref.snapshot)
    except MusnadError as error:
        finding = Finding("directory", error, member)
        if not any(one.member == member and str(one.error) == str(error) for one in found.findings):
            found.findings.append(finding)
        return None
    found.judged[snapshot, moment] = directory
    return directory
