from __future__ import annotations

import pytest

from musnad.core.sealing.errors import UnsafeName
from musnad.core.sealing.name import parse_safe_name


@pytest.mark.parametrize(
    "name", ["disk.img", "تقرير نهائي.pdf", "Biên bản số 1.docx", "می‌خواهم.txt", ".hidden", "a" * 240]
)
def test_takes_honest_names_of_any_language(name: str) -> None:
    assert parse_safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "a\x85b",
        "\u202efdp.exe",
        "a\u2067b",
        "a\u200fb",
        "a\u2028b",
        "\ud800",
        "end.",
        "end ",
        "ع" * 121,
    ],
)
def test_refuses_names_that_lead_out_or_deceive(name: str) -> None:
    with pytest.raises(UnsafeName) as caught:
        parse_safe_name(name)
    assert caught.value.code == "name.unsafe"
