"""Whatever the cadence: year after year a person's rounds lie on all weekdays, few a day, none too near another."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.contacts import AccountContacts
from bot.core.calendar import add_working_days
from bot.pulses.capacity import Taken
from bot.pulses.planning import Last, following
from bot.workspace.context import WorkspaceContext
from bot.workspace.hours import WorkspaceHours
from bot.workspace.policies import Policies
from bot.workspace.routes import Routes
from tests.examples import dear
from tests.factories import NOW

HERE = WorkspaceContext(1, WorkspaceHours(), Policies({}), Routes({}, {}, None), None)
DAYS = {"enterprise": 30, "mid": 60, "small": 90}
YEAR = timedelta(days=365)


def account(number: int, tier: str, owner: int = 1) -> AccountContacts:
    """One account of somebody in UTC."""
    return AccountContacts(
        number, f"Account {number}", tier, True, None, "", NOW, owner, "U1", "Dana", "UTC", None, None
    )


def two_years(accounts: list[AccountContacts]) -> dict[int, list[date]]:
    """The days on which each account is asked about, as each round plans the one after it."""
    planned: list[tuple[datetime, int]] = []
    taken = Taken()
    for one in accounts:
        planned.append((following(HERE, one, [1], None, taken, NOW).due_at, one.id))
    heapq.heapify(planned)
    kept, days = {one.id: one for one in accounts}, defaultdict(list)
    while planned[0][0] < NOW + 2 * YEAR:
        at, number = heapq.heappop(planned)
        days[number].append(at.date())
        taken = Taken()
        for due, _ in planned:
            taken.add([1], due.date())
        last = Last(at, add_working_days(at.date(), 5))
        heapq.heappush(planned, (following(HERE, kept[number], [1], last, taken, at).due_at, number))
    return days


@dear(12)
@given(st.integers(1, 10**6), st.sampled_from(sorted(DAYS)), st.integers(20, 40))
def test_in_its_second_year_a_cadence_lies_on_all_weekdays(first: int, tier: str, accounts: int) -> None:
    days = two_years([account(first + n, tier) for n in range(accounts)])
    later = [day for own in days.values() for day in own if day > (NOW + YEAR).date()]
    weekdays = Counter(day.weekday() for day in later)
    assert set(weekdays) == {0, 1, 2, 3, 4}
    # Few accounts leave some chance: what must not be is a weekday that draws the others in, year after year.
    assert max(weekdays.values()) <= 1.8 * len(later) / 5 + 2
    assert max(Counter(later).values()) <= 3


@dear(12)
@given(st.integers(1, 10**6), st.lists(st.sampled_from(sorted(DAYS)), min_size=1, max_size=50))
def test_each_account_keeps_its_cadence_and_is_never_asked_about_in_the_week_after(first: int, tiers: list) -> None:
    accounts = [account(first + n, tier) for n, tier in enumerate(tiers)]
    for number, own in two_years(accounts).items():
        every = DAYS[tiers[number - first]]
        gaps = [(b - a).days for a, b in pairwise(own)]
        assert all(b >= add_working_days(a, 5) + timedelta(days=7) for a, b in pairwise(own))
        assert all(every - 4 <= gap <= every + 9 for gap in gaps)
        assert every * 0.9 <= sum(gaps) / len(gaps) <= every + 3


def test_one_account_alone_is_asked_about_on_its_day() -> None:
    (own,) = two_years([account(5, "mid")]).values()
    assert all(60 <= (b - a).days <= 62 for a, b in pairwise(own))
    assert datetime.combine(own[0], NOW.time(), UTC) > NOW
