"""Make the test vectors of messages, signatures and envelopes (tests/vectors/messages, tests/vectors/envelope).

    make_message_vectors.py           write them
    make_message_vectors.py --check   exit 1 unless what stands is what would be written, and still verifies and opens

``messages/*.json`` come out to the same bytes. ML-DSA and HPKE draw their own randomness: ``envelope/signed.json`` and
``envelope/closed.json`` are made once, and kept where they stand and every one in them still verifies and opens.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from musnad.core.crypto.dsse import pae, parse_dsse, sign
from musnad.core.crypto.signing import SigningKey
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.envelope.envelope import close_envelope, open_envelope, parse_envelope
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, digest_of
from musnad.core.messages.message import MESSAGE_TYPE, write_message
from musnad.core.messages.receipt import write_receipt
from musnad.core.messages.schema import parse_message, parse_receipt
from tests.case_story import QA, QA_CENTRAL, receipt_of
from tests.messages_of_each_kind import MESSAGES, STRANGE

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors"
MESSAGES_FILE = FOLDER / "messages" / "messages.json"
REFUSED_FILE = FOLDER / "messages" / "refused.json"
RECEIPTS_FILE = FOLDER / "messages" / "receipts.json"
SIGNED_FILE = FOLDER / "envelope" / "signed.json"
CLOSED_FILE = FOLDER / "envelope" / "closed.json"

AUTHORITY = SigningKey(bytes(range(32)), bytes(range(32, 64)))
OFFICER = SigningKey(bytes(range(64, 96)), bytes(range(96, 128)))
HOLDERS: dict[AuthorityId, UnwrappingKey] = {
    QA: UnwrappingKey(bytes(range(64)), bytes(range(64, 96))),
    QA_CENTRAL: UnwrappingKey(bytes(range(128, 192)), bytes(range(192, 224))),
}

Case = dict[str, Any]


def message_cases() -> list[Case]:
    """One message of each kind: the payload bytes and the id."""
    return [
        {
            "note": f"a message of kind {kind}, as an author writes it",
            "input": {"payload": write_message(message).decode("utf-8")},
            "expect": {"kind": kind, "id": digest_of(write_message(message))},
        }
        for kind, message in sorted(MESSAGES.items())
    ]


def refused_cases() -> list[Case]:
    """Payloads that every reader must refuse, with the code."""
    good = parse_object(write_message(MESSAGES["question"]), what="message")

    def but(**changes: object) -> str:
        told = {name: value for name, value in {**good, **changes}.items() if value is not ...}
        return write_canonical(told).decode("utf-8")

    attacks = [
        ("a member that the protocol does not have", but(more=1)),
        ("no author", but(author=...)),
        ("a number for a truth value", but(exercise=1)),
        ("an answer that answers nothing", but(answers=...)),
        ("a later message without previous", but(previous=[])),
        ("the same previous twice", but(previous=[STRANGE, STRANGE])),
        ("a question that names a measure", but(measure="access")),
        ("a question said to oneself", but(to=[MESSAGES["question"].author])),
        ("another State's officer", but(officer="VN/central-authority/falcon")),
        ("another version", but(version="musnad/2")),
        ("an unknown kind", but(kind="verdict")),
        ("a float", but().replace('"exercise":true', '"exercise":true,"x":1.0')),
        ("a member that stands twice", but().replace('"exercise":true', '"exercise":true,"exercise":true')),
        ("a lone surrogate", but().replace('"language":"en"', '"language":"\\ud800"')),
        ("deeper than 32", '{"a":' + "[" * 32 + "]" * 32 + "}"),
    ]
    return [{"note": note, "input": {"payload": text}, "expect": {"code": _code(text)}} for note, text in attacks]


def _code(payload: str) -> str:
    try:
        parse_message(payload.encode("utf-8"))
    except MusnadError as error:
        return error.code
    raise SystemExit(f"not refused: {payload[:80]}")


def receipt_cases() -> list[Case]:
    payload = write_receipt(receipt_of(STRANGE))
    return [
        {
            "note": "a receipt, as a recipient writes it",
            "input": {"payload": payload.decode("utf-8")},
            "expect": {"id": digest_of(payload), "message": STRANGE},
        }
    ]


def new_signed() -> list[Case]:
    """An authority's message that an officer approved: four signatures over one payload."""
    payload = write_message(MESSAGES["request"])
    signed = sign(payload, MESSAGE_TYPE, [AUTHORITY, OFFICER])
    encoded = pae(MESSAGE_TYPE, payload)
    return [
        {
            "note": "signed by the authority and by the officer who approves; ML-DSA-65 signs tuf, 0x01, SHA-512(pae)",
            "input": {
                "authority": AUTHORITY.public.write(),
                "officer": OFFICER.public.write(),
                "dsse": signed.write().decode("ascii"),
            },
            "expect": {
                "id": signed.id,
                "pae_sha256": hashlib.sha256(encoded).hexdigest(),
                "authority_key_ids": list(AUTHORITY.public.ids),
                "officer_key_ids": list(OFFICER.public.ids),
            },
        }
    ]


