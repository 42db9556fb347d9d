"""A request as its reader sees it: what the data names in the reader's language, what was written as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from musnad.adapters.treaty_files import load_treaty
from musnad.core.kernel.names import Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import LegalBasis, Message
from musnad.core.treaty.values import Label, Treaty
from musnad.exchange.reading.form import Form, Line, form_object, in_words, original, request_form
from musnad.language import speak
from musnad.language.tongues import direction_of_text
from tests.messages_of_each_kind import MESSAGES

TREATY = load_treaty()
EN, AR, FR = speak("en"), speak("ar"), speak("fr")
FACTS = "في 20 نوفمبر 2026 حُوِّلت أموال من حسابات الضحايا.\nThe second line names example.qa."
ARABIC = {
    "investigating-body": "وحدة مكافحة الجرائم السيبرانية",
    "facts": FACTS,
    "offence": {
        "class": "serious-crime",
        "provision": "قانون العقوبات، المادة 290",
        "maximum": {"unit": "years", "number": 7},
        "maximum-in-asked-state": {"unit": "life-or-heavier"},
    },
    "data-categories": ["subscriber", "content"],
    "identifiers": [
        {"type": "email", "value": "falcon@mail.example.qa"},
        {"type": "internet-address", "value": "192.0.2.7", "from": "2026-11-01T10:00:00+03:00", "port": 443},
    ],
    "period-of-data": {"from": "2026-11-01", "until": "2026-11-20", "zone": "Asia/Qatar"},
    "urgency": "urgent",
    "wanted-by": "2026-12-01",
    "authenticity-contact": {"name": "الوكيل محمد", "function": "رئيس الوحدة", "reach": "+974 4400 0000"},
    "confidential": True,
    "expedited": False,
}


def request(fields: Mapping[str, object], language: str) -> Message:
    return replace(
        MESSAGES["request"],
        body=bodies.Request(dict(fields)),
        language=language,
        measure=Slug("access-to-stored-data"),
        legal_basis=LegalBasis(Slug("un-convention-against-cybercrime"), "تمرين"),
    )


def line(form: Form, name: str) -> Line:
    return next(one for one in form.lines if one.field == name)


def texts(form: Form, name: str) -> list[str]:
    return [value.said.text for value in line(form, name).values]


def test_a_request_in_arabic_is_read_in_english() -> None:
    form = request_form(request(ARABIC, "ar"), TREATY, EN)
    assert form.measure.text == TREATY.measures[Slug("access-to-stored-data")].label.texts["en"]
    assert line(form, "facts").label.text == "Summary of the facts"
    assert line(form, "facts").help is not None
    (facts,) = line(form, "facts").values
    assert (facts.said.text, facts.said.language, facts.said.direction) == (FACTS, "ar", "rtl")
    assert facts.said.original
    assert facts.said.note(EN) == "original, in Arabic"
    assert facts.said.note(AR) == ""
    assert texts(form, "data-categories") == [
        TREATY.data_categories[Slug(name)].label.texts["en"] for name in ("subscriber", "content")
    ]
    assert texts(form, "urgency") == ["Urgent"]
    assert texts(form, "confidential") == ["Yes"]
    assert texts(form, "expedited") == ["No"]
    assert texts(form, "wanted-by") == ["1 December 2026"]
    reach = line(form, "authenticity-contact").values[-1]
    assert (reach.said.text, reach.said.language) == ("+974 4400 0000", None)
    assert texts(form, "period-of-data") == ["1 November 2026", "20 November 2026", "Asia/Qatar"]
    offence = line(form, "offence").values
    assert [value.heading and value.heading.text for value in offence] == [
        "Class", "Provision", "Maximum penalty", "Maximum penalty in the asked State",
    ]  # fmt: skip
    assert [value.said.text for value in offence][2:] == ["7 years", "life or heavier"]
    assert offence[1].said.original


def test_a_request_in_english_is_read_in_arabic() -> None:
    written = {**ARABIC, "facts": "Funds were moved.", "investigating-body": "Cybercrime Unit"}
    form = request_form(request(written, "en"), TREATY, AR)
    assert line(form, "facts").label.text == "ملخص الوقائع"
    assert line(form, "facts").label.direction == "rtl"
    (facts,) = line(form, "facts").values
    assert (facts.said.text, facts.said.direction) == ("Funds were moved.", "ltr")
    assert texts(form, "urgency") == ["عاجل"]
    assert texts(form, "period-of-data")[:2] == ["1 نوفمبر 2026", "20 نوفمبر 2026"]
    kind = TREATY.identifier_types[Slug("internet-address")].label.texts["ar"]
    assert kind in texts(form, "identifiers")


def test_what_a_third_language_lacks_stands_in_english_and_says_so() -> None:
    """Each label falls back for itself: one that has French is said in French beside others that have not."""
    field = TREATY.measures[Slug("access-to-stored-data")].fields[Slug("facts")]
    label = Label({**field.label.texts, "fr": "Exposé des faits"})
    form = request_form(request(ARABIC, "ar"), _with_label(TREATY, "facts", label), FR)
    facts, offence = line(form, "facts"), line(form, "offence")
    assert (facts.label.text, facts.label.language, facts.label.note(FR)) == ("Exposé des faits", "fr", "")
    assert (offence.label.text, offence.label.language) == ("Offence", "en")
    assert offence.label.note(FR) == FR.gettext("only in English")
    said = "\n".join(in_words(form, FR))
    assert f"Offence ({FR.gettext('only in English')})" in said
    assert FR.gettext("original, in Arabic") in said


def test_a_list_keeps_its_members_apart() -> None:
    identifiers = line(request_form(request(ARABIC, "ar"), TREATY, EN), "identifiers")
    assert [[value.said.text for value in entry][1:] for entry in identifiers.entries] == [
        ["falcon@mail.example.qa"],
        ["192.0.2.7", "2026-11-01T10:00:00+03:00", "443"],
    ]
    assert all(entry[1].said.language is None for entry in identifiers.entries)


def test_what_the_data_does_not_know_is_shown_as_it_came_and_says_so() -> None:
    fields = {**ARABIC, "shoe-size": {"left": 43, "right": [44, True]}}
    form = request_form(request(fields, "ar"), TREATY, EN)
    strange = form.lines[-1]
    assert (strange.field, strange.known, strange.label.text) == ("shoe-size", False, "shoe-size")
    assert [value.said.text for value in strange.values] == ["43", "44", "Yes"]
    assert "shoe-size (a field that the treaty data at hand does not know)" in "\n".join(in_words(form, EN))


def test_without_the_treaty_data_everything_is_shown_as_it_is() -> None:
    form = request_form(request(ARABIC, "ar"), None, EN)
    assert form.measure.text == "access-to-stored-data"
    assert form.in_force is None
    assert {one.field for one in form.lines} == ARABIC.keys()
    assert not any(one.known for one in form.lines)


def test_only_a_request_has_a_form() -> None:
    with pytest.raises(TypeError):
        request_form(MESSAGES["refusal"], TREATY, EN)


def test_the_words_carry_every_value_and_mark_what_is_foreign() -> None:
    said = list(in_words(request_form(request(ARABIC, "ar"), TREATY, EN), EN))
    whole = "\n".join(said)
    assert "\u2067The second line names example.qa.\u2069" in whole  # a line of an Arabic text runs as the text
    for text in ("192.0.2.7", "falcon@mail.example.qa", "Asia/Qatar", "7 years", *FACTS.split("\n")):
        assert text in whole
    assert whole.count("(original, in Arabic)") == 6  # body, facts, provision, contact (two), the note on the basis
    [force] = [text for text in said if "Not in force as far as is known on 21 May 2026" in text]
    assert said.index(force) == 2, "beside the basis, which is the treaty itself"
    assert "whose data the request is made by" not in whole


@pytest.mark.parametrize("basis", ["reciprocity", "domestic-law"])
def test_of_another_basis_it_is_not_said_that_it_is_not_in_force(basis: str) -> None:
    """The force told is that of the treaty whose data serves, on a line of its own that names the treaty."""
    asked = replace(request(ARABIC, "ar"), legal_basis=LegalBasis(Slug(basis), ""))
    form = request_form(asked, TREATY, EN)
    assert form.force is not None
    assert not form.force.own_basis
    said = list(in_words(form, EN))
    at = next(place for place, text in enumerate(said) if text.startswith("  Legal basis: "))
    assert "Treaty whose data the request is made by: United Nations Convention" in said[at + 1]
    assert said[at + 2].strip().startswith("Not in force as far as is known on 21 May 2026")
    told: dict[str, Any] = form_object(form)
    assert told["force"]["own_basis"] is False


def test_the_conditions_of_information_given_stand_after_its_fields() -> None:
    limits = bodies.UseLimits(confidential=True, onward="with-consent", purpose="التحقيق وحده")
    asked = replace(request({}, "ar"), body=bodies.Request({}, limits=limits))
    told = [(value.part.name, value.said.text) for value in request_form(asked, TREATY, EN).limits]
    assert told == [("confidential", "Yes"), ("onward", "Only with consent"), ("purpose", "التحقيق وحده")]
    assert "Conditions of use" in "\n".join(in_words(request_form(asked, TREATY, EN), EN))


def test_in_arabic_words_identifiers_are_isolated() -> None:
    whole = "\n".join(in_words(request_form(request(ARABIC, "ar"), TREATY, AR), AR))
    assert "\u2066192.0.2.7\u2069" in whole
    assert AR.gettext("original, in Arabic") not in whole


def test_the_object_says_language_and_direction_of_every_text() -> None:
    told: dict[str, Any] = form_object(request_form(request(ARABIC, "ar"), TREATY, EN))
    facts = next(one for one in told["lines"] if one["field"] == "facts")
    assert facts["entries"] == [
        [{"member": None, "heading": None, "text": FACTS, "language": "ar", "direction": "rtl", "original": True}]
    ]


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        ("Telegram هو التطبيق المستخدم", "ar", "rtl"),
        ("falcon@mail.example.qa", "ar", "ltr"),
        ("2026/114", "ar", "rtl"),
        ("2026/114", "en", "ltr"),
        ("قطر", "en", "rtl"),
        ("the name قطر stands here", "en", "ltr"),
        ("", "ar", "rtl"),
    ],
)
def test_a_text_runs_as_its_language_does_unless_no_letter_does(text: str, language: str, direction: str) -> None:
    assert direction_of_text(text, language) == direction


def test_a_language_that_musnad_does_not_speak_is_named_by_its_tag() -> None:
    assert original("Факти", "uk").note(EN) == "original, in the language uk"
    assert original("حقایق", "fa").direction == "rtl"


def _with_label(treaty: Treaty, name: str, label: Label) -> Treaty:
    measure = treaty.measures[Slug("access-to-stored-data")]
    fields = {**measure.fields, Slug(name): replace(measure.fields[Slug(name)], label=label)}
    return replace(treaty, measures={**treaty.measures, measure.name: replace(measure, fields=fields)})
