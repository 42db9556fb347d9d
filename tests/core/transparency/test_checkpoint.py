from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from musnad.core.crypto.errors import BadSignature
from musnad.core.crypto.signing import sign_ed25519
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.times import Instant, instant
from musnad.core.transparency.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    checkpoint,
    cosigned_message,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from musnad.core.transparency.cosignature import (
    Cosignature,
    add_cosignatures,
    cosign,
    cosignature_v1_message,
    cosignatures_of,
    verify_cosigned,
)
from musnad.core.transparency.errors import BadCheckpoint, BadNote, NotCosigned, NotSigned, OtherOrigin
from musnad.core.transparency.keys import (
    LogSigningKey,
    WitnessSigningKey,
    new_log_key,
    new_witness_key,
    parse_log_key,
    parse_witness_key,
)
from musnad.core.transparency.note import SIGNATURE_LIMIT, Note, SignatureLine, parse_lines, write_lines
from musnad.core.transparency.tree import EMPTY_ROOT

AT = instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
LATER = instant(datetime(2026, 11, 23, 3, 5, 0, tzinfo=UTC))
LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
WITNESS = WitnessSigningKey("witness.musnad.example/QA", b"\3" * 32, b"\4" * 32)
OTHER = WitnessSigningKey("witness.musnad.example/KE", b"\5" * 32, b"\6" * 32)
TREE = Checkpoint("musnad.example/VN", 20852163, bytes(range(32)))
SIGNED = sign_checkpoint(TREE, LOG, AT)


def code(call: object, *args: object) -> str:
    with pytest.raises(MusnadError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def with_lines(*lines: SignatureLine, text: str = TREE.text) -> bytes:
    return Note(text, lines).write()


def both(key: WitnessSigningKey, at: Instant = AT) -> SignedCheckpoint:
    return add_cosignatures(SIGNED, cosign(SIGNED, key, at), key.public)


# --- the text ---


def test_the_text_is_three_lines() -> None:
    assert TREE.text == "musnad.example/VN\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert parse_checkpoint(TREE.text) == TREE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        TREE.text[:-1],
        TREE.text + "extension\n",
        TREE.text + "\n",
        TREE.text.replace("20852163", "020852163"),
        TREE.text.replace("20852163", "-1"),
        TREE.text.replace("20852163", "+1"),
        TREE.text.replace("20852163", "٣"),
        TREE.text.replace("20852163", "9223372036854775808"),
        TREE.text.replace("20852163", "1" * 5000),
        TREE.text.replace("20852163", "0"),
        TREE.text.replace("Hh8=", "Hh9="),
        TREE.text.replace("AAEC", ""),
        TREE.text.replace("musnad.example/VN", ""),
        TREE.text.replace("musnad.example/VN", "musnad example/VN"),
        TREE.text.replace("musnad.example/VN", "m" * 256),
    ],
)
def test_refuses_texts_that_are_no_checkpoint(text: str) -> None:
    assert code(parse_checkpoint, text) == BadCheckpoint.code


def test_an_empty_tree_has_the_empty_root() -> None:
    assert parse_checkpoint(Checkpoint("a", 0, EMPTY_ROOT).text).size == 0
    assert code(checkpoint, "a", 0, b"\0" * 32) == BadCheckpoint.code
    assert code(checkpoint, "a", 1, b"\0" * 31) == BadCheckpoint.code
    assert code(checkpoint, "a", 2**63, b"\0" * 32) == BadCheckpoint.code


# --- the log's two lines ---


def test_a_signed_checkpoint_opens_under_its_log_key() -> None:
    opened = open_checkpoint(SIGNED.raw, LOG.public)
    assert opened == SIGNED
    assert (opened.checkpoint, opened.at) == (TREE, AT)
    assert [len(line.value) for line in opened.note.signatures] == [64, 8 + 2420]


def test_the_ml_dsa_message_is_laid_out_as_the_specification_says() -> None:
    message = cosigned_message(TREE, "w", 1679315147)
    assert message == (
        b"subtree/v1\n\0"
        b"\x01w"
        + bytes.fromhex("00000000641850cb")
        + b"\x11musnad.example/VN"
        + bytes(8)
        + (20852163).to_bytes(8, "big")
        + TREE.root
    )


@pytest.mark.parametrize("stripped", [0, 1])
def test_refuses_a_checkpoint_that_was_stripped_of_one_line(stripped: int) -> None:
    kept = SIGNED.note.signatures[1 - stripped]
    assert code(open_checkpoint, with_lines(kept), LOG.public) == NotSigned.code


@pytest.mark.parametrize("place", [0, 1])
def test_refuses_a_checkpoint_with_one_line_altered(place: int) -> None:
    lines = list(SIGNED.note.signatures)
    for at in (0, 7, 8, len(lines[place].value) - 1):
        value = bytearray(lines[place].value)
        value[at] ^= 1
        forged = [*lines]
        forged[place] = replace(lines[place], value=bytes(value))
        assert code(open_checkpoint, with_lines(*forged), LOG.public) == BadSignature.code


