"""How long a person's request may still take."""

from __future__ import annotations

from time import monotonic

from bot.core.time_left import ANSWER_WITHIN, answering, remaining, waited


def test_where_no_request_waits_there_is_all_the_time() -> None:
    assert (waited(), remaining()) == (0.0, None)


def test_the_time_of_a_request_counts_from_when_it_came_in() -> None:
    with answering(monotonic() - 1):
        assert 1 <= waited() < 2
        left = remaining()
        assert left is not None and ANSWER_WITHIN - 2 < left <= ANSWER_WITHIN - 1
        with answering():
            assert waited() < 1
        assert waited() >= 1
    assert (waited(), remaining()) == (0.0, None)


def test_a_request_whose_time_is_up_has_none_left() -> None:
    with answering(monotonic() - 60):
        assert remaining() == 0.0
        assert waited() >= 60
