"""Why a customer is not well: the usual list, and a workspace's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.health.rules.reasons import REASON_LENGTH, REASONS, REASONS_MOST, read_reasons


def test_the_usual_reasons_can_all_be_shown_and_name_causes_of_our_own():
    assert read_reasons(REASONS) == REASONS
    for own in ("Support experience", "Staff change on our side", "Slow answers from us", "Broken promise"):
        assert own in REASONS


@given(st.lists(st.text(max_size=REASON_LENGTH), max_size=REASONS_MOST))
def test_a_list_of_reasons_is_kept_as_written_once_each(lines):
    kept = read_reasons(lines)
    assert read_reasons(kept) == kept
    assert {" ".join(line.split()).casefold() for line in lines} - {""} == {one.casefold() for one in kept}


def test_a_list_that_cannot_be_shown_is_refused_with_what_to_write():
    with pytest.raises(ValueError, match="70 characters"):
        read_reasons(["x" * 71])
    with pytest.raises(ValueError, match="at most 50"):
        read_reasons([f"Reason {n}" for n in range(51)])
