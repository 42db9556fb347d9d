"""The installed data: complete, linked, and every rule of it felt by the engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from musnad.adapters.treaty_files import load_treaties, load_treaty, load_treaty_bundle
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import digest_of
from musnad.core.treaty import errors
from musnad.core.treaty.errors import Dangling, UnusedEntry
from musnad.core.treaty.reader import bundle, parse_bundle, parse_shelf, parse_treaty
from musnad.core.treaty.values import Certainty, FieldKind, Numbering
from tests.core.treaty.data import ACCESS, FILES, PRESERVE, TREATY, answers, block_of, broken, changed, rule

RULES = sorted(TREATY.rules)
ANSWERS = answers(TREATY)
UNJUDGED = {
    "refusal-not-in-conformity", "refusal-essential-interests", "refusal-measure-barred-at-home",
    "refusal-contrary-to-assistance-law", "refusal-persecution", "refusal-dual-criminality", "refusal-trivial-matter",
    "refusal-available-otherwise", "no-duty-against-data-protection",
    "entry-into-force", "preservation-may-be-asked", "access-may-be-asked",
    "open-for-convention-offences", "open-for-serious-crimes", "names-persons-where-possible",
    "preservation-names-holder", "preservation-asks-confidentiality", "confidentiality-on-request",
    "access-expedited", "period-names-zone", "emergency-meaning",
    "second-contact-confirms", "earlier-preservation-named",
}  # fmt: skip
"""Rules that open or permit: a lawful step under them draws no finding, so only their deletion is felt."""


def test_the_installed_data_is_whole() -> None:
    assert set(TREATY.measures) == {PRESERVE, ACCESS}
    assert load_treaties()[TREATY.name] == TREATY
    assert load_treaty() == TREATY
    assert TREATY.in_force.value is False
    assert TREATY.in_force.certainty is Certainty.REPORTED
    assert len(TREATY.data_categories) == 3


@pytest.mark.parametrize("name", RULES)
def test_a_rule_cannot_be_deleted_unnoticed(name: str) -> None:
    file, block = block_of(f"rules.{name}")
    with pytest.raises(Dangling) as caught:
        parse_treaty(broken(block, "", file=file))
    assert caught.value.names == f"rules.{name}"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_nothing_uses_is_refused(name: str) -> None:
    file, block = block_of(f"rules.{name}")
    files = broken(block, block + block.replace(name, "planted"), file=file)
    common = {name: data for name, data in files.items() if b"\nshared = true\n" in data}
    with pytest.raises(UnusedEntry) as caught:
        parse_shelf(common, {TREATY.name: {name: data for name, data in files.items() if name not in common}})
    assert caught.value.place == "rules.planted"


@pytest.mark.parametrize("name", [name for name in RULES if name not in UNJUDGED])
def test_the_certainty_of_a_rule_is_felt(name: str) -> None:
    other = "reported" if rule(name).certainty is Certainty.CERTAIN else "certain"
    assert answers(parse_treaty(changed(f"rules.{name}", r'^status = ".*"$', f'status = "{other}"'))) != ANSWERS


@pytest.mark.parametrize("name", [name for name in RULES if rule(name).number is not None])
def test_the_number_of_a_rule_is_felt(name: str) -> None:
    number = rule(name).number
    assert number is not None
    moved = parse_treaty(changed(f"rules.{name}", rf"number = {number}", f"number = {number + 1}"))
    assert answers(moved) != ANSWERS
    assert str(number + 1) in rule(name, moved).says.for_language("ar")


USES = re.compile(r"^(?:    \{ .* \},|    \".*\",|[a-z-]+ = \{ .*\})$", re.MULTILINE)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (name, line)
        for name, data in FILES.items()
        if name.startswith("article-04")
        for line in USES.findall(data.decode())
    ],
)
def test_no_entry_of_a_measure_can_be_deleted_unnoticed(file: str, line: str) -> None:
    try:
        left = parse_treaty(broken(line + "\n", "", file=file))
    except MusnadError:
        return
    assert answers(left) != ANSWERS


def test_every_text_stands_in_both_languages() -> None:
    labels = [one.says for one in TREATY.rules.values()]
    for measure in TREATY.measures.values():
        labels += [measure.label, measure.help]
        labels += [text for field in measure.fields.values() for text in (field.label, field.help)]
    for label in labels:
        assert label.for_language("ar-QA") != label.for_language("en")
        assert label.for_language("xx") == label.for_language("en")
        assert "{" not in label.for_language("ar") + label.for_language("en")


def test_a_rule_of_law_has_its_reference_and_practice_has_none() -> None:
    for one in TREATY.rules.values():
        assert (one.article is None) == (one.certainty is Certainty.DESIGN)
        assert (one.article is None) == (one.numbering is None)
        assert one.source in TREATY.sources


def test_the_disputed_paragraphs_say_so() -> None:
    for name in ("written-in-accepted-language", "central-authorities-ask", "bank-secrecy-no-ground"):
        assert rule(name).numbering is Numbering.DISPUTED
    period = rule("preservation-at-least")
    assert (period.number, period.unit, period.parallel) == (60, "days", ("Budapest 29(7)",))
    assert period.certainty is Certainty.FROM_MEMORY


def test_the_bundle_reads_back_to_the_same_treaty() -> None:
    assert parse_bundle(bundle(FILES)) == TREATY
    assert load_treaty_bundle() == bundle(dict(reversed(FILES.items())))
    assert TREATY.digest == digest_of(load_treaty_bundle())


def test_any_change_of_the_text_is_another_digest() -> None:
    assert parse_treaty({**FILES, "treaty.toml": FILES["treaty.toml"] + b"# a word\n"}).digest != TREATY.digest


def test_another_measure_is_only_data() -> None:
    """A measure with its own article, field and choice, on the shared parts; no code is touched."""
    data = """
