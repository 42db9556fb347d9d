"""Each way in which treaty data can be wrong is one clear error, naming file and place; nothing is half-loaded."""

from __future__ import annotations

import pytest

from musnad.core.kernel.errors import BadForm, MusnadError, NotJson, TooLarge
from musnad.core.kernel.ijson import write_canonical
from musnad.core.treaty.errors import (
    BadBundle,
    BadEntry,
    BadPeriod,
    Dangling,
    DuplicateEntry,
    LabelMissing,
    MissingEntry,
    NotToml,
    RuleWithoutSource,
    UnknownEntry,
    UnusedEntry,
)
from musnad.core.treaty.reader import FILE_LIMIT_OCTETS, bundle, parse_bundle, parse_treaty
from tests.core.treaty.data import FILES, broken, changed

PRESERVATION = "article-042-expedited-preservation.toml"
LIMIT = "rules.preservation-at-least"


def refused(files: dict[str, bytes], error: type[MusnadError], **facts: str) -> None:
    with pytest.raises(error) as caught:
        parse_treaty(files)
    assert {name: caught.value.facts()[name] for name in facts} == facts
    assert type(caught.value) is error
    assert error.remedy


def test_refuses_an_unknown_field() -> None:
    files = changed(LIMIT, r"^source = ", 'colour = "green"\nsource = ')
    refused(files, UnknownEntry, file=PRESERVATION, place=f"{LIMIT}.colour")


def test_refuses_an_unknown_table() -> None:
    refused({**FILES, "more.toml": b"[wishes.one]\n"}, UnknownEntry, file="more.toml", place="wishes")


@pytest.mark.parametrize("new", ["", "source = 7\n", 'source = ""\n', 'source = "somewhere"\n'])
def test_refuses_a_rule_without_a_source(new: str) -> None:
    refused(changed(LIMIT, r"^source = .*\n", new), RuleWithoutSource, file=PRESERVATION, place=f"{LIMIT}.source")


def test_refuses_a_rule_whose_source_nobody_described() -> None:
    files = changed(LIMIT, r"^source = .*", 'source = "S99"')
    refused(files, Dangling, file=PRESERVATION, place=f"{LIMIT}.source", names="sources.S99")


def test_refuses_a_ground_that_no_measure_uses() -> None:
    ground = """
[grounds.inconvenience]
rule = "refusal-trivial-matter"
label.en = "Inconvenience"
label.ar = "عدم الملاءمة"
help.en = "Too much work."
help.ar = "كثرة العمل."
"""
    refused({**FILES, "more.toml": ground.encode()}, UnusedEntry, file="more.toml", place="grounds.inconvenience")


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('{ measure = "access-to-stored-data"', '{ measure = "gone"', "measures.gone"),
        ('parts = ["principles", "scope", "communication", "refusal"]', 'parts = ["gone"]', "parts.gone"),
        ('event = "request-received"', 'event = "gone"', "events.gone"),
        ('grounds = ["essential-interests", "measure', 'grounds = ["gone", "measure', "grounds.gone"),
        ('askers = { roles = ["contact-24-7"', 'askers = { roles = ["gone"', "roles.gone"),
        ('extension = "extension-before-lapse"', 'extension = "gone"', "rules.gone"),
        ("holder = { rule", "gone = { rule", "fields.gone"),
        ('barred.dual-criminality = "no-dual', 'barred.gone = "no-dual', "grounds.gone"),
    ],
)  # fmt: skip
def test_refuses_a_name_that_leads_nowhere(old: str, new: str, names: str) -> None:
    refused(broken(old, new, file=PRESERVATION), Dangling, file=PRESERVATION, names=names)


@pytest.mark.parametrize("number", ["0", "-60", "3651", "60.0", '"60"', "true"])
def test_refuses_a_period_that_cannot_be_counted(number: str) -> None:
    refused(changed(LIMIT, r"number = 60", f"number = {number}"), BadPeriod, file=PRESERVATION)


def test_refuses_a_period_in_another_unit_than_its_place_takes() -> None:
    refused(
        changed(LIMIT, r'"days"', '"years"'),
        BadPeriod,
        place="measures.expedited-preservation.limits.preservation.rule",
    )
    refused(changed("rules.serious-crime-meaning", r'"years"', '"days"'), BadPeriod, file="offences.toml")
    refused(changed(LIMIT, r'"days"', '"weeks"'), BadPeriod, file=PRESERVATION)


