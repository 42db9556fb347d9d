"""The watch: never nobody's by a click, rings until somebody has it, and says nothing of what it rings about."""

from __future__ import annotations

import os
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connections

from musnad.adapters.mail import BODY, SUBJECT, MailNotSent, MailServer
from musnad.core.kernel.errors import BadForm, Unavailable
from musnad.core.kernel.names import AuthorityId, CaseRef
from musnad.language import speak
from musnad.people import watch
from musnad.people.models import Circle, Person
from musnad.records.at_rest import RestKey
from musnad.records.databases import postgresql, sqlite
from tests.records_settings import add_database

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE, CASE = AuthorityId("VN/contact-24-7"), CaseRef("c" * 64)
CENTRAL = AuthorityId("VN/central-authority")
KEY = RestKey(bytes(32), os.urandom)


@pytest.fixture(autouse=True)
def place(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "people.sqlite3"
    add_database("default", sqlite(file))
    call_command("migrate", database="default", verbosity=0)
    yield file
    connections.close_all()


@pytest.fixture
def lan() -> Person:
    return person("lan")


@pytest.fixture
def huong() -> Person:
    return person("huong")


def person(name: str, *roles: str, email: str | None = None) -> Person:
    found = email if email is not None else f"{name}@authority.example"
    listed, held = [f"{HERE}/{name}"], list(roles or ("duty-officer",))
    return Person.objects.create_user(name, shown=name.title(), email=found, roles=held, officers=listed)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_a_shift_runs_until_its_end_exclusive(lan: Person) -> None:
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    held = watch.on_call(HERE, NOW, KEY)
    assert held is not None
    assert held.shift.person == lan
    assert watch.on_call(HERE, NOW - hours(0.1), KEY) is None
    assert watch.on_call(HERE, NOW + hours(8), KEY) is None
    assert watch.on_call(AuthorityId("VN/central-authority"), NOW, KEY) is None


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (8, 0), (0, 73), (-1, 1), (7, 9), (2, 3)])
def test_two_shifts_of_one_authority_never_meet(lan: Person, starts: float, ends: float) -> None:
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    with pytest.raises(BadForm):
        watch.plan(HERE, lan, NOW + hours(starts), NOW + hours(ends))
    watch.plan(HERE, lan, NOW + hours(8), NOW + hours(16))
    assert watch.Shift.objects.count() == 2


def test_the_watch_stays_until_it_is_taken_over_and_its_note_rests_closed(
    lan: Person, huong: Person, place: Path
) -> None:
    shift = watch.plan(HERE, lan, NOW, NOW + hours(8))
    watch.offer(shift, huong, "المشتبه به ما زال يحوّل الأموال", key=KEY)
    still = watch.on_call(HERE, NOW + hours(1), KEY)
    assert still is not None
    assert still.shift.person == lan
    with pytest.raises(BadForm):
        watch.take_over(shift, lan, NOW + hours(1))
    watch.take_over(shift, huong, NOW + hours(1))
    with pytest.raises(BadForm):
        watch.take_over(shift, huong, NOW + hours(1))
    after = watch.on_call(HERE, NOW + hours(2), KEY)
    assert after is not None
    assert (after.shift.person, after.note) == (huong, "المشتبه به ما زال يحوّل الأموال")
    connections.close_all()
    assert "المشتبه".encode() not in place.read_bytes()


def test_nobody_offers_the_watch_to_themselves_or_to_who_has_left(lan: Person, huong: Person) -> None:
    shift = watch.plan(HERE, lan, NOW, NOW + hours(8))
    huong.is_active = False
    for to in (lan, huong):
        with pytest.raises(BadForm):
            watch.offer(shift, to, "", key=KEY)


