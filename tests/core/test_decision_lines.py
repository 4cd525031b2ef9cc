"""How a customer decides, a step a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decision_lines import LONGEST, MOST_STEPS, DecisionLine, read_lines, total_days, write_lines


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("Ruth Okafor: signs the budget off, 10 days", DecisionLine("Ruth Okafor", "signs the budget off", 10)),
        ("1. Tom Hale (3 days)", DecisionLine("Tom Hale", "", 3)),
        ("- Legal: reads it - 1 day", DecisionLine("Legal", "reads it", 1)),
        ("The board", DecisionLine("The board")),
        ("Board: meets 4 times a year", DecisionLine("Board", "meets 4 times a year")),
        ("Ruth: 0 days", DecisionLine("Ruth", "", 0)),
    ],
)
def test_a_line_is_who_what_and_how_long(line: str, step: DecisionLine) -> None:
    assert read_lines(line) == (step,)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (": signs it", "names nobody"),
        ("10 days", "names nobody"),
        ("Ruth: waits, 4000 days", "more than ten years"),
        ("\n".join(f"Step {n}" for n in range(MOST_STEPS + 1)), "Keep at most"),
        ("x" * 400, "too long"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_lines(written)


words = st.text(st.characters(whitelist_categories=("Ll", "Lu")), min_size=1, max_size=20)
steps = st.lists(
    st.builds(DecisionLine, words, st.just("") | words, st.none() | st.integers(0, LONGEST)), max_size=MOST_STEPS
)


@given(steps)
def test_what_is_written_reads_back(those: list[DecisionLine]) -> None:
    assert read_lines(write_lines(those)) == tuple(those)


@given(steps)
def test_the_total_is_known_only_when_every_step_is(those: list[DecisionLine]) -> None:
    total = total_days(those)
    assert (total is None) == (not those or any(one.days is None for one in those))
    assert total is None or total == sum(one.days or 0 for one in those)
