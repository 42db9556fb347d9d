"""Every secret of a node in every form in which it could be written down, and what of it is found in a text."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

WINDOW = 16
"""So many octets of a secret are already too much."""


def of_folder(node: Path) -> dict[str, bytes]:
    """The octets of every secret in the node's files, by where it stands."""
    found: dict[str, bytes] = {}
    for path in [*(node / "keys").rglob("*.json"), *(node / "officers").glob("*.key")]:
        for number, text in enumerate(_strings(json.loads(path.read_bytes()))):
            if re.fullmatch(r"[A-Za-z0-9+/]{40,}={0,2}", text):
                found[f"{path.name}/{number}"] = base64.b64decode(text)
    pem = (node / "keys" / "tls.key").read_text("ascii")
    found["tls.key"] = base64.b64decode("".join(pem.splitlines()[1:-1]))
    found["desk.key"] = bytes.fromhex((node / "keys" / "desk.key").read_text("ascii"))
    return found


def _strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)
        case str():
            yield value


def forms(secret: bytes) -> Iterator[bytes]:
    """The secret's middle as raw octets, hexadecimal, base64 at each of its three offsets, and as Python shows it."""
    middle = secret[: 3 * WINDOW]
    yield middle[:WINDOW]
    yield middle[:WINDOW].hex().encode()
    yield middle[:WINDOW].hex().upper().encode()
    yield repr(middle[:WINDOW])[2:-1].encode()
    yield ", ".join(str(octet) for octet in middle[:WINDOW]).encode()
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # Without the first and last four characters, which depend on what stands beside it.
            yield encode(bytes(offset) + middle[: WINDOW + 8])[4 : 4 + 20]


def leaked(secrets: dict[str, bytes], texts: dict[str, bytes]) -> list[tuple[str, str]]:
    """Which secret stands in which text."""
    return [
        (name, place)
        for name, secret in secrets.items()
        for place, text in texts.items()
        if any(form in text for form in forms(secret))
    ]


def read_all(paths: Iterable[Path]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in paths if path.is_file()}