def new_closed() -> list[Case]:
    signed = b'{"payload":"e30=","payloadType":"application/vnd.musnad.message+json","signatures":[]}'
    envelope = close_envelope(signed, {name: key.public for name, key in HOLDERS.items()}, lambda size: b"\x2a" * size)
    secrets = {
        name: {"ml-kem-768-seed": write_b64(key.ml_kem_768_seed), "x25519": write_b64(key.x25519_secret)}
        for name, key in HOLDERS.items()
    }
    return [
        {
            "note": "closed for two recipients; each opens it with its own secret",
            "input": {"secrets": secrets, "envelope": envelope.write().decode("ascii")},
            "expect": {"signed": signed.decode("ascii")},
        }
    ]


def signed_holds(cases: list[Case]) -> bool:
    """Whether every signed vector verifies, and is of the keys and payload that are made here."""
    (case,) = cases
    signed = parse_dsse(case["input"]["dsse"].encode("ascii"), payload_type=MESSAGE_TYPE, what="vector")
    signed.verify(AUTHORITY.public, what="vector")
    signed.verify(OFFICER.public, what="vector")
    mine = new_signed()[0]
    mine["input"]["dsse"] = case["input"]["dsse"]
    return case == mine and signed.payload == write_message(MESSAGES["request"])


def closed_holds(cases: list[Case]) -> bool:
    """Whether the closed vector opens for each of its recipients alone."""
    (case,) = cases
    envelope = parse_envelope(case["input"]["envelope"].encode("ascii"))
    for name, secret in case["input"]["secrets"].items():
        key = UnwrappingKey(
            parse_b64(secret["ml-kem-768-seed"], what="seed"), parse_b64(secret["x25519"], what="secret")
        )
        if open_envelope(envelope, {name: [key]}).decode("ascii") != case["expect"]["signed"]:
            return False
    mine = new_closed()[0]
    mine["input"]["envelope"] = case["input"]["envelope"]
    return bool(case == mine)


def written(cases: list[Case]) -> str:
    return json.dumps(cases, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def made(path: Path) -> str:
    """What the file should hold: the same bytes each time, or what stands there if it still holds."""
    fixed = {MESSAGES_FILE: message_cases, REFUSED_FILE: refused_cases, RECEIPTS_FILE: receipt_cases}
    if path in fixed:
        return written(fixed[path]())
    new, holds = {SIGNED_FILE: (new_signed, signed_holds), CLOSED_FILE: (new_closed, closed_holds)}[path]
    try:
        standing = json.loads(path.read_text("utf-8"))
        if holds(standing):
            return written(standing)
    except (OSError, ValueError, KeyError, TypeError, MusnadError):
        pass  # not there, or no longer of this protocol: made anew
    return written(new())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not as it would be")
    check = parser.parse_args().check
    assert all(parse_message(write_message(one)) == one for one in MESSAGES.values())
    assert parse_receipt(write_receipt(receipt_of(STRANGE)))
    wrong = 0
    for path in (MESSAGES_FILE, REFUSED_FILE, RECEIPTS_FILE, SIGNED_FILE, CLOSED_FILE):
        text = made(path)
        if path.exists() and path.read_text("utf-8") == text:
            continue
        wrong += 1
        if check:
            print(f"{path.relative_to(FOLDER)}: not as it would be made", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
