"""The installed data: complete, linked, in both languages, and each treaty a bundle of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from musnad.adapters.treaty_files import load_treaties, load_treaty, load_treaty_bundle, read_treaty_files
from musnad.core.kernel.names import digest_of
from musnad.core.treaty import errors
from musnad.core.treaty.errors import BadEntry, DuplicateEntry, NotInstalled, UnusedEntry
from musnad.core.treaty.reader import bundle, parse_bundle, parse_shelf, parse_treaty
from musnad.core.treaty.values import Certainty, FieldKind, Numbering
from tests.core.treaty.data import ACCESS, COMMON, FILES, TREATY, block_of, broken, rule, shelf

MEASURES = {
    "expedited-preservation": "preservation",
    "disclosure-of-traffic-data": "evidence",
    "access-to-stored-data": "evidence",
    "collection-of-traffic-data": "evidence",
    "interception-of-content": "evidence",
    "mutual-legal-assistance": "answer",
    "technical-advice": "answer",
    "evidence-and-legal-information": "answer",
    "locating-suspects": "answer",
    "data-for-emergency": "evidence",
    "spontaneous-information": "notice",
    "law-enforcement-cooperation": "answer",
    "joint-investigation": "joint",
    "extradition": "answer",
    "provisional-arrest": "answer",
    "transfer-of-sentenced-persons": "answer",
    "transfer-of-proceedings": "answer",
    "freezing-of-property": "answer",
    "confiscation-of-property": "answer",
    "return-of-property": "answer",
    "information-on-proceeds": "notice",
    "consultation-on-parallel-cases": "answer",
}
SHELF = load_treaties().values()
ROOT = Path(__file__).resolve().parents[3]


def test_the_installed_data_is_whole() -> None:
    assert {name: measure.outcome for name, measure in TREATY.measures.items()} == MEASURES
    assert load_treaty() is load_treaties()[TREATY.name]
    assert load_treaty() == TREATY
    assert TREATY.in_force.value is False
    assert TREATY.in_force.certainty is Certainty.REPORTED
    assert len(TREATY.data_categories) == 3


def test_a_treaty_that_is_not_installed_is_an_error() -> None:
    with pytest.raises(NotInstalled) as caught:
        load_treaty("atlantis-convention")
    assert caught.value.name == "atlantis-convention"
    with pytest.raises(NotInstalled):
        read_treaty_files("../data")


@pytest.mark.parametrize("table", ["rules.preservation-at-least", "rules.identifiers-precise"])
def test_a_rule_that_nothing_uses_is_refused_be_it_the_treatys_own_or_shared(table: str) -> None:
    file, block = block_of(table)
    files = broken(block, block + block.replace(table, "rules.planted"), file=file)
    with pytest.raises(UnusedEntry) as caught:
        shelf(files)
    assert (caught.value.file, caught.value.place) == (file, "rules.planted")


def test_what_no_treaty_but_another_uses_is_left_out_of_this_one() -> None:
    used = {rule for treaty in SHELF for rule in treaty.rules}
    assert set(TREATY.rules) < used
    assert all(set(treaty.sources) < {code for other in SHELF for code in other.sources} for treaty in SHELF)


def test_a_treaty_stands_in_a_folder_of_its_name_and_shadows_no_shared_file() -> None:
    own = {name: data for name, data in FILES.items() if name not in COMMON}
    common = {name: FILES[name] for name in COMMON}
    with pytest.raises(BadEntry) as bad:
        parse_shelf(common, {"another-name": own})
    assert (bad.value.file, bad.value.place) == ("treaty.toml", "treaty.name")
    with pytest.raises(DuplicateEntry) as twice:
        parse_shelf(common, {TREATY.name: {**own, "words.toml": b""}})
    assert twice.value.file == "words.toml"


def test_every_text_stands_in_both_languages() -> None:
    labels = [one.says for treaty in SHELF for one in treaty.rules.values()]
    for measure in [measure for treaty in SHELF for measure in treaty.measures.values()]:
        labels += [measure.label, measure.help]
        labels += [text for field in measure.fields.values() for text in (field.label, field.help)]
        labels += [choice.label for field in measure.fields.values() for choice in field.choices]
    for label in labels:
        assert label.for_language("ar-QA") != label.for_language("en")
        assert label.for_language("xx") == label.for_language("en")
        assert "{" not in label.for_language("ar") + label.for_language("en")


def test_a_rule_of_law_has_its_reference_and_practice_has_none() -> None:
    for one in TREATY.rules.values():
        assert (one.article is None) == (one.certainty is Certainty.DESIGN)
    for treaty in SHELF:
        for one in treaty.rules.values():
            assert (one.article is None) == (one.numbering is None)
            assert one.source in treaty.sources


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
number = 53
numbering = "corroborated"
title.en = "Removal of content"
title.ar = "إزالة المحتوى"
title_status = "from-memory-verify"

[rules.content-removed]
paragraph = "1"
numbering = "from-memory-verify"
status = "from-memory-verify"
source = "S10"
says.en = "Content that continues an offence is made inaccessible."
says.ar = "يُحجب المحتوى الذي تستمر به الجريمة."

[measures.removal-of-content]
outcome = "answer"
rule = "content-removed"
label.en = "Removal of content"
label.ar = "إزالة المحتوى"
help.en = "Have content taken down that does harm as long as it is seen."
help.ar = "لإزالة محتوى يضر ما دام ظاهرًا."
parts = [
    "principles",
    "scope",
    "communication",
    "refusal",
    "assistance-channel",
    "assistance-grounds",
    "assistance-contents",
]

[measures.removal-of-content.fields.preservation-reference]
required = true
rule = "content-removed"
"""
    treaty = parse_treaty({**FILES, "article-053-removal.toml": data.encode()})
    measure = treaty.measure("removal-of-content")
    assert list(measure.fields)[-1] == "preservation-reference"
    assert measure.grounds == TREATY.measure(ACCESS).grounds


ARTICLE = re.compile(r"(?i)\b(?:articles?|art\.)[ \t(]*\d|\b\d{1,2}\(\d{1,2}\)|\b\d{1,2}\([a-z]\)")


def test_no_article_number_stands_in_code() -> None:
    package = ROOT / "src" / "musnad"
    found = [
        f"{path.relative_to(package)}: {hit[0]}"
        for path in package.rglob("*.py")
        for hit in ARTICLE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert ARTICLE.search('if article == "x" or rule == "42(8)": ...')
    assert ARTICLE.search("# as Article 42 says")


def test_the_page_for_lawyers_shows_the_data_as_it_is() -> None:
    page = (ROOT / "docs" / "treaty.md").read_text(encoding="utf-8")
    data = {line.rstrip() for text in FILES.values() for line in text.decode().split("\n")}
    for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        assert [line for line in block.split("\n") if line.partition("  #")[0].rstrip() not in data] == []
    for kind in FieldKind:
        assert f"`{kind}`" in page
    for error in vars(errors).values():
        if isinstance(error, type) and error.__module__ == errors.__name__ and "file" in error.__annotations__:
            assert getattr(error, "code", "") in page
