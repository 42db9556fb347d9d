"""Judge one set of the directory's files, offline, at a time that is given.

A *bundle* is one set as files by name: the root chain ``N.root.json``, ``timestamp.json``, ``N.snapshot.json``,
``N.targets.json``, and for each Party ``N.party-XX.json`` with its targets ``parties/XX/...``. A bundle may leave out
whole Parties (they are unknown then); it never holds a file that the set does not name. A court expert judges the same
bundle years later and gets the same answer. Roll-back and pins compare sets: ``frame.check_advance`` and ``pins``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from musnad.core.directory.directory import Directory, Entry, SetRef
from musnad.core.directory.entry import Party
from musnad.core.directory.errors import BadDirectory, DirectoryExpired
from musnad.core.directory.frame import Frame, judge_frame
from musnad.core.directory.metadata import (
    KEYS_MEMBER,
    check_signed,
    check_vouched,
    parse_role,
    party_path,
    role_of,
    tuf_keys,
)
from musnad.core.directory.party_file import parse_party
from musnad.core.directory.tuf import Targets
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant

_TARGET_NAME = re.compile(r"[a-z0-9-]{1,64}\.[a-z0-9]{1,8}", re.ASCII)

__all__ = ["Directory", "check_fresh", "judge_bundle", "judge_party"]


def judge_bundle(files: Mapping[str, bytes], anchor: bytes | None, at: Instant, grace_days: int) -> Directory:
    """Verify a set and say who is who.

    Args:
        anchor: the bytes of any root in the set's chain, obtained elsewhere; None judges consistency only, and
            ``root_fingerprint`` is then the first root's, for a person to compare.
        at: the time to judge expiry at.
        grace_days: how long after an expiry the set may still be used, marked stale; 0 for a newly fetched set.
    Returns:
        the directory; ``ref.stale`` tells that a file of the frame had expired, ``ref_of`` also counts the Party's own.
    Raises:
        DirectoryExpired: a file of the frame is past its grace. A Party's role past its grace costs that Party only.
        ForeignRoot: the anchor is not in the chain.
        BadDirectory, NotJson, TooLarge: a file is not what the set says, naming the file.
        BadEntry, BadForm, BadKey, BadSignature: a party.json, signed as it may be, is not of its form.
    """
    frame = judge_frame(files, anchor)
    stale = _check_expiry(frame, at, grace_days)
    ref = SetRef(frame.snapshot_digest, frame.snapshot.version, stale)
    judged = set(frame.names)
    entries: dict[PartyCode, Entry] = {}
    for code in sorted(frame.role_keys):
        file = frame.role_file(code)
        if file is None or file not in files:
            continue
        role, party = judge_party(frame, files, code)
        judged |= {file, *role.targets}
        late = at >= role.expires
        entries[code] = Entry(
            party, SetRef(ref.snapshot, ref.version, stale or late), file, _is_past(role.expires, at, grace_days)
        )
    strangers = sorted(set(files) - judged)
    if strangers:
        raise BadDirectory("not part of the set", strangers[0][:200])
    return Directory(ref, frame.root_fingerprint, entries)


def judge_party(frame: Frame, files: Mapping[str, bytes], code: PartyCode) -> tuple[Targets, Party]:
    """Verify one Party's role and files within a verified frame; nothing is said of expiry.

    1. the role is signed by both halves of the Party's key, of the version and hash that the snapshot names;
    2. what is signed names those very keys, so that older keys signing it too vouch for the newer (``pins``);
    3. it delegates nothing further and speaks for its own folder only; 4. every file is there, of its hash.

    Raises:
        BadDirectory and the errors of ``parse_party``.
    """
    file = frame.role_file(code)
    if file is None or code not in frame.role_keys or file not in files:
        raise BadDirectory("missing", file or f"{role_of(code)}.json")
    meta = frame.snapshot.meta[f"{role_of(code)}.json"]
    check_vouched(meta, files[file], file)
    role = parse_role(Targets, files[file], file)
    check_signed(frame.targets, role_of(code), role, file)  # 1
    if role.signed.version != meta.version:
        raise BadDirectory("not the version that the set names", file)
    if role.signed.unrecognized_fields.get(KEYS_MEMBER) != [key.keyid for key in tuf_keys(frame.role_keys[code])]:  # 2
        raise BadDirectory("does not name the keys that sign it", file)
    if role.signed.delegations is not None:  # 3
        raise BadDirectory("a Party's role delegates further", file)
    own = party_path(code)
    if own not in role.signed.targets:
        raise BadDirectory("missing", own)
    for path, target in role.signed.targets.items():  # 4
        folder, _, name = path.rpartition("/")
        if folder != f"parties/{code}" or not _TARGET_NAME.fullmatch(name):
            raise BadDirectory("a Party's role speaks for another folder, or names a file oddly", file)
        if path not in files:
            raise BadDirectory("missing", path[:200])
        check_vouched(target, files[path], path[:200])
    party = parse_party(files[own])
    if party.code != code:
        raise BadDirectory("the entry of another Party", own)
    return role.signed, party


def check_fresh(frame: Frame, now: Instant) -> None:
    """Raise ``DirectoryExpired`` where a file of a newly fetched frame has expired: new metadata has no grace."""
    _check_expiry(frame, now, 0)


def _check_expiry(frame: Frame, at: Instant, grace_days: int) -> bool:
    for file, expires in frame.expiries:
        if _is_past(expires, at, grace_days):
            raise DirectoryExpired(file)
    return any(at >= expires for _, expires in frame.expiries)


def _is_past(expires: datetime, at: Instant, grace_days: int) -> bool:
    judged: datetime = at
    return judged - expires >= timedelta(days=grace_days)
