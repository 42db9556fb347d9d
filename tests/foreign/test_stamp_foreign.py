"""Every stamp of an exported dossier, judged by ``openssl ts -verify``: nothing of ours but the bag it comes in."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from musnad.core.crypto.stamp import StampAnchor
from musnad.core.kernel.names import CaseRef
from musnad.core.messages import bodies
from musnad.exchange import stamping
from musnad.exchange.export import export_case
from musnad.exchange.stamping import stamp_newest
from musnad.exchange.witnessing import sign_head
from tests.core.treaty.data import FULL, PRESERVE
from tests.stamp_fixture import TestAuthority, new_authority
from tests.world import World

pytestmark = pytest.mark.foreign
CONTACT = "contact-24-7"


@dataclass
class Asked:
    authority: TestAuthority

    @property
    def anchor(self) -> StampAnchor:
        return self.authority.anchor

    def ask(self, request: bytes) -> bytes:
        return self.authority.answer(request)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case exported by a whole node, two authorities having stamped its log twice each; the bag, unpacked."""
    folder = tmp_path_factory.mktemp("stamps")
    authorities = [Asked(new_authority(folder / name, name)) for name in ("One", "Other")]
    world = World()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamping, "CLOCKS_APART", timedelta(days=365_000))  # the world's clock is moved by hand
        vn, to = world["VN"], [world["QA"].authority(CONTACT)]
        case = CaseRef(vn.say(CONTACT, to, bodies.Request(FULL[PRESERVE]), measure=PRESERVE))
        for facts in ("More is known.", "Still more."):
            vn.say(CONTACT, to, bodies.Request(FULL[PRESERVE] | {"facts": facts}), measure=PRESERVE, case=case)
            world.settle()
            sign_head(vn.ports)
            for authority in authorities:
                assert stamp_newest(vn.ports, authority, every_seconds=1, back_off_limit_seconds=1) is not None
            world.clock.advance(minutes=1)
        sink, officers = folder / "dossier.zip", (vn.officer(CONTACT),)
        author = vn.authority(CONTACT)
        export_case(vn.ports, case, author, officers, sink, with_content=False, pause=world.settle)
    with ZipFile(sink) as bag:
        bag.extractall(folder / "bag")
    return folder / "bag" / "data" / "log" / "VN" / "stamps"


def _openssl(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)


def _stamps(exported: Path) -> list[Path]:
    return sorted(exported.glob("*/*.tsr"))


def test_openssl_verifies_every_exported_stamp(exported: Path) -> None:
    stamps = _stamps(exported)
    assert len(stamps) == 4
    for answer in stamps:
        anchor, note = answer.parent / "anchor.pem", answer.with_suffix(".note")
        for over in (("-data", note), ("-queryfile", answer.with_suffix(".tsq"))):
            done = _openssl("ts", "-verify", "-in", answer, *over, "-CAfile", anchor)
            assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK"), done.stderr


def test_what_openssl_reads_is_what_we_say(exported: Path) -> None:
    for answer in _stamps(exported):
        told = _openssl("ts", "-reply", "-in", answer, "-text").stdout
        assert "Hash Algorithm: sha256" in told
        query = _openssl("ts", "-query", "-in", answer.with_suffix(".tsq"), "-text").stdout
        digest = hashlib.sha256(answer.with_suffix(".note").read_bytes()).hexdigest()
        dumped = "".join(line.split(" - ", 1)[1][:49].replace("-", "").replace(" ", "") for line in _dump(query))
        assert dumped == digest
        certificate = _openssl("x509", "-in", answer.parent / "anchor.pem", "-noout", "-fingerprint", "-sha256").stdout
        assert certificate.partition("=")[2].strip().replace(":", "").lower() == answer.parent.name


def _dump(text: str) -> list[str]:
    """The lines of the digest in openssl's own form."""
    return [line for line in text.splitlines() if line.lstrip().startswith(("0000 - ", "0010 - "))]


def test_openssl_refuses_a_stamp_over_another_head_or_under_another_root(exported: Path) -> None:
    first, second, *_rest = _stamps(exported)
    anchor = first.parent / "anchor.pem"
    assert first.parent == second.parent
    assert _openssl("ts", "-verify", "-in", first, "-data", second.with_suffix(".note"), "-CAfile", anchor).returncode
    other = next(place for place in exported.iterdir() if place != first.parent) / "anchor.pem"
    assert _openssl("ts", "-verify", "-in", first, "-data", first.with_suffix(".note"), "-CAfile", other).returncode
