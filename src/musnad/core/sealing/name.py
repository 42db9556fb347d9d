"""Names of files that came from elsewhere: one folder entry, and what it looks like is what it is."""

from __future__ import annotations

import unicodedata

from musnad.core.sealing.errors import UnsafeName

NAME_LIMIT_OCTETS = 240
"""Under the 255 octets of common file systems, with room for a suffix."""

_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse_safe_name(text: str) -> str:
    """The text itself, any language, if it is safe as a file's name; otherwise ``UnsafeName``.

    Refused: the empty name, ``.`` and ``..``; slash and backslash; control and line-separating characters; characters
    that change the direction of what follows (they make ``exe.pdf`` of ``fdp.exe``); lone surrogates; more than 240
    octets of UTF-8; a space or dot at the end, which some systems drop. Joiners are allowed: Persian needs them.
    """
    if not text or text in {".", ".."}:
        raise UnsafeName("empty, or a folder's own name")
    for sign in text:
        if sign in "/\\":
            raise UnsafeName("a path separator")
        if sign in _DIRECTION:
            raise UnsafeName("a direction-changing character")
        if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}:
            raise UnsafeName("a control character")
    if text[-1] in " .":
        raise UnsafeName("a space or dot at the end")
    if len(text.encode("utf-8")) > NAME_LIMIT_OCTETS:
        raise UnsafeName(f"more than {NAME_LIMIT_OCTETS} octets")
    return text