def test_refuses_a_checkpoint_re_signed_by_another_key_of_the_same_name() -> None:
    mallory = LogSigningKey(LOG.name, b"\7" * 32, b"\x08" * 32)
    forged = sign_checkpoint(replace(TREE, root=b"\0" * 32), mallory, AT)
    assert code(open_checkpoint, forged.raw, LOG.public) == NotSigned.code
    half = LogSigningKey(LOG.name, LOG.ed25519_seed, b"\x08" * 32)
    assert code(open_checkpoint, sign_checkpoint(TREE, half, AT).raw, LOG.public) == NotSigned.code
    other_half = LogSigningKey(LOG.name, b"\7" * 32, LOG.ml_dsa_44_seed)
    assert code(open_checkpoint, sign_checkpoint(TREE, other_half, AT).raw, LOG.public) == NotSigned.code


def test_refuses_lines_of_one_checkpoint_under_another() -> None:
    text = replace(TREE, size=TREE.size + 1).text
    assert code(open_checkpoint, with_lines(*SIGNED.note.signatures, text=text), LOG.public) == BadSignature.code


def test_refuses_a_forged_line_that_claims_a_known_key_beside_good_ones() -> None:
    forged = replace(SIGNED.note.signatures[0], value=b"\0" * 64)
    assert code(open_checkpoint, with_lines(*SIGNED.note.signatures, forged), LOG.public) == BadSignature.code


def test_ignores_lines_by_unknown_keys() -> None:
    strange = SignatureLine("someone", b"abcd", b"nothing")
    same_name = SignatureLine(LOG.name, b"abcd", b"nothing")
    opened = open_checkpoint(with_lines(strange, *SIGNED.note.signatures, same_name), LOG.public)
    assert opened.checkpoint == TREE
    assert opened.raw == with_lines(strange, *SIGNED.note.signatures, same_name)


def test_refuses_the_checkpoint_of_another_log() -> None:
    qatar = LogSigningKey("musnad.example/QA", LOG.ed25519_seed, LOG.ml_dsa_44_seed)
    assert code(open_checkpoint, SIGNED.raw, qatar.public) == OtherOrigin.code
    assert code(sign_checkpoint, TREE, qatar, AT) == OtherOrigin.code


def test_never_signs_what_it_would_not_read() -> None:
    assert code(sign_checkpoint, replace(TREE, root=b""), LOG, AT) == BadCheckpoint.code
    assert code(sign_checkpoint, TREE, LOG, instant(datetime(1969, 1, 1, tzinfo=UTC))) == BadForm.code


def test_takes_a_log_that_states_no_time() -> None:
    from musnad.core.crypto.signing import sign_ml_dsa_44

    quantum = sign_ml_dsa_44(LOG.ml_dsa_44_seed, cosigned_message(TREE, LOG.name, 0))
    line = replace(SIGNED.note.signatures[1], value=bytes(8) + quantum)
    assert open_checkpoint(with_lines(SIGNED.note.signatures[0], line), LOG.public).at is None


# --- cosignatures ---


def test_a_witness_that_put_both_lines_counts() -> None:
    signed = both(WITNESS)
    assert cosignatures_of(signed, [WITNESS.public, OTHER.public]) == (Cosignature(WITNESS.name, AT),)
    assert open_checkpoint(signed.raw, LOG.public) == signed
    assert verify_cosigned(signed, WITNESS.public).at == AT


