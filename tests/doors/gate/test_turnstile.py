"""No Party, slow or hostile, keeps the others out of a gate."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from musnad.core.kernel.names import AuthorityId
from musnad.gate import views
from musnad.gate.errors import TooManyAtOnce
from musnad.gate.turnstile import Turnstile
from musnad.node.running import GATE_THREADS
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import CENTRAL, ENVELOPES

VN, QA = AuthorityId("VN/contact-24-7"), AuthorityId("QA/contact-24-7")


def test_a_party_has_its_places_whichever_authority_asks_and_leaves_the_others_theirs() -> None:
    turnstile = Turnstile(2, 3)
    turnstile.enter(VN)
    turnstile.enter(AuthorityId("VN/central-authority"))
    with pytest.raises(TooManyAtOnce):
        turnstile.enter(VN)
    turnstile.enter(QA)
    with pytest.raises(TooManyAtOnce):
        turnstile.enter(QA)
    turnstile.leave(VN)
    turnstile.enter(QA)


def test_a_place_is_given_back_when_the_block_fails() -> None:
    turnstile = Turnstile(1, 1)
    with pytest.raises(ValueError, match="fails"), turnstile.place(VN):
        raise ValueError("fails")
    turnstile.enter(QA)


def test_many_threads_never_hold_more_than_their_places() -> None:
    turnstile, held, most = Turnstile(3, 3), [0], [0]
    lock = threading.Lock()

    def come() -> None:
        for _ in range(200):
            try:
                with turnstile.place(VN):
                    with lock:
                        held[0] += 1
                        most[0] = max(most[0], held[0])
                    with lock:
                        held[0] -= 1
            except TooManyAtOnce:
                continue

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most[0] <= 3
    turnstile.enter(VN)


def test_all_places_together_leave_threads_for_short_requests() -> None:
    assert views.BODIES._limit_all + views.STREAMS._limit_all < GATE_THREADS


def test_pulls_that_nobody_reads_are_bounded_and_end_with_the_answer(meeting: Meeting) -> None:
    name = meeting.exhibit()
    path = f"/gate/v1/exhibits/{name}"

    def pull() -> int:
        wanted = "bytes=0-99"
        headers = meeting.gate.signed(meeting.vn, "GET", path, wanted=wanted, authority=CENTRAL)
        return meeting.gate.get(path, headers).status

    asker = meeting.vn.authority(CENTRAL)
    views.STREAMS.enter(asker)
    views.STREAMS.enter(asker)
    try:
        assert pull() == 429
    finally:
        views.STREAMS.leave(asker)
        views.STREAMS.leave(asker)
    assert [pull() for _ in range(5)] == [206] * 5, "each answer gives its place back"


class NeverRead:
    """A body that must not be listened to."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("it was read")

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("it was read")


def test_a_strangers_body_is_never_listened_to(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.handlers.wsgi import WSGIRequest

    monkeypatch.setattr(WSGIRequest, "read", NeverRead.read)
    assert meeting.gate.post(ENVELOPES, b"x" * 1000).code == "request.signature"
