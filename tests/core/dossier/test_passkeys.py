"""Offline, years later: an officer's passkey counts for this payload, at his desk's address, verified, as the roster of
that day lists it; for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from musnad.core.crypto.passkey import Assertion
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from tests.directory_fixture import NOW, SINCE
from tests.dossier_fixture import codes, fields, judge
from tests.passkey_fixture import BE, UP, UV, SoftAuthenticator
from tests.passkey_world import KEYS, Signs, ToldByPasskey, passkey_world

WORLD = passkey_world()
ASSERTION, UNKNOWN, RETIRED = "signature.passkey-invalid", "directory.unknown-key", "directory.retired-key"
OTHER = KEYS["VN/central-authority"]


def honest(key: SoftAuthenticator, challenge: bytes) -> Assertion:
    return key.sign(challenge)


def told(signs: Signs = honest, world: object = WORLD) -> ToldByPasskey:
    one = ToldByPasskey(world, signs=signs, seed="passkeys")  # type: ignore[arg-type]
    one.say("VN/contact-24-7", bodies.Request(fields("Preserve")))
    return one


def judged(one: ToldByPasskey, folder: Path, signs: Signs = honest) -> Verdict:
    """The export itself is signed honestly: what is found is of the request."""
    one.signs = signs
    return judge(one.write(folder / "dossier.zip"), one.anchor)


def test_a_case_approved_by_passkeys_is_proven(tmp_path: Path) -> None:
    verdict = judged(told(), tmp_path)
    assert verdict.proven, codes(verdict)


def tampered(key: SoftAuthenticator, challenge: bytes) -> Assertion:
    good = key.sign(challenge)
    return replace(good, authenticator_data=good.authenticator_data[:-1] + b"\x09")


def raised(key: SoftAuthenticator, challenge: bytes) -> Assertion:
    low, high = key.sign(challenge, flags=UP), key.sign(challenge)
    return replace(low, authenticator_data=high.authenticator_data)


ATTACKS: dict[str, Signs] = {
    "an assertion replayed from another draft": lambda key, _: key.sign(b"another draft, its digest, 32 ..."),
    "at another origin": lambda key, challenge: key.sign(challenge, origin="https://evil.example"),
    "at another Party's desk": lambda key, challenge: key.sign(challenge, origin=KEYS["QA/contact-24-7"].origin),
    "for another relying party": lambda key, challenge: key.sign(challenge, relying_party="evil.example"),
    "in another page's frame": lambda key, challenge: key.sign(challenge, crossOrigin=True),
    "by somebody who was not verified": lambda key, challenge: key.sign(challenge, flags=UP),
    "by nobody who was present": lambda key, challenge: key.sign(challenge, flags=UV),
    "by a key that may be copied": lambda key, challenge: key.sign(challenge, flags=UP | UV | BE),
    "with another counter than was signed": tampered,
    "with flags that were not signed": raised,
    "by the passkey of another officer": lambda _, challenge: OTHER.sign(challenge),
    "by a registration": lambda key, challenge: key.sign(challenge, type="webauthn.create"),
    "by a code of six digits": lambda *_: Assertion(b"123456", b"123456", b"123456"),
    "by nothing": lambda *_: Assertion(b"", b"", b""),
}


@pytest.mark.parametrize("signs", ATTACKS.values(), ids=ATTACKS)
def test_does_not_prove_an_approval(signs: Callable[..., Assertion], tmp_path: Path) -> None:
    verdict = judged(told(signs), tmp_path)
    assert not verdict.proven
    assert codes(verdict) == {ASSERTION}


def test_the_export_is_held_to_the_same(tmp_path: Path) -> None:
    verdict = judged(told(), tmp_path, ATTACKS["by somebody who was not verified"])
    assert codes(verdict) == {ASSERTION}


def test_does_not_prove_by_a_passkey_that_no_roster_lists(tmp_path: Path) -> None:
    assert UNKNOWN in codes(judged(told(world=passkey_world(without="VN/contact-24-7")), tmp_path))


@pytest.mark.parametrize(
    ("since", "until"),
    [(SINCE, NOW), (Instant(NOW + timedelta(days=1)), None)],
    ids=["retired before", "listed only later"],
)
def test_does_not_prove_by_a_passkey_that_was_not_valid_then(
    since: Instant, until: Instant | None, tmp_path: Path
) -> None:
    assert RETIRED in codes(judged(told(world=passkey_world(since=since, until=until)), tmp_path))


def test_a_passkey_retired_since_still_proves_what_it_approved(tmp_path: Path) -> None:
    world = passkey_world(until=Instant(NOW + timedelta(hours=1)))
    assert judged(told(world=world), tmp_path).proven