def test_what_escalates_rings_for_who_is_on_call_and_then_for_everybody(lan: Person, huong: Person) -> None:
    person("viewer", "overseer")
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    told: list[str] = []
    send = lambda to, language: told.append(to)  # noqa: E731
    assert watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW) == 1
    assert watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW) == 0
    assert watch.ring(send, NOW) == 1
    assert told == [lan.email]
    assert watch.ring(send, NOW + timedelta(minutes=1)) == 0
    watch.begin_rings([(CASE, "acknowledgement", 15, HERE)], NOW + timedelta(minutes=2))
    told.clear()
    watch.ring(send, NOW + timedelta(minutes=2))
    assert sorted(told) == sorted([lan.email, huong.email])


def test_rings_for_who_is_on_call_at_the_authority_that_is_asked_and_for_nobody_elses(
    lan: Person, huong: Person
) -> None:
    """Both authorities of the node have somebody on call; the other one's sleeps on."""
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    watch.plan(CENTRAL, huong, NOW, NOW + hours(8))
    for authority, whom in ((HERE, lan), (CENTRAL, huong)):
        told: list[str] = []
        case = CaseRef(("a" if authority == HERE else "b") * 64)
        watch.begin_rings([(case, "acknowledgement", 5, authority)], NOW)
        ring = watch.Ring.objects.get(case=case)
        assert watch.rung(ring, NOW) == watch.Rung((whom,), "on-call")
        assert watch.ring(lambda to, language: told.append(to), NOW) == 1  # noqa: B023
        assert told == [whom.email]


def test_with_nobody_on_call_there_it_rings_for_every_duty_officer_though_another_authority_is_watched(
    lan: Person, huong: Person
) -> None:
    person("clerk", "lawyer")
    watch.plan(CENTRAL, huong, NOW, NOW + hours(8))
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    (ring,) = watch.rings()
    found = watch.rung(ring, NOW)
    assert found.why == "nobody-on-call"
    assert set(found.people) == {lan, huong}
    told: list[str] = []
    watch.ring(lambda to, language: told.append(to), NOW)
    assert sorted(told) == sorted([lan.email, huong.email])


def test_a_shift_that_ended_while_it_rang_is_rung_no_more(lan: Person, huong: Person) -> None:
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    watch.plan(HERE, huong, NOW + hours(8), NOW + hours(16))
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    (ring,) = watch.rings()
    assert watch.rung(ring, NOW + hours(7.9)).people == (lan,)
    assert watch.rung(ring, NOW + hours(8)).people == (huong,)


def test_a_case_that_only_some_may_see_rings_for_those_alone(lan: Person, huong: Person) -> None:
    """Who is on call there may not see it: it rings for those of its circle who may answer, then for nobody else."""
    clerk, approver = person("clerk", "lawyer"), person("approver", "approver")
    watch.plan(HERE, lan, NOW, NOW + hours(8))
    for one in (clerk, approver):
        Circle.objects.create(case=CASE, person=one)
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    (ring,) = watch.rings()
    assert watch.rung(ring, NOW) == watch.Rung((clerk,), "circle")
    Circle.objects.create(case=CASE, person=lan)
    assert watch.rung(ring, NOW) == watch.Rung((lan,), "on-call")
    watch.begin_rings([(CASE, "acknowledgement", 15, HERE)], NOW)
    assert watch.rung(watch.rings()[0], NOW) == watch.Rung((lan,), "again")
    assert watch.unheard(NOW) == 0
    Circle.objects.filter(person__in=[lan, clerk]).delete()
    assert watch.rung(watch.rings()[0], NOW) == watch.Rung((), "nobody")
    assert watch.unheard(NOW) == 1
    assert watch.ring(lambda to, language: pytest.fail("nobody may be told"), NOW) == 0


def test_nobody_is_rung_who_may_not_answer(lan: Person) -> None:
    watch.plan(HERE, person("chief", "overseer"), NOW, NOW + hours(8))
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    assert watch.rung(watch.rings()[0], NOW).people == (lan,)


