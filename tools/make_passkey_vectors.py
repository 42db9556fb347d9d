"""Make the test vectors of approvals by passkey (tests/vectors/envelope/passkeys.json): the same bytes each time.

    make_passkey_vectors.py           write them
    make_passkey_vectors.py --check   exit 1 unless what stands is what would be written

Each is a roster's member ``passkey`` and a DSSE that bears its assertion; ``expect`` is the payload's id and the
challenge, or the code of the error and why.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from musnad.core.crypto.dsse import Dsse, pae
from musnad.core.crypto.errors import BadAssertion
from musnad.core.crypto.passkey import EDDSA, ES256, Assertion, challenge_to
from musnad.core.crypto.signing import Signature
from musnad.core.messages.message import MESSAGE_TYPE, write_message
from tests.messages_of_each_kind import MESSAGES
from tests.passkey_fixture import BE, ED, UP, UV, SoftAuthenticator

TARGET = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "envelope" / "passkeys.json"
PAYLOAD = write_message(MESSAGES["request"])
CHALLENGE = challenge_to(pae(MESSAGE_TYPE, PAYLOAD))
PLACE = ("desk.example", "https://desk.example:9443")
P256, ED25519 = SoftAuthenticator(*PLACE, ES256, "vector"), SoftAuthenticator(*PLACE, EDDSA, "vector")

Case = dict[str, Any]


def cases() -> list[Case]:
    extended = P256.sign(CHALLENGE, flags=UP | UV | ED, extra=b"\xa1\x63uvm\x80")
    good = [
        ("ES256", P256, P256.sign(CHALLENGE)),
        ("ES256, the other s", P256, P256.sign(CHALLENGE, high_s=True)),
        ("ES256, extensions follow", P256, extended),
        ("ES256, a member of the client data that nobody knows", P256, P256.sign(CHALLENGE, more="x")),
        ("EdDSA", ED25519, ED25519.sign(CHALLENGE)),
    ]
    honest = P256.sign(CHALLENGE)
    counted = replace(honest, authenticator_data=honest.authenticator_data[:-1] + b"\x07")
    bad = [
        ("signed for another payload", P256.sign(challenge_to(b"another"))),
        ("at another origin", P256.sign(CHALLENGE, origin="https://desk.example.evil.example")),
        ("in another origin's frame", P256.sign(CHALLENGE, crossOrigin=True)),
        ("with a topOrigin", P256.sign(CHALLENGE, topOrigin="https://evil.example")),
        ("for another relying party", P256.sign(CHALLENGE, relying_party="evil.example")),
        ("a registration, not an assertion", P256.sign(CHALLENGE, type="webauthn.create")),
        ("nobody present", P256.sign(CHALLENGE, flags=UV)),
        ("present, not verified", P256.sign(CHALLENGE, flags=UP)),
        ("a key that may be backed up", P256.sign(CHALLENGE, flags=UP | UV | BE)),
        ("an octet after the authenticator data", P256.sign(CHALLENGE, extra=b"\0")),
        ("extensions announced and missing", P256.sign(CHALLENGE, flags=UP | UV | ED)),
        ("another counter than was signed", counted),
        ("the passkey of another officer", SoftAuthenticator(*PLACE, ES256, "another").sign(CHALLENGE)),
        ("client data with a member twice", _twice()),
        ("no assertion at all", Assertion(b"", b"", b"")),
    ]
    told = [_case(note, key, given) for note, key, given in good]
    return told + [_case(note, P256, given) for note, given in bad]


def _twice() -> Assertion:
    given = P256.sign(CHALLENGE)
    client_data = given.client_data[:-1] + b',"crossOrigin":false}'
    return Assertion(
        given.authenticator_data, client_data, P256.sign_octets(given.authenticator_data + challenge_to(client_data))
    )


def _case(note: str, key: SoftAuthenticator, given: Assertion) -> Case:
    dsse = Dsse(PAYLOAD, MESSAGE_TYPE, (Signature(key.passkey.ids[0], given.write()),))
    expect: Case = {"id": dsse.id, "challenge": CHALLENGE.hex(), "key_id": key.passkey.ids[0]}
    try:
        dsse.verify(key.passkey, what="vector")
    except BadAssertion as error:
        expect = {"code": error.code, "why": error.why}
    return {
        "note": note,
        "input": {"passkey": key.passkey.write(), "dsse": dsse.write().decode("ascii")},
        "expect": expect,
    }


def written() -> str:
    return json.dumps(cases(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is not as it would be")
    check, text = parser.parse_args().check, written()
    stands = TARGET.exists() and TARGET.read_text("utf-8") == text
    if not stands and check:
        print(f"{TARGET.name}: not as it would be made", file=sys.stderr)
    elif not stands:
        TARGET.write_text(text, "utf-8")
    return 1 if check and not stands else 0


if __name__ == "__main__":
    sys.exit(main())