def test_refuses_a_number_that_a_text_repeats_instead_of_taking() -> None:
    refused(changed(LIMIT, r"at least \{number\} days", "at least 60 days"), BadPeriod, place=f"{LIMIT}.says.en")
    refused(changed(LIMIT, r"^quantity = .*\n", ""), BadPeriod, place=f"{LIMIT}.says.en")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("sign", ["\u202e", "\u202d", "\u2067", "\u2069", "\u200f", "\u200b", "\ufeff", "\x80"])
def test_refuses_a_text_that_would_show_in_another_order_or_hides_something(language: str, sign: str) -> None:
    files = changed(LIMIT, rf'^says\.{language} = "', f'says.{language} = "{sign}')
    refused(files, BadEntry, file=PRESERVATION, place=f"{LIMIT}.says.{language}")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_refuses_a_rule_in_one_language_only(language: str) -> None:
    refused(changed(LIMIT, rf"^says.{language} = .*\n", ""), LabelMissing, place=f"{LIMIT}.says.{language}")
    refused(changed(LIMIT, rf"^says.{language} = .*\n", f'says.{language} = ""\n'), LabelMissing)


def test_refuses_a_field_without_label_or_meaning() -> None:
    for entry in ("label", "help"):
        files = changed("fields.necessity", rf"^{entry}.en = .*\n{entry}.ar = .*\n", "")
        refused(files, LabelMissing, file="fields.toml", place=f"fields.necessity.{entry}")


def test_refuses_english_in_the_place_of_arabic_and_the_reverse() -> None:
    refused(changed(LIMIT, r"^says.ar = .*", 'says.ar = "{number} days"'), LabelMissing, place=f"{LIMIT}.says.ar")
    refused(changed(LIMIT, r"^says.en = .*", 'says.en = "{number} يوم"'), LabelMissing, place=f"{LIMIT}.says.en")


def test_refuses_the_same_name_twice_in_two_files_or_one() -> None:
    rule = FILES["practice.toml"]
    refused({**FILES, "more.toml": rule}, DuplicateEntry, file="practice.toml")
    refused({**FILES, "practice.toml": rule + rule}, NotToml, file="practice.toml")
    second = FILES[PRESERVATION][: FILES[PRESERVATION].index(b"[rules")]
    refused({**FILES, "more.toml": second}, DuplicateEntry, file="more.toml", place="article.number")


def test_refuses_two_treaties_or_none() -> None:
    text = FILES["treaty.toml"].decode()
    head = text[text.index("[treaty]") : text.index("[instruments")]
    refused({**FILES, "treaty-2.toml": head.encode()}, DuplicateEntry, place="treaty")
    refused({**FILES, "treaty.toml": FILES["treaty.toml"].replace(head.encode(), b"")}, MissingEntry, place="treaty")


def test_refuses_a_measure_that_lacks_a_piece_or_has_it_twice() -> None:
    measure = "measures.access-to-stored-data"
    refused(changed(measure, r'    "assistance-channel",\n', ""), MissingEntry, place=f"{measure}.askers")
    doubled = 'addressees = { roles = ["central-authority"], rule = "access-may-be-asked" }\nparts'
    refused(changed(measure, r"^parts", doubled), DuplicateEntry, place=f"{measure}.addressees")
    again = 'facts = { rule = "access-may-be-asked" }\nholder'
    refused(changed(f"{measure}.fields", r"^holder", again), DuplicateEntry, place=f"{measure}.fields.facts")


def test_refuses_a_preservation_without_a_period() -> None:
    text = FILES[PRESERVATION].decode()
    cut = text[: text.index("[measures.expedited-preservation.limits")]
    refused({**FILES, PRESERVATION: cut.encode()}, MissingEntry, place="measures.expedited-preservation.limits")


def test_refuses_a_ground_both_open_and_barred() -> None:
    files = broken('barred.dual-criminality = "no-dual', 'barred.persecution = "no-dual', file=PRESERVATION)
    refused(files, DuplicateEntry, file=PRESERVATION)


def test_refuses_a_field_whose_companion_the_measure_lacks() -> None:
    files = broken('urgency-reasons = { rule = "suggested-day-with-reasons" }\n', "")
    refused(files, MissingEntry, file="article-040-mutual-legal-assistance.toml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('status = "from-memory-verify"', 'status = "probably"'),
        ('numbering = "corroborated"', 'numbering = "maybe"'),
        ('outcome = "preservation"', 'outcome = "applause"'),
        ("number = 42", "number = 0"),
        ('paragraph = "8"', 'paragraph = "eight"'),
        ("access-request-intended = { required = true", 'access-request-intended = { required = "yes"'),
        ("facts = { required = true,", "facts = { required = true, must_be = true,"),
    ],
)
def test_refuses_a_value_of_the_wrong_kind(old: str, new: str) -> None:
    refused(broken(old, new, file=PRESERVATION), BadEntry, file=PRESERVATION)


