"""A peer that says hundreds of things side by side: the other side still speaks, closes and exports."""

from __future__ import annotations

from pathlib import Path

from musnad.core.messages import bodies
from musnad.core.messages.message import write_message
from tests.exchange.test_export import begun, export, hand_over, question
from tests.scenarios.demo_case import CENTRAL, CONTACT

HEADS = 200


def test_a_case_with_two_hundred_heads_is_closed_and_exported(tmp_path: Path) -> None:
    world, demo = begun(8)
    for number in range(HEADS):
        message = question(world, demo, f"side by side {number}")
        hand_over(world, "QA", write_message(message), message.to)
    world.settle(HEADS)
    vn, qa = world["VN"], world["QA"]
    heads = vn.state(demo.case).heads
    assert len(heads) == HEADS + 1
    closing = vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Closing(heads), case=demo.case)
    world.settle()
    assert vn.state(demo.case).heads == qa.state(demo.case).heads == (closing,)
    qa.say(CONTACT, [vn.authority(CONTACT)], bodies.Closing((closing,)), case=demo.case)
    world.settle()
    assert vn.state(demo.case).digest() == qa.state(demo.case).digest()
    _, verdict = export(world, demo, tmp_path, "VN")
    assert verdict.proven
    assert verdict.facts is not None
    assert verdict.facts.complete
