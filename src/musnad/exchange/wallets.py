"""Addresses of virtual assets: whether the checksum in them holds, for the forms whose checksum is known."""

from __future__ import annotations

import hashlib
import re

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUM, _BECH32M_SUM = 1, 0x2BC830A3
_SEGWIT = re.compile(r"(bc|tb|ltc|tltc)1([0-9a-z]{6,87})", re.IGNORECASE | re.ASCII)
_WITH_CHECK = re.compile(r"[13mn2LMTD][1-9A-HJ-NP-Za-km-z]{25,34}", re.ASCII)
_ETHEREUM = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_TRANSACTION = re.compile(r"(?:0x)?[0-9a-fA-F]{64}", re.ASCII)


def is_wallet(text: str) -> bool | None:
    """Whether its checksum holds; None where it is of no form that is known here.

    Addresses of Ethereum's form and transactions hold by their form alone: their letters carry no checksum, or one
    that few write.
    """
    segwit = _SEGWIT.fullmatch(text)
    if segwit is not None:
        return _bech32_holds(text)
    if _ETHEREUM.fullmatch(text) or _TRANSACTION.fullmatch(text):
        return True
    if _WITH_CHECK.fullmatch(text):
        return _base58_holds(text)
    return None


def _base58_holds(text: str) -> bool:
    number = 0
    for one in text:
        number = number * 58 + _BASE58.index(one)
    zeros = len(text) - len(text.lstrip("1"))
    body = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(body) != 25:
        return False
    return hashlib.sha256(hashlib.sha256(body[:-4]).digest()).digest()[:4] == body[-4:]


def _bech32_holds(text: str) -> bool:
    if text.lower() != text and text.upper() != text:
        return False
    prefix, _, data = text.lower().rpartition("1")
    if not data or any(one not in _BECH32 for one in data):
        return False
    values = [_BECH32.index(one) for one in data]
    expanded = [ord(one) >> 5 for one in prefix] + [0] + [ord(one) & 31 for one in prefix] + values
    return _polymod(expanded) == (_BECH32_SUM if values[0] == 0 else _BECH32M_SUM)


def _polymod(values: list[int]) -> int:
    checksum = 1
    for one in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ one
        for place, generator in enumerate(_GENERATOR):
            checksum ^= generator if top >> place & 1 else 0
    return checksum
