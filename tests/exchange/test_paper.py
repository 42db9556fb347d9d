"""The document of a request: whole in each language, every status told, and nothing that nobody signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from musnad.core.crypto.signing import SigningKey
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Digest, MessageId, Slug, digest_of
from musnad.core.messages import bodies
from musnad.core.messages.message import LegalBasis, Message
from musnad.exchange.composing import compose, say
from musnad.exchange.errors import UnknownDraft
from musnad.exchange.paper import Paper, Voucher, read_paper, write_paper
from musnad.exchange.paper.document import Part, Piece
from musnad.language import speak
from tests.core.treaty.data import ACCESS, FULL
from tests.exchange.test_form import ARABIC, TREATY, request
from tests.messages_of_each_kind import MESSAGES
from tests.world import World

OWN = MessageId("ab" * 32)
VOUCHER = Voucher("request.json", Digest("cd" * 32), SigningKey(b"e" * 32, b"m" * 32).public)


def paper(message: Message, *languages: str, voucher: Voucher | None = VOUCHER) -> Paper:
    return write_paper(OWN, message, TREATY, {}, languages or ("ar", "en"), voucher)


def texts(part: Part) -> list[str]:
    pieces = [
        *part.facts,
        *part.genuine,
        *part.digests,
        *(one for item in part.items for entry in item.entries for one in entry),
    ]
    return [piece.said.text for piece in pieces]


def named(part: Part, heading: str) -> Piece:
    return next(piece for piece in part.facts if piece.heading == heading)


def test_the_language_of_the_author_comes_first() -> None:
    assert [part.language for part in paper(request(ARABIC, "ar")).parts] == ["ar", "en"]
    assert [part.language for part in paper(request(ARABIC, "en")).parts] == ["en", "ar"]
    assert [part.language for part in paper(request(ARABIC, "vi"), "fr", "ar", "fr").parts] == ["fr", "ar"]
    assert [part.direction for part in paper(request(ARABIC, "ar")).parts] == ["rtl", "ltr"]


def test_every_part_is_whole_and_its_labels_stand_in_both_languages() -> None:
    arabic, english = paper(request(ARABIC, "ar")).parts
    for part in (arabic, english):
        assert [item.number for item in part.items] == list(range(1, len(ARABIC) + 1))
        assert ARABIC["facts"] in texts(part)
        assert "192.0.2.7" in texts(part)
    facts = next(item for item in english.items if item.label.said.text == "Summary of the facts")
    assert [other.text for other in facts.others] == ["ملخص الوقائع"]
    assert facts.entries[0][0].note == "original, in Arabic"


def test_a_third_language_says_where_it_falls_back() -> None:
    french = paper(request(ARABIC, "ar"), "fr", "ar", "en").parts
    part = next(one for one in french if one.language == "fr")
    assert {item.label.note for item in part.items} == {speak("fr").gettext("only in English")}
    assert all(len(item.others) == 1 for item in part.items), "English is said once: as the label"


def test_the_status_of_every_rule_travels_with_its_field() -> None:
    (part,) = paper(request(ARABIC, "ar"), "en").parts
    rules = {name: field.rule for name, field in TREATY.measures["access-to-stored-data"].fields.items()}  # type: ignore[index]
    unsure = {rule.name for name, rule in rules.items() if name in ARABIC and rule.certainty != "certain"}
    assert len({number for item in part.items for number in item.marks}) == len(part.notes) >= len(unsure) > 3
    assert [note.number for note in part.notes] == list(range(1, len(part.notes) + 1))
    assert all(note.status != "certain" for note in part.notes)
    assert any("from memory, to be verified" in note.status for note in part.notes)


def test_the_treatys_force_is_told_with_its_day_and_certainty() -> None:
    (part,) = paper(request(ARABIC, "ar"), "en").parts
    assert any(text.startswith("Not in force as far as is known on ") for text in texts(part))
    live = replace(TREATY, in_force=replace(TREATY.in_force, value=True))
    (part,) = write_paper(OWN, request(ARABIC, "ar"), live, {}, ["en"], VOUCHER).parts
    assert not any("Not in force" in text for text in texts(part))


def test_beside_another_basis_the_treaty_whose_data_serves_is_named_with_its_force() -> None:
    asked = replace(request(ARABIC, "ar"), legal_basis=LegalBasis(Slug("reciprocity"), ""))
    (part,) = write_paper(OWN, asked, TREATY, {}, ["en"], VOUCHER).parts
    headings = [piece.heading for piece in part.facts]
    at = headings.index("Legal basis")
    assert headings[at + 1] == "Treaty whose data the request is made by"
    assert part.facts[at + 1].said.text == TREATY.label.for_language("en")
    assert part.facts[at + 2].said.text.startswith("Not in force as far as is known on ")
    (own,) = paper(request(ARABIC, "ar"), "en").parts
    assert "Treaty whose data the request is made by" not in [piece.heading for piece in own.facts]


def test_who_confirms_it_and_the_digests_stand_together() -> None:
    whole = paper(request(ARABIC, "ar"), "en")
    (part,) = whole.parts
    assert "+974 4400 0000" in [piece.said.text for piece in part.genuine]
    assert [piece.said.text for piece in part.digests] == ["request.json", "cd" * 32, OWN]
    assert whole.short == "cd" * 8
    nobody = {name: value for name, value in ARABIC.items() if name != "authenticity-contact"}
    (part,) = paper(request(nobody, "ar"), "en").parts
    assert part.genuine == ()
    assert part.genuine_note.startswith("This request names nobody")


def test_an_exercise_and_a_draft_say_so_and_a_draft_names_no_file() -> None:
    (part,) = paper(replace(request(ARABIC, "ar"), exercise=True), "en").parts
    assert part.banners == ("EXERCISE: this is not a real case.",)
    whole = paper(replace(request(ARABIC, "ar"), exercise=False), "en", voucher=None)
    (part,) = whole.parts
    assert part.banners == ("DRAFT: not signed and not sent.",)
    assert whole.file is None
    assert [piece.said.text for piece in part.digests] == [OWN]
    assert not [block for block in part.annex if block.kind == "code"]


def test_an_authority_that_no_directory_names_is_named_by_code_and_role() -> None:
    (part,) = paper(request(ARABIC, "ar"), "en").parts
    asked = named(part, "Asked authority").said.text
    assert asked.startswith("QA, ")
    assert "/" not in asked


def test_only_a_request_is_printed_and_in_some_language() -> None:
    with pytest.raises(BadForm):
        write_paper(OWN, MESSAGES["refusal"], TREATY, {}, ["en"], None)
    with pytest.raises(BadForm):
        write_paper(OWN, request(ARABIC, "ar"), TREATY, {}, [], None)
    with pytest.raises(BadForm):
        write_paper(OWN, request(ARABIC, "ar"), TREATY, {}, ["en", "tlh"], None)


def test_what_is_printed_is_what_was_signed(tmp_path: Path) -> None:
    """The annex's own commands, run as they are printed, check the file; a changed file fails them."""
    world = World()
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(
        "central-authority", [qa.authority("central-authority")], bodies.Request(FULL[ACCESS]), measure=ACCESS
    )
    _, admitted = say(vn.ports, intent, vn.officer("central-authority"))
    assert admitted is not None
    name = "a request's file.json"
    whole, signed = read_paper(vn.ports, admitted.id, ["en"], file=name)
    assert signed is not None
    (part,) = whole.parts
    assert named(part, "Asking authority").said.text.startswith("Viet Nam, ")
    assert whole.short == digest_of(signed)[:16]
    (tmp_path / name).write_bytes(signed)
    digest, check = [block.text for block in part.annex if block.kind == "code"]
    told = run(["sh", "-ec", digest], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.split()[-1] == digest_of(signed)
    told = run(["sh", "-c", check], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert (told.returncode, told.stdout.strip()) == (0, "Signature Verified Successfully")
    assert digest_of((tmp_path / "payload").read_bytes()) == admitted.id
    (tmp_path / name).write_bytes(signed.replace(b'"payload":"e', b'"payload":"f'))
    assert run(["sh", "-c", check], check=False, cwd=tmp_path, capture_output=True).returncode != 0


def test_a_draft_is_printed_as_one_and_what_is_not_there_is_not_printed() -> None:
    world = World()
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(
        "central-authority", [qa.authority("central-authority")], bodies.Request(FULL[ACCESS]), measure=ACCESS
    )
    draft = compose(vn.ports, intent)
    whole, signed = read_paper(vn.ports, draft.id)
    assert (whole.file, signed) == (None, None)
    with pytest.raises(UnknownDraft):
        read_paper(vn.ports, OWN)