def test_the_ed25519_message_is_that_of_the_specification() -> None:
    assert cosignature_v1_message(TREE, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + TREE.text.encode()


def test_cosignatures_pass_as_the_lines_of_a_witness_answer() -> None:
    lines = cosign(SIGNED, WITNESS, AT)
    assert parse_lines(write_lines(lines)) == lines
    assert verify_cosigned(add_cosignatures(SIGNED, lines, WITNESS.public), WITNESS.public).at == AT


@pytest.mark.parametrize("kept", [0, 1])
def test_a_witness_with_one_line_stripped_does_not_count(kept: int) -> None:
    line = cosign(SIGNED, WITNESS, AT)[kept]
    signed = add_cosignatures(SIGNED, [line], WITNESS.public)
    assert cosignatures_of(signed, [WITNESS.public]) == ()
    assert code(verify_cosigned, signed, WITNESS.public) == NotCosigned.code


def test_lines_of_two_times_do_not_make_one_cosignature() -> None:
    lines = (cosign(SIGNED, WITNESS, AT)[0], cosign(SIGNED, WITNESS, LATER)[1])
    assert cosignatures_of(add_cosignatures(SIGNED, lines, WITNESS.public), [WITNESS.public]) == ()


def test_of_two_cosignatures_the_earlier_bounds_the_time() -> None:
    lines = (*cosign(SIGNED, WITNESS, LATER), *cosign(SIGNED, WITNESS, AT))
    signed = add_cosignatures(SIGNED, lines, WITNESS.public)
    assert verify_cosigned(signed, WITNESS.public).at == AT


def test_a_cosignature_of_another_tree_is_refused() -> None:
    other = sign_checkpoint(replace(TREE, size=5), LOG, AT)
    lines = cosign(other, WITNESS, AT)
    assert code(add_cosignatures, SIGNED, lines, WITNESS.public) == BadSignature.code
    forged = replace(SIGNED, note=replace(SIGNED.note, signatures=SIGNED.note.signatures + lines))
    assert code(cosignatures_of, forged, [WITNESS.public]) == BadSignature.code


def test_a_cosignature_whose_time_was_moved_is_refused() -> None:
    for place in (0, 1):
        lines = list(cosign(SIGNED, WITNESS, AT))
        value = lines[place].value
        lines[place] = replace(lines[place], value=value[:7] + bytes([value[7] ^ 1]) + value[8:])
        assert code(add_cosignatures, SIGNED, lines, WITNESS.public) == BadSignature.code


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1, 2**63 - 1, 253402300800])
def test_a_cosignature_of_no_time_of_this_calendar_is_refused(seconds: int) -> None:
    signature = sign_ed25519(WITNESS.ed25519_seed, cosignature_v1_message(TREE, seconds))
    key = WITNESS.public.classical
    line = SignatureLine(key.name, key.key_id, seconds.to_bytes(8, "big") + signature)
    assert code(add_cosignatures, SIGNED, [line], WITNESS.public) == BadSignature.code


@pytest.mark.parametrize("value", [b"\0", b"\0" * 8, b"\0" * 9, b"\0" * 72, b"\0" * 5000])
def test_a_cosignature_of_another_length_is_refused(value: bytes) -> None:
    for key in (WITNESS.public.classical, WITNESS.public.quantum):
        line = SignatureLine(key.name, key.key_id, value)
        assert code(add_cosignatures, SIGNED, [line], WITNESS.public) == BadSignature.code


def test_a_witness_cannot_be_counted_under_the_name_of_another() -> None:
    impostor = WitnessSigningKey(OTHER.name, WITNESS.ed25519_seed, WITNESS.ml_dsa_44_seed)
    signed = add_cosignatures(SIGNED, cosign(SIGNED, impostor, AT), impostor.public)
    assert cosignatures_of(signed, [OTHER.public, WITNESS.public]) == ()


def test_a_log_line_is_not_taken_for_a_cosignature_of_a_witness_with_the_same_key() -> None:
    same = WitnessSigningKey(LOG.name, LOG.ed25519_seed, LOG.ml_dsa_44_seed)
    assert cosignatures_of(SIGNED, [same.public]) == ()


def test_adding_drops_the_lines_of_others_and_adds_nothing_twice() -> None:
    lines = (*cosign(SIGNED, WITNESS, AT), *cosign(SIGNED, OTHER, AT))
    once = add_cosignatures(SIGNED, (*lines, *lines), WITNESS.public)
    assert len(once.note.signatures) == 4
    assert add_cosignatures(once, once.note.signatures, WITNESS.public) == once


def test_a_note_never_grows_past_what_is_read() -> None:
    crowd = (SignatureLine("someone", b"abcd", b"x"),) * (SIGNATURE_LIMIT - 3)
    signed = replace(SIGNED, note=replace(SIGNED.note, signatures=SIGNED.note.signatures + crowd))
    assert code(add_cosignatures, signed, cosign(SIGNED, WITNESS, AT), WITNESS.public) == BadNote.code


# --- keys ---


def test_secrets_never_show() -> None:
    drawn = iter(range(1, 9))
    keys = (new_log_key("log.example", lambda size: bytes([next(drawn)]) * size), WITNESS)
    for key in keys:
        assert "\\x0" not in repr(key)
        assert "seed" not in repr(key)


def test_keys_are_read_from_the_directory() -> None:
    log, witness = LOG.public, WITNESS.public
    assert parse_log_key(log.name, write_b64(log.ed25519), write_b64(log.ml_dsa_44)) == log
    assert parse_witness_key(witness.name, write_b64(witness.ed25519), write_b64(witness.ml_dsa_44)) == witness
    assert code(parse_log_key, "a b", write_b64(log.ed25519), write_b64(log.ml_dsa_44)) == BadNote.code
    assert code(parse_log_key, "a", write_b64(log.ed25519), write_b64(log.ml_dsa_44[1:])) == BadForm.code
    assert code(new_witness_key, "", lambda size: b"\0" * size) == BadNote.code
