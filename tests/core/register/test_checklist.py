"""What a State still has to do: from the data, as far as known, and workable item by item."""

from __future__ import annotations

import pytest

from musnad.core.register.checklist import Item, checklist
from musnad.core.register.errors import NoSuchState
from musnad.core.register.values import Register
from musnad.core.treaty.values import Certainty
from tests.core.register.data import BASE, day, load, row
from tests.directory_fixture import make_party

TODAY = "2026-11-23"


def items(register: Register, code: str, asked: str = TODAY) -> dict[str, Item]:
    return {item.task.name: item for item in checklist(register, code, day(asked))}


def progress(register: Register, code: str, task: str, asked: str = TODAY) -> str | None:
    found = items(register, code, asked).get(task)
    return found.progress if found else None


def test_who_has_not_signed_may_sign_until_the_closing_day_and_then_accede() -> None:
    now = [progress(BASE, "US", task) for task in ("sign", "ratify", "accede")]
    assert now == ["not-known", "not-known", "not-yet"]
    assert items(BASE, "US")["sign"].last_day == day("2026-12-31")
    assert items(BASE, "US")["accede"].first_day == day("2027-01-01")
    last = [progress(BASE, "US", task, "2026-12-31") for task in ("sign", "ratify", "accede")]
    assert last == now
    after = [progress(BASE, "US", task, "2027-01-01") for task in ("sign", "ratify", "accede")]
    assert after == ["closed", None, "not-known"]


def test_not_done_is_said_only_where_a_list_covers_the_day() -> None:
    assert progress(BASE, "US", "sign", "2026-01-01") == "not-done"
    assert progress(BASE, "US", "sign", "2026-01-02") == "not-known"
    assert progress(BASE, "US", "ratify", "2026-05-21") == "not-done"
    assert progress(BASE, "QA", "ratify", "2026-02-12") == "not-known"
    assert progress(BASE, "QA", "ratify", "2026-02-13") == "done"
    assert progress(BASE, "FJ", "sign", "2025-12-31") == "not-known"
    assert progress(BASE, "QA", "languages", "2026-01-01") == "not-known"


def test_who_signed_does_not_accede_and_who_acceded_does_not_sign() -> None:
    assert progress(BASE, "QA", "accede") is None
    register = load(BASE, row("US", "accession", "2027-02-01"))
    assert [progress(register, "US", one, "2027-03-01") for one in ("sign", "ratify", "accede")] == [None, None, "done"]


def test_each_item_names_its_article_and_how_sure_it_is() -> None:
    found = items(BASE, "QA")
    assert (found["central-authority"].task.article, found["central-authority"].certainty) == (
        "40(12)",
        Certainty.FROM_MEMORY,
    )
    assert found["sign"].certainty is Certainty.CERTAIN
    assert found["ratify"].certainty is Certainty.FROM_MEMORY
    assert {one.task.name for one in found.values()} >= {
        "sign", "ratify", "central-authority", "extradition-authority", "extradition-basis", "languages",
        "contact-24-7", "contact-24-7-renewed", "laundering-laws", "confiscation-laws", "prevention-authority",
        "practices", "dispute-settlement", "devices-reservation", "traffic-collection-reservation",
        "preservation-reservation",
    }  # fmt: skip


def test_an_item_is_done_by_a_notification_or_a_recorded_step() -> None:
    told = load(BASE, row("QA", "notification", "2026-06-01", about="languages", value="ar en"))
    assert progress(told, "QA", "languages", "2026-05-31") == "not-known"
    assert progress(told, "QA", "languages") == "done"
    decided = load(BASE, row("QA", "step", "2026-06-01", about="devices-reservation", en="No reservation is made"))
    assert progress(decided, "QA", "devices-reservation") == "done"
    assert items(decided, "QA")["devices-reservation"].facts[0].fact.texts["en"] == "No reservation is made"


def test_a_recorded_step_about_one_task_is_not_one_of_another() -> None:
    told = load(BASE, row("QA", "notification", "2026-06-01", about="central-authority", value="Public Prosecution"))
    changed = {name for name in items(told, "QA") if progress(told, "QA", name) != progress(BASE, "QA", name)}
    assert changed == {"central-authority"}


def test_the_yearly_entry_is_due_again_after_a_year() -> None:
    told = load(BASE, row("QA", "notification", "2026-06-01", about="contact-24-7", value="Duty desk"))
    assert progress(told, "QA", "contact-24-7-renewed", "2027-05-31") == "done"
    assert progress(told, "QA", "contact-24-7-renewed", "2027-06-01") == "not-known"
    assert progress(told, "QA", "contact-24-7", "2027-06-01") == "done"
    again = load(told, row("QA", "notification", "2027-05-01", about="contact-24-7-renewed"))
    assert progress(again, "QA", "contact-24-7-renewed", "2027-06-01") == "done"


def test_competence_is_for_organisations_alone() -> None:
    assert progress(BASE, "EU", "competence") == "not-known"
    assert progress(BASE, "QA", "competence") is None


def test_who_has_left_no_longer_has_its_instrument_done() -> None:
    register = load(BASE, row("QA", "withdrawal", "2027-01-10"))
    assert progress(register, "QA", "ratify", "2027-01-09") == "done"
    assert progress(register, "QA", "ratify", "2027-01-10") == "not-known"
    assert progress(register, "QA", "withdrawal", "2027-01-10") == "done"
    assert progress(register, "QA", "withdrawal", "2027-01-09") is None


def test_the_directory_is_a_hint_and_never_a_proof() -> None:
    listed = make_party("QA").party
    found = {str(item.task.name): item for item in checklist(BASE, "QA", day(TODAY), listed)}
    assert found["contact-24-7"].hints == ("QA/contact-24-7",)
    assert found["central-authority"].hints == ("QA/central-authority",)
    assert found["languages"].hints == ("ar", "en")
    assert found["extradition-authority"].hints == ()
    assert {one.progress for one in (found["contact-24-7"], found["languages"])} == {"not-known"}


def test_a_code_of_no_state_is_an_error() -> None:
    with pytest.raises(NoSuchState):
        checklist(BASE, "ZZ", day(TODAY))
