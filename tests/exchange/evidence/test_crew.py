from __future__ import annotations

import threading
import time

import pytest

from musnad.exchange.evidence.crew import Lane


def test_a_lane_keeps_the_order_and_works_beside_who_gives() -> None:
    done: list[int] = []
    here = threading.get_ident()

    def work(number: int) -> None:
        assert threading.get_ident() != here
        time.sleep(0.001 * (3 - number % 3))
        done.append(number)

    with Lane() as lane:
        for number in range(20):
            lane.give(lambda number=number: work(number))  # type: ignore[misc]
    assert done == list(range(20))


def test_a_lane_does_the_rest_and_tells_the_first_error() -> None:
    done: list[int] = []

    def fail(number: int) -> None:
        raise LookupError(number)

    with pytest.raises(LookupError) as caught, Lane() as lane:
        lane.give(lambda: fail(1))
        lane.give(lambda: done.append(2))
        lane.give(lambda: fail(3))
    assert caught.value.args == (1,)
    assert done == [2]


def test_a_lane_does_not_hide_the_error_of_who_gives() -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(ValueError, match="mine"), Lane() as lane:
        lane.give(fail)
        raise ValueError("mine")
