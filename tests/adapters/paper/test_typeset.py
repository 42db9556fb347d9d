"""The pages: every value is on them as it was written, in its own direction, whoever wrote it and whatever it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from subprocess import run

import pytest

from musnad.adapters.paper import fonts, set_in_type
from musnad.adapters.paper.errors import NoFont
from musnad.adapters.paper.fonts import find_fonts
from musnad.adapters.paper.glyphs import covered
from musnad.adapters.paper.typeset import runs
from musnad.exchange.paper import write_paper
from tests.exchange.test_form import ARABIC, TREATY, request
from tests.exchange.test_paper import OWN, VOUCHER

HOSTILE = (
    '#import "@preview/x:1.0.0": * #panic("x") #read("/etc/passwd") \\ <label> @cite $x^2$ *b* _i_ `raw` // c /* d */'
    " \\u{41} [x] {y} = h - l + e ~ -- ---"
)
SIGNED = b'{"payload":"e30=","payloadType":"t","signatures":[]}'


def pdf(fields: Mapping[str, object], language: str = "ar", *languages: str) -> bytes:
    paper = write_paper(OWN, request(fields, language), TREATY, {}, languages or ("ar", "en"), VOUCHER)
    return set_in_type(paper, SIGNED)


def text_of(pages: bytes, folder: Path, *options: str) -> str:
    """What the PDF says, without marks of direction and with the presentation forms of Arabic resolved."""
    (folder / "made.pdf").write_bytes(pages)
    told = run(
        ["pdftotext", *options, str(folder / "made.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout
    return "".join(one for one in unicodedata.normalize("NFKC", told) if unicodedata.category(one) != "Cf")


def flat(text: str) -> str:
    return "".join(text.split())


def page_count(pages: bytes, folder: Path) -> int:
    (folder / "made.pdf").write_bytes(pages)
    told = run(["pdfinfo", str(folder / "made.pdf")], capture_output=True, check=True, text=True).stdout
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))


def test_the_pages_say_every_value(tmp_path: Path) -> None:
    told = flat(text_of(pdf(ARABIC), tmp_path))
    for value in ("192.0.2.7", "falcon@mail.example.qa", "2026-11-01T10:00:00+03:00", "Asia/Qatar"):
        assert told.count(value) == 2, value
    assert told.count("+97444000000") == 4, "the contact's number stands in its field and where it is needed"
    for value in ("Summaryofthefacts", "secondlinenames", "7years", "Subscriberinformation", OWN):
        assert value in told
    for word in ("الوقائع", "تمرين", "بيانات"):
        assert word in told


def test_each_page_bears_its_number_of_all_and_the_digest(tmp_path: Path) -> None:
    pages = pdf(ARABIC, "en", "en")
    count = page_count(pages, tmp_path)
    assert 2 <= count <= 4
    for number in range(1, count + 1):
        told = text_of(pages, tmp_path, "-f", str(number), "-l", str(number))
        assert f"Page {number} of {count}" in told
        assert f"SHA-256 {'cd' * 8}" in told
        assert "EXERCISE" in told


def test_what_looks_like_markup_is_printed_as_it_stands(tmp_path: Path) -> None:
    told = flat(text_of(pdf({**ARABIC, "facts": HOSTILE, "purpose": HOSTILE}, "en", "en"), tmp_path))
    assert told.count(flat(HOSTILE)) == 2


def test_markup_in_an_arabic_text_is_printed_too(tmp_path: Path) -> None:
    pages = pdf({**ARABIC, "facts": f"نص {HOSTILE} نص"}, "ar", "ar")
    told = flat(text_of(pages, tmp_path))
    for part in ("import", "@preview/x:1.0.0", "/etc/passwd", "label", "x^2", "raw"):
        assert part in told


def test_the_same_request_makes_the_same_octets() -> None:
    assert pdf(ARABIC) == pdf(ARABIC)


def test_the_signed_file_is_inside(tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(pdf(ARABIC))
    run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(tmp_path / "made.pdf")], check=True, capture_output=True)
    assert (tmp_path / VOUCHER.file).read_bytes() == SIGNED


def test_the_longest_request_stays_within_bounds(tmp_path: Path) -> None:
    """The most identifiers and the longest text that a form takes, words without an end among them."""
    identifiers = [{"type": "account", "value": f"user-{number}@service.example"} for number in range(1_999)]
    identifiers.append({"type": "virtual-asset", "value": "x9" * 250})
    pages = pdf(
        {**ARABIC, "identifiers": identifiers, "facts": "كلمة " * 4_000, "purpose": "w" * 20_000}, "ar", "ar", "en"
    )
    assert page_count(pages, tmp_path) <= 140
    told = flat(text_of(pages, tmp_path))
    assert told.count("user-1998@service.example") == 2
    assert told.count("x9" * 250) == 2
    assert told.count("w") >= 40_000


def test_no_text_leaves_the_page(tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(
        pdf({**ARABIC, "facts": "w" * 3_000, "purpose": "https://example.qa/" + "a/" * 400})
    )
    box = run(
        ["pdftotext", "-bbox", str(tmp_path / "made.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout
    edges = [
        float(part.split('"')[1]) for part in box.replace("xMax=", "\nxMax=").splitlines() if part.startswith("xMax=")
    ]
    assert len(edges) > 200
    assert max(edges) < 595.3 - 50


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("العنوان 192.0.2.7:443 والبريد a@b.qa.", ["العنوان ", "192.0.2.7:443", " والبريد ", "a@b.qa", "."]),
        ("2026-11-01T10:00:00+03:00", ["2026-11-01T10:00:00+03:00"]),
        ("+974 4400", ["+974", " ", "4400"]),
        ("نص", ["نص"]),
        ("", []),
    ],
)
def test_latin_pieces_of_an_arabic_text_stand_whole(text: str, pieces: list[str]) -> None:
    found = list(runs(text, "rtl"))
    assert ["".join(one["chunks"]) for one in found] == pieces
    assert [one["ltr"] for one in found] == [piece.isascii() and piece not in {" ", "."} for piece in pieces]


def test_an_english_text_stands_in_one_piece_with_breaks_in_long_words() -> None:
    (one,) = runs("short " + "x" * 60, "ltr")
    assert one == {"ltr": False, "chunks": ["short ", "x" * 26, "x" * 26, "x" * 8]}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x \U0001f600 y", "x [U+1F600] y"),
        ("x \U0001f468\u200d\U0001f469 y", "x [U+1F468][U+1F469] y"),
        ("x \u0000 \u001b y", "x [U+0000] [U+001B] y"),
        ("x \ue000\ue001 y", "x [U+E000][U+E001] y"),
        ("x \ufffe \U000f0000 y", "x [U+FFFE] [U+F0000] y"),
        ("x \u202etxt.exe\u202c y", "x [U+202E]txt.exe[U+202C] y"),
        ("x \u2067\u2028 y", "x [U+2067][U+2028] y"),
        ("Nguyễn Văn Đặng, Żółć, Ωμέγα, Жизнь", "Nguyễn Văn Đặng, Żółć, Ωμέγα, Жизнь"),
        ("ไทย", "ไทย"),
    ],
)
def test_what_no_font_draws_or_what_moves_a_line_is_spelled_out(tmp_path: Path, text: str, printed: str) -> None:
    told = text_of(pdf({**ARABIC, "facts": text}, "en", "en"), tmp_path)
    assert flat(unicodedata.normalize("NFKC", printed)) in flat(told)


def test_our_own_marks_of_direction_are_set_and_not_spelled_out(tmp_path: Path) -> None:
    told = flat(text_of(pdf(ARABIC), tmp_path))
    assert "[U+" not in told
    assert "03:01:00UTC" in told


def test_a_file_that_is_no_font_draws_nothing(tmp_path: Path) -> None:
    real = find_fonts("x").folders[0] / "NotoSans-Regular.ttf"
    assert any(first <= ord("Ж") <= last for first, last in covered(real))
    assert not any(first <= 0x1F600 <= last for first, last in covered(real))
    broken = tmp_path / "broken.ttf"
    for data in (b"", b"no font", real.read_bytes()[:400], b"ttcf" + b"\xff" * 40):
        broken.write_bytes(data)
        assert covered(broken) == ()
    assert covered(tmp_path / "absent.ttf") == ()


def test_a_script_without_a_font_is_an_error_and_no_page_of_boxes(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"")
    assert find_fonts("Latin only", (tmp_path,)).families == {"Latin": "Noto Sans"}
    for text, script in (("نص", "Arabic"), ("中", "CJK"), ("한", "CJK"), ("Latin نص", "Arabic")):
        with pytest.raises(NoFont) as caught:
            find_fonts(text, (tmp_path,))
        assert caught.value.script == script


def test_a_folder_named_in_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "NotoSans-Regular.ttf").write_bytes(b"")
    monkeypatch.setenv(fonts.ENVIRONMENT, str(tmp_path))
    assert find_fonts("Latin").folders == (tmp_path / "deeper",)
