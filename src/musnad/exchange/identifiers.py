"""Identifiers as people write them: read, checked and told; nothing of a bad one is lost.

``check`` reads one (its members as they were typed) into the value that a request carries, with everything that is
wrong or odd; ``guess`` takes a whole line apart and says what kind it looks like, for a person to confirm. Any text
gives a value or troubles, never an exception. What is wrong keeps the typed text, so that a person can mend it or send
it as an identifier of another kind.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import phonenumbers

from musnad.core.kernel.ijson import JsonObject
from musnad.exchange.civil import time_zone
from musnad.exchange.errors import UnknownZone
from musnad.exchange.identifier_values import Checked, Trouble, TroubleCode, Typed
from musnad.exchange.wallets import is_wallet

TEXT_LIMIT = 500
_DIGITS = {ord(other): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, other in enumerate(row)}
_MARKS = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@([^\s@<>(),;:\"\[\]\\/]{1,253})")
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_TIME = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)
_BRACKETED = re.compile(r"\[([^\]]*)\](?::(\d{1,5}))?")
_WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})", re.ASCII)
_IMEI = re.compile(r"\d{15}", re.ASCII)


def check(typed: Typed, region: str = "") -> Checked:
    """Read one identifier. ``region``: the State in which a telephone number without a country code is meant."""
    troubles: list[Trouble] = []
    entry: JsonObject = {"type": typed.type}
    if not typed.type:
        troubles.append(Trouble(TroubleCode.TYPE_MISSING, "type"))
    text = _clean(typed.value, troubles)
    read = _READERS.get(typed.type, _plain)
    entry["value"] = read(text, region, troubles) if text else text
    port = typed.port.strip().translate(_DIGITS)
    if port:
        if port.isascii() and port.isdecimal() and len(port) <= 5 and 1 <= int(port) <= 65535:
            entry["port"] = int(port)
        else:
            troubles.append(Trouble(TroubleCode.PORT_WRONG, "port"))
    times = {}
    for member, said in (("from", typed.since), ("until", typed.until)):
        moment = _moment(said, typed.zone, member, troubles)
        if moment is not None:
            times[member] = moment
            entry[member] = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    if len(times) == 2 and times["until"] < times["from"]:
        troubles.append(Trouble(TroubleCode.ENDS_BEFORE_IT_BEGINS, "until"))
    if typed.type == "internet-address" and not (typed.since.strip() or typed.until.strip()):
        troubles.append(Trouble(TroubleCode.TIME_MISSING, "from"))
    stopped = any(one.stops for one in troubles)
    return Checked(typed, None if stopped else entry, tuple(dict.fromkeys(troubles)))


def guess(line: str, region: str = "") -> Typed:
    """A line taken apart, with the kind that it looks like. What cannot be told apart stands whole in the value."""
    whole = line.strip()
    text = _MARKS.sub("", whole)
    plain = text.translate(_DIGITS)
    address = _guess_address(plain)
    if address is not None:
        return address
    tests: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("email", lambda: _EMAIL.fullmatch(text) is not None),
        ("virtual-asset", lambda: is_wallet(plain) is not None),
        ("web-address", lambda: _looks_web(plain)),
        ("device", lambda: _IMEI.fullmatch(plain) is not None and _luhn(plain)),
        ("telephone", lambda: _looks_telephone(plain, region)),
        ("account", lambda: bool(re.fullmatch(r"@?[\w.\-]{2,64}", text))),
    )
    kind = next((name for name, holds in tests if holds()), "other")
    return Typed(kind, whole, guessed=True)


def typed_of(entry: JsonObject) -> Typed:
    """A value of a request as it would be typed; each moment keeps its own distance from UTC."""
    return Typed(
        type=str(entry.get("type", "")),
        value=str(entry.get("value", "")),
        port=str(entry.get("port", "")),
        since=str(entry.get("from", "")),
        until=str(entry.get("until", "")),
    )


# --- values -----------------------------------------------------------------------------------------------------------


def _clean(value: str, troubles: list[Trouble]) -> str:
    text = value.strip()
    without = _MARKS.sub("", text)
    if without != text:
        troubles.append(Trouble(TroubleCode.MARKS_REMOVED))
    if not without:
        troubles.append(Trouble(TroubleCode.EMPTY))
    elif len(without) > TEXT_LIMIT:
        troubles.append(Trouble(TroubleCode.TOO_LONG))
    if _CONTROLS.search(without):
        troubles.append(Trouble(TroubleCode.UNSEEN))
    if without.startswith("="):
        troubles.append(Trouble(TroubleCode.FORMULA))
    return without


def _plain(text: str, _region: str, _troubles: list[Trouble]) -> str:
    return text


def _address(text: str, _region: str, troubles: list[Trouble]) -> str:
    plain = _refang(text.translate(_DIGITS))
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        troubles.append(Trouble(TroubleCode.NOT_AN_ADDRESS))
        return text
    if "%" in plain:
        troubles.append(Trouble(TroubleCode.NOT_AN_ADDRESS))
        return text
    if not found.is_global:
        troubles.append(Trouble(TroubleCode.NOT_PUBLIC))
    return str(found)


def _email(text: str, _region: str, troubles: list[Trouble]) -> str:
    plain = text.replace("[.]", ".").replace("[at]", "@").removeprefix("mailto:")
    found = _EMAIL.fullmatch(plain)
    if found is None or not _is_domain(found[1].translate(_DIGITS)):
        troubles.append(Trouble(TroubleCode.NOT_AN_EMAIL))
        return text
    local, _, domain = plain.rpartition("@")
    return f"{local}@{domain.translate(_DIGITS).lower()}"


def _telephone(text: str, region: str, troubles: list[Trouble]) -> str:
    plain = text.translate(_DIGITS)
    if len(plain) > phonenumbers.phonenumberutil._MAX_INPUT_STRING_LENGTH:  # noqa: SLF001  # the library's own limit
        troubles.append(Trouble(TroubleCode.NOT_A_NUMBER))
        return text
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    try:
        found = phonenumbers.parse(plain, region or None)
    except phonenumbers.NumberParseException as error:
        lacking = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        code = TroubleCode.NUMBER_WITHOUT_COUNTRY if lacking and not plain.startswith("+") else TroubleCode.NOT_A_NUMBER
        troubles.append(Trouble(code))
        return text
    if not phonenumbers.is_valid_number(found):
        troubles.append(Trouble(TroubleCode.NUMBER_UNUSUAL))
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _web(text: str, _region: str, troubles: list[Trouble]) -> str:
    plain = _refang(text)
    if not _is_web(plain):
        troubles.append(Trouble(TroubleCode.NOT_A_WEB_ADDRESS))
        return text
    return plain


def _wallet(text: str, _region: str, troubles: list[Trouble]) -> str:
    plain = text.translate(_DIGITS)
    held = is_wallet(plain)
    if held is None:
        troubles.append(Trouble(TroubleCode.CHECKSUM_UNKNOWN))
        return text
    if not held:
        troubles.append(Trouble(TroubleCode.CHECKSUM_WRONG))
    return plain


def _device(text: str, _region: str, troubles: list[Trouble]) -> str:
    plain = text.translate(_DIGITS)
    packed = re.sub(r"[\s-]", "", plain)
    if _IMEI.fullmatch(packed):
        if not _luhn(packed):
            troubles.append(Trouble(TroubleCode.DEVICE_CHECKSUM))
        return packed
    return plain


_READERS: dict[str, Callable[[str, str, list[Trouble]], str]] = {
    "internet-address": _address,
    "email": _email,
    "telephone": _telephone,
    "web-address": _web,
    "virtual-asset": _wallet,
    "device": _device,
}


def _refang(text: str) -> str:
    """An address that was written so that nobody clicks on it by mistake."""
    plain = text.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")
    return re.sub(r"^hxxp", "http", plain, flags=re.IGNORECASE)


def _is_domain(text: str) -> bool:
    labels = text.removesuffix(".").split(".")
    return len(labels) > 1 and all(_LABEL.fullmatch(one) for one in labels) and not labels[-1].isdecimal()


def _is_web(text: str) -> bool:
    if re.search(r"\s", text):
        return False
    try:
        split = urlsplit(text if "://" in text else f"//{text}")
        host, _ = split.hostname or "", split.port
        if split.scheme not in {"", "http", "https", "ftp", "ftps", "sftp", "ws", "wss"}:
            return False
        if split.scheme and host:
            try:
                ipaddress.ip_address(host)
            except ValueError:
                pass
            else:
                return True
    except ValueError:
        return False
    return _is_domain(host)


def _looks_web(text: str) -> bool:
    plain = _refang(text)
    return _is_web(plain) and ("://" in plain or "/" in plain or plain.count(".") >= 1)


def _looks_telephone(text: str, region: str) -> bool:
    if not re.fullmatch(r"(?:\+|00)?[\d\s().\-/]{6,24}", text, re.ASCII):
        return False
    found: list[Trouble] = []
    _telephone(text, region, found)
    return not found


def _luhn(digits: str) -> bool:
    total = 0
    for place, one in enumerate(reversed(digits)):
        value = int(one) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# --- addresses and moments --------------------------------------------------------------------------------------------


def _guess_address(line: str) -> Typed | None:
    """An Internet address at the beginning of a line, then its port, moments and zone in the usual ways of writing."""
    head, _, rest = _refang(line).replace(",", " ").replace("\t", " ").partition(" ")
    port = ""
    with_port = _WITH_PORT.fullmatch(head) or _BRACKETED.fullmatch(head)
    if with_port is not None:
        head, port = with_port[1], with_port[2] or ""
    try:
        ipaddress.ip_address(head)
    except ValueError:
        return None
    named = re.match(r"\s*(?:port|المنفذ|منفذ)\s*[:=]?\s*(\d{1,5})\b", rest, re.IGNORECASE)
    if named is not None and not port:
        port, rest = named[1], rest[named.end() :]
    bare = re.match(r"\s*(\d{1,5})(?=\s|$)", rest)
    if bare is not None and not port:
        port, rest = bare[1], rest[bare.end() :]
    times = list(_TIME.finditer(rest))[:2]
    since, until = ([one[0].strip() for one in times] + ["", ""])[:2]
    zone = re.sub(r"^\W*(?:to|until|حتى|إلى)\W*", "", _TIME.sub(" ", rest, count=2)).strip(" -–—;()")
    return Typed("internet-address", head, port, since, until, zone, guessed=True)


def _moment(said: str, zone: str, member: str, troubles: list[Trouble]) -> datetime | None:
    """A moment with its distance from UTC, from a text and the zone beside it."""
    text = _MARKS.sub("", said).strip().translate(_DIGITS)
    if not text:
        return None
    found = _TIME.fullmatch(text)
    try:
        parts = [int(one or 0) for one in found.groups()[:6]] if found is not None else []
        naive = datetime(*parts) if found is not None else None  # type: ignore[arg-type]  # noqa: DTZ001  # the zone follows
    except ValueError:
        naive = None
    if naive is None or found is None or found[4] is None:
        troubles.append(Trouble(TroubleCode.TIME_WRONG, member))
        return None
    try:
        return _placed(naive, found[7] or _MARKS.sub("", zone).strip().translate(_DIGITS), member, troubles)
    except (ValueError, OverflowError):
        troubles.append(Trouble(TroubleCode.TIME_WRONG, member))
        return None


def _placed(naive: datetime, zone: str, member: str, troubles: list[Trouble]) -> datetime | None:
    if not zone:
        troubles.append(Trouble(TroubleCode.TIME_WITHOUT_ZONE, member))
        return None
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return datetime.fromisoformat(f"{naive.isoformat()}+00:00")
    offset = _OFFSET.fullmatch(zone)
    if offset is not None:
        return datetime.fromisoformat(f"{naive.isoformat()}{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}")
    try:
        there = time_zone(zone)
    except UnknownZone:
        troubles.append(Trouble(TroubleCode.ZONE_UNKNOWN, "zone"))
        return None
    early, late = _at(naive, there, 0), _at(naive, there, 1)
    if early.utcoffset() != late.utcoffset():
        gone = (early.utcoffset() or timedelta()) < (late.utcoffset() or timedelta())
        troubles.append(Trouble(TroubleCode.TIME_NEVER if gone else TroubleCode.TIME_TWICE, member))
        return None
    return datetime.fromisoformat(early.isoformat())


def _at(naive: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return naive.replace(tzinfo=zone, fold=fold)
