from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName, SealId, digest_of
from musnad.core.kernel.times import parse_instant
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import Manifest, RecordsNote, SourceNote, Tool, write_manifest
from musnad.core.sealing.schema import parse_manifest

GOOD = Manifest(
    seal=SealId("0f" * 16),
    name="قرص الخادم.img",
    media_type="application/octet-stream",
    size_octets=64 * 1024 * 1024,
    sha256=digest_of(b"content"),
    root=digest_of(b"root"),
    sealed_at=parse_instant("2026-11-23T03:00:00Z"),
    sealed_by=AuthorityId("QA/central-authority"),
    officer=OfficerName("QA/central-authority/falcon"),
    tool=Tool("musnad", "0.1.0"),
    source=SourceNote("Disk of the mail server", "file", "SN 12345"),
    under=MessageId(digest_of(b"request")),
    exercise=True,
)


@pytest.mark.parametrize("bare", [True, False])
def test_reads_back_what_it_wrote(bare: bool) -> None:
    manifest = GOOD
    if bare:
        manifest = dataclasses.replace(GOOD, officer=None, under=None, source=SourceNote("A folder", "folder"))
    assert parse_manifest(write_manifest(manifest)) == manifest


def test_absent_members_are_absent_not_null() -> None:
    bare = dataclasses.replace(GOOD, officer=None, under=None, source=SourceNote("A folder", "folder"))
    assert b"null" not in write_manifest(bare)


NOTED = dataclasses.replace(
    GOOD,
    source=SourceNote("A folder", "folder"),
    unread=(Span(0, 4096), Span(8192, 1)),
    reads=2,
    records=RecordsNote(3, digest_of(b"records"), 1, Span(1024, 300)),
)


@pytest.mark.parametrize("member", ["unread", "reads", "records"])
def test_each_note_makes_it_the_second_format_and_reads_back(member: str) -> None:
    none = dataclasses.replace(NOTED, unread=(), reads=1, records=None)
    assert (NOTED.format, none.format, GOOD.format) == ("musnad-seal/2", "musnad-seal/1", "musnad-seal/1")
    for manifest in (NOTED, none, dataclasses.replace(none, **{member: getattr(NOTED, member)})):
        assert parse_manifest(write_manifest(manifest)) == manifest
    assert NOTED.unread_octets == 4097


def test_a_manifest_holds_as_many_ranges_as_it_may_name() -> None:
    most = tuple(Span(2**50 - 2**41 + at * 2**30, 2**29) for at in range(1024))
    manifest = dataclasses.replace(NOTED, size_octets=2**50, unread=most, name="ن" * 120)
    assert parse_manifest(write_manifest(manifest)) == manifest
    with pytest.raises(MusnadError):
        parse_manifest(write_manifest(dataclasses.replace(manifest, unread=(Span(0, 1), *most))))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "musnad-seal/1"),
        ("unread", []),
        ("unread", None),
        ("unread", [[0, 0]]),
        ("unread", [[0]]),
        ("unread", [[0, 1, 2]]),
        ("unread", [[5, 1], [0, 1]]),
        ("unread", [[0, 5], [5, 1]]),
        ("unread", [[0, 5], [4, 5]]),
        ("unread", [[-1, 5]]),
        ("unread", [[64 * 1024 * 1024, 1]]),
        ("unread", [["0", 1]]),
        ("reads", 1),
        ("reads", 3),
        ("reads", None),
        ("reads", True),
        ("records", None),
        ("records.kind", "lines"),
        ("records.count", -1),
        ("records.count", 0),
        ("records.root", "00"),
        ("records.missing", 4),
        ("records.index.first", 64 * 1024 * 1024),
        ("records.index.more", 1),
        ("records.more", 1),
        ("source.kind", "file"),
    ],
)
def test_refuses_a_note_that_is_not_of_its_form(path: str, value: object) -> None:
    with pytest.raises(MusnadError) as caught:
        parse_manifest(changed(path, value, NOTED))
    assert caught.value.code == "manifest.invalid"


def changed(path: str, value: object, good: Manifest = GOOD) -> bytes:
    whole = json.loads(write_manifest(good))
    *steps, last = path.split(".")
    at: Any = whole
    for step in steps:
        at = at[step]
    at[last] = value
    return write_canonical(whole)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("format", "musnad-seal/3", "manifest.unknown-format"),
        ("format", "musnad-seal/2", "manifest.invalid"),
        ("unread", [[0, 1]], "manifest.invalid"),
        ("reads", 2, "manifest.invalid"),
        ("format", 1, "manifest.unknown-format"),
        ("seal", "0F" * 16, "manifest.invalid"),
        ("name", "../etc/passwd", "manifest.invalid"),
        ("name", "fdp\u202eexe", "manifest.invalid"),
        ("media_type", "text/plain\n", "manifest.invalid"),
        ("media_type", "plain", "manifest.invalid"),
        ("size_octets", -1, "manifest.invalid"),
        ("size_octets", "1", "manifest.invalid"),
        ("size_octets", True, "manifest.invalid"),
        ("size_octets", 2**50 + 1, "manifest.invalid"),
        ("size_octets", 1, "manifest.invalid"),
        ("parts", 15, "manifest.invalid"),
        ("parts", True, "manifest.invalid"),
        ("part_octets", 1024, "manifest.invalid"),
        ("tree.leaf_octets", 1024, "manifest.invalid"),
        ("tree.hash", "sha-1", "manifest.invalid"),
        ("tree.root", "00", "manifest.invalid"),
        ("construction", "none", "manifest.invalid"),
        ("sha256", None, "manifest.invalid"),
        ("sealed_at", "2026-11-23T03:00:00+01:00", "manifest.invalid"),
        ("sealed_by", "Qatar", "manifest.invalid"),
        ("officer", "VN/contact-24-7/lotus", "manifest.invalid"),
        ("officer", None, "manifest.invalid"),
        ("under", None, "manifest.invalid"),
        ("source.device", None, "manifest.invalid"),
        ("source.kind", "socket", "manifest.invalid"),
        ("source.description", "", "manifest.invalid"),
        ("tool.version", "a\x1bb", "manifest.invalid"),
        ("exercise", 1, "manifest.invalid"),
        ("key", "added", "manifest.invalid"),
        ("tree.more", 1, "manifest.invalid"),
    ],
)
def test_refuses_a_manifest_with_a_wrong_member(path: str, value: object, code: str) -> None:
    with pytest.raises(MusnadError) as caught:
        parse_manifest(changed(path, value))
    assert caught.value.code == code


@pytest.mark.parametrize("member", sorted(set(json.loads(write_manifest(GOOD))) - {"officer", "under", "format"}))
def test_refuses_a_manifest_without_a_member(member: str) -> None:
    whole = json.loads(write_manifest(GOOD))
    del whole[member]
    with pytest.raises(MusnadError) as caught:
        parse_manifest(write_canonical(whole))
    assert caught.value.code == "manifest.invalid"


def test_refuses_a_manifest_larger_than_its_limit() -> None:
    with pytest.raises(MusnadError) as caught:
        parse_manifest(b"{" + b" " * 70_000 + b"}")
    assert caught.value.code == "form.too-large"
