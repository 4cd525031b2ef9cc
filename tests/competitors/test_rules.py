"""The library of answers: what came after each, whatever the order in which claims arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.competitors.rules import KEPT, LOST, ClaimRow, Decided, outcome_since, records

START = datetime(2026, 1, 1, tzinfo=UTC)


def claim(number: int, account: int, competitor: str, day: int, answer: str) -> ClaimRow:
    at = START + timedelta(days=day)
    return ClaimRow(
        number,
        account,
        f"Account {account}",
        competitor,
        competitor.casefold(),
        "20% off",
        at,
        answer,
        "Dana",
        "2026-01-02",
    )


CLAIMS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["Globex", "globex", "Initech"]),
        st.integers(0, 50),
        st.sampled_from(["", "Ours"]),
    ),
    max_size=12,
).map(lambda rows: [claim(number, *row) for number, row in enumerate(rows, 1)])
ENDS = st.lists(
    st.builds(
        lambda account, end, day: Decided(account, end, START + timedelta(days=day)),
        st.integers(1, 4),
        st.sampled_from([KEPT, LOST]),
        st.integers(0, 60),
    ),
    max_size=8,
)


@given(CLAIMS, ENDS, st.randoms())
def test_the_library_is_the_same_in_any_order_and_counts_each_account_once(rows, ends, random) -> None:  # type: ignore[no-untyped-def]
    found = records(rows, ends, 3)
    shuffled = random.sample(rows, len(rows))
    assert records(shuffled, random.sample(ends, len(ends)), 3) == found
    assert sum(one.claims for one in found) == len(rows)
    for one in found:
        accounts = {row.account_id for row in rows if row.name_key == one.competitor.casefold()}
        assert one.kept + one.lost + one.open == len(accounts)
        assert len(one.answers) == min(3, one.answered)
        outcomes = [{"kept": 0, "": 1, "lost": 2}[answer.outcome] for answer in one.answers]
        assert outcomes == sorted(outcomes)


def test_the_first_decision_after_a_claim_counts_and_none_before_it() -> None:
    spring, summer, autumn = (START + timedelta(days=days) for days in (100, 200, 300))
    ends = [Decided(1, LOST, autumn), Decided(1, KEPT, summer), Decided(1, LOST, START), Decided(2, LOST, summer)]
    assert outcome_since(1, spring, ends) == KEPT
    assert outcome_since(1, summer, ends) == LOST
    assert outcome_since(1, autumn, ends) == ""