def test_a_shift_is_given_to_another_and_cancelled_before_it_begins_alone(lan: Person, huong: Person) -> None:
    coming = watch.plan(HERE, lan, NOW + hours(8), NOW + hours(16))
    given = watch.give(coming, huong, NOW)
    assert (given.pk, given.person) == (coming.pk, huong)
    with pytest.raises(BadForm):
        watch.give(coming, person("minh"), NOW)  # it is Lan's no more
    watch.cancel(given, NOW)
    with pytest.raises(BadForm):
        watch.cancel(given, NOW)
    running = watch.plan(HERE, lan, NOW, NOW + hours(16))
    with pytest.raises(BadForm):
        watch.cancel(running, NOW + hours(1))
    with pytest.raises(BadForm):
        watch.give(running, lan, NOW + hours(1))
    watch.give(running, huong, NOW + hours(1))
    held = [watch.on_call(HERE, NOW + hours(one), KEY) for one in (1, 15, 16)]
    assert [one and one.shift.person for one in held] == [huong, huong, None]


def test_an_offer_from_a_window_that_is_out_of_date_is_refused_and_no_note_is_lost(lan: Person, huong: Person) -> None:
    shift = watch.plan(HERE, lan, NOW, NOW + hours(8))
    stale = watch.Shift.objects.select_related("person").get(pk=shift.pk)
    watch.offer(shift, huong, "The first note", key=KEY)
    watch.take_over(shift, huong, NOW + hours(1))
    with pytest.raises(BadForm, match="somebody else holds it"):
        watch.offer(stale, person("minh"), "The second note", key=KEY)
    after = watch.on_call(HERE, NOW + hours(2), KEY)
    assert after is not None
    assert (after.shift.person, after.note) == (huong, "The first note")


def plan_at_once(lan: Person) -> list[str]:
    """Two windows plan meeting shifts: the second asks after the first has looked, and before it has written."""
    looked, outcomes = threading.Event(), list[str]()
    create = watch.Shift.objects.create

    def slowly(**given: object) -> watch.Shift:
        looked.set()
        time.sleep(0.5)  # long enough for the other to look, were it let
        return create(**given)

    def plan(late: bool) -> None:
        try:
            if late:
                looked.wait(10)
            watch.plan(HERE, lan, NOW, NOW + hours(8))
            outcomes.append("planned")
        except BadForm:
            outcomes.append("refused")
        finally:
            connections.close_all()

    with patch.object(watch.Shift.objects, "create", slowly):
        threads = [threading.Thread(target=plan, args=(late,)) for late in (False, True)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)
    return sorted(outcomes)


def test_two_windows_never_plan_shifts_that_meet(lan: Person) -> None:
    assert plan_at_once(lan) == ["planned", "refused"]
    assert watch.Shift.objects.count() == 1


@pytest.mark.postgresql
def test_nor_do_they_on_postgresql(postgres_url: str) -> None:
    connections.close_all()
    add_database("default", postgresql(postgres_url))
    call_command("migrate", database="default", verbosity=0)
    try:
        watch.Shift.objects.all().delete()
        assert plan_at_once(person("lan-on-postgresql")) == ["planned", "refused"]
        assert watch.Shift.objects.count() == 1
    finally:
        watch.Shift.objects.all().delete()
        Person.objects.all().delete()


def test_who_has_no_address_is_rung_at_the_desk_alone(lan: Person) -> None:
    silent = person("silent", email="")
    watch.plan(HERE, silent, NOW, NOW + hours(8))
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    (ring,) = watch.rings()
    assert watch.rung(ring, NOW).people == (silent,)
    assert watch.ring(lambda to, language: pytest.fail("nobody to write to"), NOW) == 0


def test_with_nobody_on_call_it_rings_for_every_duty_officer(lan: Person, huong: Person) -> None:
    told: list[str] = []
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    watch.ring(lambda to, language: told.append(to), NOW)
    assert sorted(told) == sorted([lan.email, huong.email])


def test_it_rings_until_it_is_acknowledged_a_later_level_in_the_place_of_the_one_before(lan: Person) -> None:
    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    (first,) = watch.rings()
    watch.begin_rings([(CASE, "acknowledgement", 15, HERE)], NOW)
    (second,) = watch.rings()
    assert (first.level, second.level) == (5, 15)
    assert watch.acknowledge(second.pk, lan, NOW)
    assert not watch.acknowledge(second.pk, lan, NOW)
    assert watch.rings() == ()
    assert watch.ring(lambda to, language: pytest.fail("it was acknowledged"), NOW) == 0


