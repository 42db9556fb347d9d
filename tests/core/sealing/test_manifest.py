from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName, SealId, digest_of
from musnad.core.kernel.times import parse_instant
from musnad.core.sealing.manifest import Manifest, SourceNote, Tool, write_manifest
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


def changed(path: str, value: object) -> bytes:
    whole = json.loads(write_manifest(GOOD))
    *steps, last = path.split(".")
    at: Any = whole
    for step in steps:
        at = at[step]
    at[last] = value
    return write_canonical(whole)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("format", "musnad-seal/2", "manifest.unknown-format"),
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
