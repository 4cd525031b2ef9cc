"""Scores that are made only on the days on which they may change are those of scoring every account every night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy import Policy, default_policy
from bot.health.compute import Made
from bot.health.rules.known import ClosedPromise, KnownSigns, TicketSign
from bot.health.rules.next_change import LOOK_AHEAD
from bot.health.rules.score import Input, Observation
from bot.health.rules.score_history import Point
from bot.health.stored import StoredScore
from tests.examples import dear

FIRST = date(2026, 3, 2)
DAYS = 220

POLICIES = [
    default_policy("mid"),
    default_policy("enterprise"),
    replace(default_policy("small"), score_change_days=7, score_fall=6, expires_pulse=20, expires_promises=33),
    replace(default_policy("mid"), half_life_health=1, half_life_pulse=1, expires_health=40, weight_churn=0),
    replace(default_policy("mid"), weight_touch=0, half_life_support=200, expires_support=90, score_change_days=1),
]


@dataclass
class History:
    """One account, scored now and then: its row, its points, and on which days a fall was told."""

    stood: StoredScore | None = None
    points: list[Point] = field(default_factory=list)
    falls: list[tuple[int, Any]] = field(default_factory=list)
    due: date | None = FIRST
    times: int = 0

    def score(self, known: KnownSigns, day: int, policy: Policy) -> None:
        today = FIRST + timedelta(days=day)
        made = Made.of(1, known, self.stood, list(self.points), today, policy)
        self.times += 1
        self.stood, self.due = made.row, made.next_change_on
        if made.is_point:
            self.points = [p for p in self.points if p.day != today] + [made.point]
        if made.fall:
            self.falls.append((day, made.fall))


def _happens(known: KnownSigns, kind: str, day: date, value: int) -> None:
    if kind == "check":
        known.lasting = [one for one in known.lasting if one.input is not Input.HEALTH]
        known.lasting.append(Observation(Input.HEALTH, value / 4, day, "check_outcomes", 1 + value))
        known.talk = max(known.talk or day, day)
    elif kind == "touch":
        known.talk = max(known.talk or day, day)
    elif kind == "pulse":
        known.lasting.append(Observation(Input.PULSE, value / 4, day, ("pulse_red", "pulse_green")[value > 2]))
    elif kind == "churn":
        known.lasting.append(Observation(Input.CHURN, 0.0, day, "churn_call", quote="cancel"))
    elif kind == "open":
        known.tickets.append(TicketSign("open_urgent", 0.0, day, 0, True))
    elif kind == "close":
        known.tickets = [TicketSign("satisfaction", 1.0, day, 5, False) if t.is_open else t for t in known.tickets]
    elif kind == "ticket":
        known.tickets.append(TicketSign("satisfaction", (0.0, 0.0, 0.5, 1.0, 1.0)[value], day, value + 1, False))
    else:
        # By its owner's calendar a promise may be broken on the day that is tomorrow here.
        ahead = timedelta(days=value == 0)
        known.promises.append(ClosedPromise("kept" if value > 2 else "broken", day + ahead))


KINDS = ("check", "touch", "pulse", "churn", "open", "close", "ticket", "promise")
HAPPENED = st.lists(
    st.tuples(st.integers(-150, DAYS - 1), st.sampled_from(KINDS), st.integers(0, 4)), min_size=1, max_size=25
)


@given(happened=HAPPENED, policy=st.sampled_from(POLICIES))
@dear(150)
def test_the_scores_of_the_days_that_matter_are_those_of_every_night(
    happened: list[tuple[int, str, int]], policy: Policy
) -> None:
    known, every, lazy = KnownSigns(), History(), History()
    waiting = sorted(happened)
    for day in range(DAYS):
        today = FIRST + timedelta(days=day)
        is_learnt = False
        while waiting and waiting[0][0] <= day:
            at, kind, value = waiting.pop(0)
            _happens(known, kind, FIRST + timedelta(days=at), value)
            is_learnt = at >= 0
        every.score(known, day, policy)
        if is_learnt or (lazy.due is not None and lazy.due <= today):
            lazy.score(known, day, policy)
        assert lazy.stood == every.stood, f"on day {day}"
    assert lazy.points == every.points
    assert lazy.falls == every.falls
    assert lazy.times <= every.times


def _made(known: KnownSigns, points: Sequence[Point] = (), policy: Policy = POLICIES[0]) -> Made:
    return Made.of(1, known, None, points, FIRST, policy)


def days_until(made: Made) -> int | None:
    return None if made.next_change_on is None else (made.next_change_on - FIRST).days


def test_of_an_account_of_which_nothing_is_known_nothing_changes() -> None:
    assert days_until(_made(KnownSigns())) is None


def test_what_is_good_is_looked_at_again_when_it_turns() -> None:
    known = KnownSigns(talk=FIRST)
    known.lasting.append(Observation(Input.HEALTH, 1.0, FIRST, "check_outcomes", 5))
    history = [Point(FIRST - timedelta(days=200), 100, _made(known).point.weights)]
    assert days_until(_made(known, history)) == POLICIES[0].touch_every_days + 1
    known.talk = None
    assert days_until(_made(known, history)) == LOOK_AHEAD


@pytest.mark.parametrize(("coming", "days"), [(0, 1), (1, 1), (5, 5)])
def test_what_lies_ahead_is_looked_for_on_its_day(coming: int, days: int) -> None:
    known = KnownSigns()
    known.expect(FIRST + timedelta(days=coming + 9))
    known.expect(FIRST + timedelta(days=coming))
    assert days_until(_made(known)) == days


def test_a_sign_that_expires_is_looked_for_on_the_day_after() -> None:
    known = KnownSigns()
    known.lasting.append(Observation(Input.PULSE, 1.0, FIRST - timedelta(days=150), "pulse_green"))
    assert days_until(_made(known)) == POLICIES[0].expires_pulse + 1 - 150