def test_a_server_that_is_down_is_told_and_tried_again(lan: Person) -> None:
    def down(to: str, language: str) -> None:
        raise MailNotSent("ConnectionRefusedError")

    watch.begin_rings([(CASE, "acknowledgement", 5, HERE)], NOW)
    assert watch.ring(down, NOW) == 0
    (ring,) = watch.rings()
    assert (ring.failed, ring.sent) == ("mail.not-sent", 0)
    assert watch.ring(lambda to, language: None, NOW + watch.RING_AGAIN) == 1
    (ring,) = watch.rings()
    assert (ring.failed, ring.sent) == ("", 1)


class _Sink(socketserver.StreamRequestHandler):
    """Takes any message, as RFC 5321 has it."""

    def handle(self) -> None:
        told: list[bytes] = self.server.told  # type: ignore[attr-defined]
        self.wfile.write(b"220 sink\r\n")
        data = False
        for line in self.rfile:
            told.append(line)
            if data and line == b".\r\n":
                data = False
            elif data:
                continue
            elif line.upper().startswith(b"DATA"):
                data = True
                self.wfile.write(b"354 go on\r\n")
                continue
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_message_says_that_something_waits_and_nothing_more(language: str) -> None:
    """All octets that go to the server, whatever it rings about: the same two sentences, the day and the addresses."""
    sent = []
    for case, what, level, authority in (
        (CASE, "acknowledgement", 5, HERE),
        (CaseRef("d" * 64), "holder-deletes", 1, CENTRAL),
    ):
        watch.Ring.objects.all().delete()
        watch.Shift.objects.all().delete()
        Person.objects.all().delete()
        lan = person("lan")
        Person.objects.update(language=language)
        watch.plan(authority, lan, NOW, NOW + hours(8))
        watch.begin_rings([(case, what, level, authority)], NOW)
        told: list[bytes] = []
        with socketserver.TCPServer(("127.0.0.1", 0), _Sink) as server:
            server.told = told  # type: ignore[attr-defined]
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            post = MailServer("127.0.0.1", server.server_address[1], "none", "desk@authority.example")
            assert watch.ring(partial(post.send, address="https://desk.example"), NOW) == 1
            thread.join()
        sent.append(b"".join(told))
    message = message_from_bytes(_data(sent[0]), policy=default)
    assert (message["To"], message["From"]) == ("lan@authority.example", "desk@authority.example")
    assert set(message.keys()) <= {
        "From", "To", "Subject", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    say = speak(language)
    assert message["Subject"] == say.gettext(SUBJECT)
    body = message.get_content().strip()
    assert body == say.gettext(BODY) % {"address": "https://desk.example"}
    # Nothing of what rings is in it: rung for another case, authority and ending the octets are the same.
    undated = [re.sub(rb"(?m)^Date: .*$|^ehlo .*$", b"", one) for one in sent]
    assert undated[0] == undated[1]
    assert not [one for one in (CASE, HERE, "VN", "Viet", "acknowledgement", "preserv") if one.lower() in body.lower()]


def _data(sent: bytes) -> bytes:
    """The message among the commands: what stands between DATA and the lone point."""
    return re.split(rb"(?im)^data\r\n", sent, maxsplit=1)[1].split(b"\r\n.\r\n")[0].replace(b"\r\n", b"\n")


def test_a_mail_server_that_is_not_there_is_an_error_of_ours_without_the_password(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse", "utf-8")
    with socketserver.TCPServer(("127.0.0.1", 0), _Sink) as server:
        port = server.server_address[1]
    post = MailServer("127.0.0.1", port, "none", "desk@authority.example", "desk", secret)
    with pytest.raises(Unavailable) as caught:
        post.send("lan@authority.example", "ar", "https://desk.example")
    assert "horse" not in repr(caught.value) + repr(post)
