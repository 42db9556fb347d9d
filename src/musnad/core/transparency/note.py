"""Signed notes and verifier keys (C2SP signed-note).

A note is a text that ends in a newline, an empty line, and signature lines. Reading is total: any bytes are a note or
``BadNote`` or ``TooLarge``; writing a note that was read gives the same bytes. Nothing here trusts a note: a
signature is checked by ``checkpoint`` and ``cosignature``, which know what each kind of key signs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.core.transparency.errors import BadNote

NOTE_LIMIT_OCTETS = 256 * 1024
SIGNATURE_LIMIT = 64
NAME_LIMIT_OCTETS = 255
KEY_ID_OCTETS = 4
_LINE_START = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_NAME = re.compile(r"[\s+\x00-\x1f]")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")


class KeyKind(IntEnum):
    """The signature types of C2SP that are spoken here; the value is the type's octet."""

    ED25519 = 0x01
    COSIGNATURE_ED25519 = 0x04
    COSIGNATURE_ML_DSA_44 = 0x06


_PUBLIC_OCTETS = {KeyKind.ED25519: 32, KeyKind.COSIGNATURE_ED25519: 32, KeyKind.COSIGNATURE_ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line under a note: who signed, by which key, and the octets after the key id."""

    name: str
    key_id: bytes
    value: bytes

    def write(self) -> str:
        return f"{_LINE_START}{self.name} {write_b64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read: nothing about it is verified."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def write(self) -> bytes:
        return (self.text + "\n" + "".join(line.write() for line in self.signatures)).encode("utf-8")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key as notes name it: a name, a signature type and the raw key."""

    name: str
    kind: KeyKind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 octets of ``SHA-256(name || 0x0A || type || public key)``."""
        named = self.name.encode("utf-8") + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_OCTETS]

    def write(self) -> str:
        """The text form, ``name+key id+base64(type || public key)``."""
        return f"{self.name}+{self.key_id.hex()}+{write_b64(bytes([self.kind]) + self.public)}"

    def lines_of(self, note: Note) -> tuple[SignatureLine, ...]:
        """The lines of ``note`` that claim to be by this key."""
        key_id = self.key_id
        return tuple(line for line in note.signatures if line.name == self.name and line.key_id == key_id)


def verifier_key(name: str, kind: KeyKind, public: bytes) -> VerifierKey:
    """A key from its parts; ``BadNote`` where the name or the size of the key is not of its kind."""
    check_name(name)
    if len(public) != _PUBLIC_OCTETS[kind]:
        raise BadNote("the public key is not of its type's size")
    return VerifierKey(name, kind, public)


def parse_verifier_key(text: str) -> VerifierKey:
    """A key from its text form; ``BadNote`` unless its type is known and its id is that of its own parts."""
    found = _VKEY.fullmatch(text)
    if found is None:
        raise BadNote("not a verifier key of the form name+id+key")
    name, key_id, material = found.groups()
    typed = _base64(material, what="verifier key")
    if typed[0] not in _PUBLIC_OCTETS:
        raise BadNote("a signature type that is not spoken here")
    key = verifier_key(name, KeyKind(typed[0]), typed[1:])
    if key.key_id.hex() != key_id:
        raise BadNote("the key id is not that of the key")
    return key


def check_name(name: str) -> None:
    """``BadNote`` unless a key may have this name: 1 to 255 octets, no white space, no plus sign."""
    try:
        size = len(name.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise BadNote("a name that UTF-8 cannot write") from error
    if not 0 < size <= NAME_LIMIT_OCTETS or _NOT_IN_NAME.search(name):
        raise BadNote("a name is 1 to 255 octets without white space or plus sign")


def parse_note(data: bytes) -> Note:
    """Parse the bytes of a signed note.

    Raises:
        TooLarge: more than ``NOTE_LIMIT_OCTETS``.
        BadNote: not a note, or more than ``SIGNATURE_LIMIT`` lines.
    """
    whole = _text(data)
    place = whole.rfind("\n\n")
    if place < 0:
        raise BadNote("no empty line before the signatures")
    return Note(whole[: place + 1], _lines(whole[place + 2 :]))


def parse_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Parse signature lines alone, as a witness answers; errors as ``parse_note``."""
    return _lines(_text(data))


def write_lines(lines: Iterable[SignatureLine]) -> bytes:
    """The bytes of signature lines alone."""
    return "".join(line.write() for line in lines).encode("utf-8")


def _text(data: bytes) -> str:
    if len(data) > NOTE_LIMIT_OCTETS:
        raise TooLarge("note", len(data), NOTE_LIMIT_OCTETS)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("not UTF-8") from error
    if _CONTROL.search(text):
        raise BadNote("a control character")
    return text


def _lines(text: str) -> tuple[SignatureLine, ...]:
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise BadNote("no signature line, or the last does not end in a newline")
    if len(lines) > SIGNATURE_LIMIT:
        raise BadNote("too many signature lines")
    return tuple(_line(line) for line in lines)


def _line(line: str) -> SignatureLine:
    name, space, signature = line.removeprefix(_LINE_START).partition(" ")
    if not line.startswith(_LINE_START) or not space:
        raise BadNote("a line under the text is not a signature line")
    check_name(name)
    octets = _base64(signature, what="signature")
    if len(octets) <= KEY_ID_OCTETS:
        raise BadNote("a signature no longer than its key id")
    return SignatureLine(name, octets[:KEY_ID_OCTETS], octets[KEY_ID_OCTETS:])


def _base64(text: str, *, what: str) -> bytes:
    try:
        return parse_b64(text, what=what)
    except BadForm as error:
        raise BadNote(f"the {what} is not canonical base64") from error
