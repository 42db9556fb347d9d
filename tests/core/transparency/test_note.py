from __future__ import annotations

import pytest

from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.transparency.errors import BadNote
from musnad.core.transparency.note import (
    NOTE_LIMIT_OCTETS,
    SIGNATURE_LIMIT,
    KeyKind,
    SignatureLine,
    check_name,
    parse_lines,
    parse_note,
    parse_verifier_key,
    verifier_key,
    write_lines,
)

# The example of C2SP signed-note.
SALVATORE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3"
    "ZekRwNtIc=\n"
).encode()
LINE = "— name AAAAAAE=\n"


def test_reads_the_example_of_the_specification() -> None:
    note = parse_note(SALVATORE)
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [line.name for line in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.signatures[0].key_id.hex() == "367ba04b"
    assert len(note.signatures[0].value) == 64
    assert note.write() == SALVATORE


def test_takes_many_lines_and_unknown_ones() -> None:
    note = parse_note(("text\n\n" + LINE * SIGNATURE_LIMIT).encode())
    assert len(note.signatures) == SIGNATURE_LIMIT >= 16


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n",
        "text\n" + LINE,
        "text\n\n" + LINE.rstrip("\n"),
        "text\n\n" + LINE + "\n",
        "text\n\n" + LINE + "more\n",
        "text\n\n- name AAAAAAE=\n",
        "text\n\n—name AAAAAAE=\n",
        "text\n\n— name\n",
        "text\n\n—  AAAAAAE=\n",
        "text\n\n— na+me AAAAAAE=\n",
        "text\n\n— na\N{NO-BREAK SPACE}me AAAAAAE=\n",
        "text\n\n— name AAAAAAE= \n",
        "text\n\n— name AAAAAAE\n",
        "text\n\n— name AAAAAAF=\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— name \n",
        "te\txt\n\n" + LINE,
        "te\rxt\n\n" + LINE,
        "text\n\n" + LINE * (SIGNATURE_LIMIT + 1),
        "text\n\n— " + "n" * 256 + " AAAAAAE=\n",
    ],
)
def test_refuses_what_is_not_a_note(text: str) -> None:
    with pytest.raises(BadNote):
        parse_note(text.encode())


def test_refuses_what_is_not_utf_8_and_what_is_too_large() -> None:
    with pytest.raises(BadNote):
        parse_note(b"\xff\n\n" + LINE.encode())
    with pytest.raises(TooLarge):
        parse_note(b"a" * (NOTE_LIMIT_OCTETS + 1))


def test_lines_alone_round_trip() -> None:
    lines = (SignatureLine("witness.example/ق", b"abcd", b"x" * 72), SignatureLine("b", b"0000", b"y"))
    assert parse_lines(write_lines(lines)) == lines


def test_a_verifier_key_round_trips_and_its_id_depends_on_name_kind_and_key() -> None:
    key = verifier_key("log.example/VN", KeyKind.ED25519, b"\7" * 32)
    assert parse_verifier_key(key.write()) == key
    others = [
        verifier_key("log.example/QA", KeyKind.ED25519, b"\7" * 32),
        verifier_key("log.example/VN", KeyKind.COSIGNATURE_ED25519, b"\7" * 32),
        verifier_key("log.example/VN", KeyKind.ED25519, b"\6" * 32),
    ]
    assert len({other.key_id for other in (key, *others)}) == 4
    quantum = verifier_key("log.example/VN", KeyKind.COSIGNATURE_ML_DSA_44, b"\7" * 1312)
    assert parse_verifier_key(quantum.write()) == quantum


def test_reads_the_verifier_key_of_the_go_checksum_database() -> None:
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    key = parse_verifier_key(text)
    assert (key.name, key.kind, key.key_id.hex()) == ("sum.golang.org", KeyKind.ED25519, "033de0ae")
    assert key.write() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.org+033DE0AE+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8O",
        "sum.golang.org+033de0ae+As4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.org+033de0ae+====",
        "a\ud800+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    ],
)
def test_refuses_what_is_not_a_verifier_key(text: str) -> None:
    with pytest.raises(BadNote):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a" * 256, "م" * 128, "\ud800"])
def test_refuses_names_that_no_key_may_have(name: str) -> None:
    with pytest.raises(MusnadError):
        check_name(name)