[article]
number = 43
numbering = "corroborated"
title.en = "Disclosure of preserved traffic data"
title.ar = "الكشف عن بيانات الحركة المحفوظة"
title_status = "from-memory-verify"

[rules.path-disclosed]
paragraph = "1"
numbering = "from-memory-verify"
status = "from-memory-verify"
source = "S10"
says.en = "Enough traffic data are disclosed to find the provider and the path."
says.ar = "يُكشف من بيانات الحركة ما يكفي لتحديد مقدِّم الخدمة ومسار الاتصال."

[measures.traffic-data-disclosure]
outcome = "evidence"
rule = "path-disclosed"
label.en = "Expedited disclosure of preserved traffic data"
label.ar = "التعجيل بالكشف عن بيانات الحركة المحفوظة"
help.en = "Learn which other provider carried the communication."
help.ar = "لمعرفة مقدِّم الخدمة الآخر الذي نقل الاتصال."
parts = [
    "principles",
    "scope",
    "communication",
    "refusal",
    "assistance-channel",
    "assistance-grounds",
    "assistance-contents",
]

[measures.traffic-data-disclosure.fields.preservation-reference]
required = true
rule = "path-disclosed"
"""
    treaty = parse_treaty({**FILES, "article-043-traffic.toml": data.encode()})
    measure = treaty.measure("traffic-data-disclosure")
    assert list(measure.fields)[-1] == "preservation-reference"
    assert measure.grounds == TREATY.measure(ACCESS).grounds


ARTICLE = re.compile(r"(?i)\b(?:articles?|art\.)[ \t(]*\d|\b\d{1,2}\(\d{1,2}\)|\b\d{1,2}\([a-z]\)")


def test_no_article_number_stands_in_code() -> None:
    package = Path(__file__).resolve().parents[3] / "src" / "musnad"
    found = [
        f"{path.relative_to(package)}: {hit[0]}"
        for path in package.rglob("*.py")
        for hit in ARTICLE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert ARTICLE.search('if article == "x" or rule == "42(8)": ...')
    assert ARTICLE.search("# as Article 42 says")


def test_the_page_for_lawyers_shows_the_data_as_it_is() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "treaty.md").read_text(encoding="utf-8")
    data = {line.rstrip() for text in FILES.values() for line in text.decode().split("\n")}
    for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        assert [line for line in block.split("\n") if line.partition("  #")[0].rstrip() not in data] == []
    for kind in FieldKind:
        assert f"`{kind}`" in page
    for error in vars(errors).values():
        if isinstance(error, type) and error.__module__ == errors.__name__ and "file" in error.__annotations__:
            assert getattr(error, "code", "") in page