def test_refuses_a_rule_of_no_article_with_a_paragraph_and_the_reverse() -> None:
    refused(changed("rules.identifiers-precise", r"^source", 'paragraph = "1"\nsource'), BadEntry, file="practice.toml")
    refused(changed(LIMIT, r"^numbering = .*\n", ""), MissingEntry, place=f"{LIMIT}.numbering")


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"a = 1\r\n", b"a = " + b"[" * 20_000, b"\x00", b"a=1\na=2"])
def test_refuses_what_is_not_toml(data: bytes) -> None:
    refused({**FILES, "more.toml": data}, NotToml, file="more.toml")


def test_names_the_line_of_a_slip() -> None:
    with pytest.raises(NotToml) as caught:
        parse_treaty({**FILES, "more.toml": b"[rules.one]\n\nparagraph == 1\n"})
    assert "line 3" in caught.value.why


@pytest.mark.parametrize("name", ["", "../treaty.toml", "a/b.toml", "A.toml", "a.json", "a" * 90 + ".toml", "ä.toml"])
def test_refuses_a_file_name_that_could_lead_elsewhere(name: str) -> None:
    refused({**FILES, name: b""}, BadForm)


def test_refuses_what_is_too_large_or_nothing() -> None:
    refused({**FILES, "more.toml": b"#" * (FILE_LIMIT_OCTETS + 1)}, TooLarge)
    refused({f"a{number}.toml": b"" for number in range(400)}, BadForm)
    refused({}, BadForm)


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"a":1.5}', b"\xff"])
def test_refuses_a_bundle_that_is_not_an_object(data: bytes) -> None:
    with pytest.raises(NotJson):
        parse_bundle(data)


def test_refuses_a_bundle_of_another_form() -> None:
    with pytest.raises(BadBundle):
        parse_bundle(b'{"treaty.toml":7}')
    with pytest.raises(BadBundle):
        parse_bundle(bundle(FILES) + b"\n")
    with pytest.raises(BadBundle):
        parse_bundle(b" " + write_canonical({name: data.decode() for name, data in FILES.items()}))


TRAFFIC = "measures.disclosure-of-traffic-data"
NOTICE = "measures.spontaneous-information"


@pytest.mark.parametrize("days", ["[60]", "[61, 30]", "[7, 30]", "[7, 7]"])
def test_refuses_warnings_that_cannot_be_given_in_their_order(days: str) -> None:
    files = changed("measures.expedited-preservation.limits.preservation", r"^warn_days = .*", f"warn_days = {days}")
    refused(files, BadPeriod, place="measures.expedited-preservation.limits.preservation.warn_days")


def test_refuses_a_warning_of_no_days() -> None:
    files = changed("measures.expedited-preservation.limits.preservation", r"^warn_days = .*", "warn_days = [0]")
    refused(files, BadEntry, file=PRESERVATION)


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [
        (TRAFFIC, r"^grounds_rule", 'dual_criminality = { policy = "perhaps", rule = "x" }\ngrounds_rule',
         f"{TRAFFIC}.dual_criminality.policy"),
        (NOTICE, r'limit = "speciality"', 'limit = "gratitude"', f"{NOTICE}.use_limits.1.limit"),
        (NOTICE, r'limit = "speciality", force = "may"', 'limit = "speciality", force = "shall"',
         f"{NOTICE}.use_limits.1.force"),
        (NOTICE, r"^outcome = .*", 'outcome = "applause"', f"{NOTICE}.outcome"),
        ("parts.assistance-contents.fields", r'unless.assistance-purpose = "serving-documents"', "unless = 7",
         "parts.assistance-contents.fields.facts.unless"),
    ],
)  # fmt: skip
def test_refuses_a_word_that_the_place_does_not_know(table: str, old: str, new: str, place: str) -> None:
    refused(changed(table, old, new), BadEntry, place=place)


def test_refuses_what_may_stand_once_and_stands_twice() -> None:
    said = 'dual_criminality = { policy = "required", rule = "access-may-be-asked" }\nparts'
    refused(changed("measures.access-to-stored-data", r"^parts", said), DuplicateEntry,
            place="measures.access-to-stored-data.dual_criminality")  # fmt: skip
    twice = (
        'limit = "speciality", force = "must", rule = "conditions-of-information-kept" },\n    { limit = "speciality"'
    )
    refused(changed(NOTICE, r'limit = "speciality"', twice), DuplicateEntry, place=f"{NOTICE}.use_limits.speciality")
    same = 'allowed = ["traffic", "traffic"]'
    refused(changed(TRAFFIC, r'allowed = \["traffic"\]', same), DuplicateEntry,
            place=f"{TRAFFIC}.data_categories.allowed.traffic")  # fmt: skip


