"""A peer that answers garbage, another's certificate, or never: told by a stable code, tried again ever later, and
delivered once the peer is itself again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from musnad.adapters.clock import SystemClock
from musnad.core.crypto.certificate import self_signed_certificate
from musnad.core.kernel.names import MessageId
from musnad.exchange.journal import Waiting
from musnad.node.configuration import read_configuration
from musnad.node.running import is_listening
from tests.processes.false_peer import Manner, false_peer
from tests.processes.judging import check_node
from tests.processes.stand import Stand, wait_until
from tests.processes.story import Story

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = Stand(tmp_path_factory.mktemp("stand"), "en", doors=("gate", "worker"))
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


@pytest.fixture
def evidence(stand: Stand) -> Path:
    return stand.folder / "none"


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        ("garbage", "peer.garbage"),
        ("empty", "peer.garbage"),
        ("huge", "peer.garbage"),
        ("cut", "peer.unreachable"),
        ("silent", "peer.unreachable"),
    ],
)
def test_a_peer_that_does_not_answer_as_it_should(stand: Stand, evidence: Path, manner: Manner, code: str) -> None:
    with _in_place_of_qa(stand) as listen:
        story = Story(stand, f"peer-{manner}", evidence)
        with false_peer(listen, stand.node("QA") / "keys", manner) as heard:
            message = _ask(story)
            wait_until(lambda: _tried(stand, message).last_error == code, code)
            wait_until(lambda: manner == "silent" or _tried(stand, message).attempts >= 3, "three attempts", 40)
        assert heard.octets > 0
        assert _tried(stand, message).attempts <= 12, "tried again without a pause"
        assert stand.ports["VN"].journal.receipts_of(message) == ()
    _is_delivered_once(stand, story, message)


def test_a_peer_with_another_certificate_hears_nothing(stand: Stand, evidence: Path, tmp_path: Path) -> None:
    certificate, key = self_signed_certificate("127.0.0.1", SystemClock().now(), 1)
    (tmp_path / "tls.pem").write_text(certificate, "ascii")
    (tmp_path / "tls.key").write_bytes(key)
    with _in_place_of_qa(stand) as listen:
        story = Story(stand, "peer-other", evidence)
        with false_peer(listen, tmp_path, "garbage") as heard:
            message = _ask(story)
            wait_until(lambda: heard.connections >= 2 and _tried(stand, message).attempts >= 2, "two attempts")
        assert _tried(stand, message).last_error == "peer.unreachable"
        assert heard.octets == 0
    _is_delivered_once(stand, story, message)


def test_a_peer_that_is_down_is_tried_ever_later(stand: Stand, evidence: Path) -> None:
    with _in_place_of_qa(stand):
        story = Story(stand, "peer-down", evidence)
        message = _ask(story)
        pauses = []
        for attempts in (1, 2, 3):
            wait_until(lambda attempts=attempts: _tried(stand, message).attempts >= attempts, f"attempt {attempts}")  # type: ignore[misc]
            wait_until(lambda: _tried(stand, message).last_error == "peer.unreachable", "peer.unreachable")
            pauses.append((_tried(stand, message).next_at - stand.ports["VN"].clock.now()).total_seconds())
        assert max(pauses) <= 5.0, "node.toml limits the back-off to five seconds"
    _is_delivered_once(stand, story, message)


class _in_place_of_qa:  # noqa: N801 - used as a context manager's name
    """QA's node is stopped in the block, and runs again after it."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def __enter__(self) -> str:
        listen = read_configuration(self._stand.node("QA")).gate.listen
        self._stand.nodes["QA"].stop()
        wait_until(lambda: not is_listening(listen), "the gate closed")
        return listen

    def __exit__(self, *_: object) -> None:
        self._stand.nodes["QA"].start()
        wait_until(self._stand.nodes["QA"].is_up, "QA up again")


def _ask(story: Story) -> MessageId:
    begun = time.monotonic()
    asked = story.command("VN", "ask", *story.asking())
    assert time.monotonic() - begun < 20, "an officer waits for no peer"
    return MessageId(str(asked["message"]))


def _tried(stand: Stand, message: MessageId) -> Waiting:
    (found,) = [one for one in stand.ports["VN"].journal.waiting() if one.message == message]
    return found


def _is_delivered_once(stand: Stand, story: Story, message: MessageId) -> None:
    vn, qa = stand.ports["VN"], stand.ports["QA"]
    wait_until(lambda: vn.journal.waiting() == (), "delivered in the end")
    assert qa.journal.entry(message) is not None
    check_node(vn)
    check_node(qa)