def test_refuses_a_notice_that_could_be_refused() -> None:
    grounds = 'grounds = ["persecution"]\ngrounds_rule'
    refused(changed(NOTICE, r"^grounds_rule", grounds), BadEntry, place=f"{NOTICE}.grounds")


def test_refuses_categories_of_data_where_no_field_takes_them_or_nobody_knows_them() -> None:
    open_to = 'data_categories = { allowed = ["traffic"], rule = "information-may-be-sent" }\ngrounds_rule'
    refused(changed(NOTICE, r"^grounds_rule", open_to), BadEntry, place=f"{NOTICE}.data_categories")
    unknown = 'allowed = ["gossip"]'
    refused(changed(TRAFFIC, r'allowed = \["traffic"\]', unknown), Dangling, names="data_categories.gossip")


def test_refuses_an_excuse_by_a_choice_that_there_is_not() -> None:
    files = changed("parts.assistance-contents.fields", '= "serving-documents"', '= "serving-tea"')
    refused(files, Dangling, names="fields.assistance-purpose.choices.serving-tea")


def test_refuses_a_meaning_of_no_category_and_a_life_in_another_unit() -> None:
    refused(broken('traffic = "traffic-data-meaning"', 'gossip = "traffic-data-meaning"'), Dangling,
            names="data_categories.gossip")  # fmt: skip
    files = broken('delay = "entry-into-force-delay"', 'delay = "withdrawal-delay"', file="treaty.toml")
    refused(files, BadPeriod, file="treaty.toml", place="treaty.life.delay")


def test_refuses_a_file_that_says_it_is_not_shared() -> None:
    refused(broken("shared = true", "shared = false", file="words.toml"), BadEntry, file="words.toml", place="shared")


def test_refuses_a_suspension_by_an_event_that_there_is_not() -> None:
    table = "measures.expedited-preservation.limits.preservation"
    suspended = 'suspended_by = { event = "a-holiday", rule = "further-information" }\nwarn_days'
    refused(changed(table, r"^warn_days", suspended), Dangling, file=PRESERVATION, names="events.a-holiday")


INTERCEPTION, STORED = "measures.interception-of-content", "measures.access-to-stored-data"
OFFICERS = "rules.officers-for-release-of-content"


@pytest.mark.parametrize("number", ["0", "1", "9", "2.0", "true"])
def test_refuses_a_number_of_officers_that_is_none(number: str) -> None:
    """One signs in any case, and a message takes no more than eight approvals."""
    refused(changed(OFFICERS, r"number = 2", f"number = {number}"), BadPeriod)


def test_refuses_officers_in_another_unit_and_days_counted_in_officers() -> None:
    refused(changed(OFFICERS, r'"officers"', '"days"'), BadPeriod, place=f"{STORED}.approvals.rule")
    refused(changed(LIMIT, r'"days"', '"officers"'), BadPeriod, file=PRESERVATION)


def test_refuses_an_act_under_two_rules_or_none_or_unknown() -> None:
    twice = 'acts = ["send", "release"], rule = "officers-for-secret'
    files = changed(INTERCEPTION, r'acts = \["send"\], rule = "officers-for-secret', twice)
    refused(files, DuplicateEntry, place=f"{INTERCEPTION}.approvals.release")
    refused(changed(STORED, r'acts = \["release"\]', "acts = []"), BadEntry, place=f"{STORED}.approvals.0.acts")
    refused(changed(STORED, r'acts = \["release"\]', 'acts = ["export"]'), BadEntry,
            place=f"{STORED}.approvals.0.acts.0")  # fmt: skip
    refused(changed(STORED, r'rule = "officers-for-release-of-content"', 'rule = "gone"'), Dangling, names="rules.gone")


def test_refuses_officers_for_categories_that_nobody_knows_or_asks_for() -> None:
    refused(changed(STORED, r'categories = \["content"\]', 'categories = ["gossip"]'), Dangling,
            names="data_categories.gossip")  # fmt: skip
    refused(changed(STORED, r'categories = \["content"\]', 'categories = ["content", "content"]'), DuplicateEntry,
            place=f"{STORED}.approvals.categories.content")  # fmt: skip
    asked = (
        'approvals = [{ acts = ["send"], categories = ["content"], rule = "officers-for-release-of-content" }]\nparts'
    )
    refused(changed(NOTICE, r"^parts", asked), BadEntry, place=f"{NOTICE}.approvals.categories")
