"""How quickly people react: working hours, alerts that were acted on in time, and first reminders to first claims."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.accounts.figure_facts import InSegment
from bot.core.calendar import DaysOff
from bot.core.hours import Hours, Span, every_day
from bot.db.work import Work
from bot.metrics.messages import claim_lines, reaction_lines
from bot.metrics.reaction import first_claims, reactions
from bot.metrics.rules.reaction import (
    Alerted,
    FirstClaims,
    Reaction,
    WatchedAlert,
    act,
    act_by,
    median_and_p90,
    rule_of_step,
    working_hours,
)
from bot.models import Delivery, Workspace
from bot.renewals import actions
from tests.factories import make_post
from tests.scenes.learning import make_touch
from tests.scenes.scene import Scene
from tests.scenes.walking import walk

HOURS = Hours("UTC", DaysOff(), every_day(Span(time(9), time(17))))
FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)
WORDS = "12 months"
moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes))


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_nights_weekends_and_days_off_are_no_working_hours() -> None:
    assert working_hours(HOURS, FRIDAY, at(3, 9, 11)) == 4  # two hours of Friday, two of Monday
    assert working_hours(HOURS, FRIDAY, at(3, 8)) == 2
    assert working_hours(HOURS, at(3, 9, 11), FRIDAY) == 0
    closed = Hours("UTC", DaysOff(frozenset({date(2026, 3, 9)})), HOURS.week)
    assert working_hours(closed, FRIDAY, at(3, 10)) == 3


@given(moments, moments, moments)
def test_working_hours_add_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    whole = working_hours(HOURS, first, last)
    assert whole == pytest.approx(working_hours(HOURS, first, middle) + working_hours(HOURS, middle, last))
    assert 0 <= whole <= (last - first) / timedelta(hours=1) + 1e-9


def test_median_and_ninetieth_percentile() -> None:
    assert median_and_p90([]) is None
    assert median_and_p90([3]) == (3, 3)
    assert median_and_p90(list(range(1, 11))) == (5.5, 9)


def test_an_alert_of_friday_has_until_the_end_of_tuesday() -> None:
    assert act_by(FRIDAY, HOURS) == at(3, 11, 0)
    alerts = [WatchedAlert(Alerted.RUNG, FRIDAY, act_by(FRIDAY, HOURS), 1)]
    for moment, renewal in ((FRIDAY - timedelta(seconds=1), 1), (at(3, 11, 0), 1), (at(3, 9), 2)):
        act(alerts, moment, renewal)
    assert not alerts[0].is_acted_on, "before it, too late, and about another renewal"
    act(alerts, at(3, 10, 23), None)
    assert alerts[0].is_acted_on


def test_one_act_answers_all_alerts_that_still_have_time() -> None:
    times = [at(3, 2), at(3, 9), at(3, 10), at(3, 12)]
    alerts = [WatchedAlert(Alerted.PULSE_RED, moment, act_by(moment, HOURS)) for moment in times]
    act(alerts, at(3, 11), 7)
    assert [alert.is_acted_on for alert in alerts] == [False, True, True, False]


@pytest.mark.parametrize(
    ("step", "rule"),
    [("unclaimed_manager", Alerted.UNCLAIMED), ("overdue_14", Alerted.OVERDUE), ("quiet", Alerted.QUIET), ("x", None)],
)
def test_the_rule_of_a_step_of_escalation(step: str, rule: Alerted | None) -> None:
    assert rule_of_step(step) is rule


def test_a_reminder_is_followed_until_somebody_takes_the_renewal_on(any_scene: Scene) -> None:
    scene = any_scene
    scene.contract(date(2026, 9, 11))  # its first reminder comes on 14 May, a Thursday
    scene.plan(at(3, 2))
    walk(scene.db, scene.workspace, at(3, 2), at(5, 14, 12))
    assert scene.renewals()[0].first_rung_at == at(5, 14, 9)
    scene.claim(at(5, 18, 11))
    with Work.writing(scene.db, scene.workspace, at(5, 19)) as work:
        actions.release(work, scene.first, scene.owner.id)
    scene.claim(at(6, 1), scene.support)
    assert scene.renewals()[0].first_claimed_at == at(5, 18, 11), "who comes later is not the first"
    with Work.reading(scene.db, scene.workspace, at(6, 30)) as work:
        found = first_claims(work, date(2026, 6, 30))
        assert found == FirstClaims(1, 0, 0, (19.0, 19.0))  # 8.5 of Thursday and Friday each, 2 of Monday
        assert first_claims(work, date(2026, 5, 17)) == FirstClaims(0, 0, 1, None), "nobody was on it by that day"
        assert first_claims(work, date(2026, 5, 13)) == FirstClaims(0, 0, 0, None)
        assert first_claims(work, date(2026, 6, 30), InSegment("nobody", date(2026, 6, 30))).after == 0
        (reminders,) = reactions(work, date(2026, 6, 30))
        assert reminders == Reaction(Alerted.RUNG, 1, 1), "Monday is the second working day"


def test_what_nobody_acts_on_is_told_by_rule_and_what_is_new_is_left_out(any_scene: Scene) -> None:
    scene = any_scene
    scene.contract(date(2026, 9, 11))
    scene.plan(at(3, 2))
    walk(scene.db, scene.workspace, at(3, 2), at(7, 20, 12))
    with scene.db.transaction() as session:
        session.execute(update(Delivery).values(ts="1.0", state="sent"))
    with Work.writing(scene.db, scene.workspace, at(7, 20)) as work:
        account = {"account_id": scene.account.id}
        for key, kind, moment, ts in (
            ("p:1", "pulse_red", at(6, 1), "1.1"),
            ("p:2", "pulse_red", at(6, 15), "1.2"),
            ("p:3", "health_alert", at(6, 1), None),  # never stood in Slack
            ("p:4", "health_alert", at(7, 19), "1.4"),  # has until Tuesday
        ):
            make_post(work, key, moment, kind=kind, facts=account, ts=ts)
        make_touch(work.session, scene.account, at(6, 16))
    with Work.reading(scene.db, scene.workspace, at(7, 20)) as work:
        found = {one.rule: (one.alerts, one.acted_on) for one in reactions(work, date(2026, 7, 20))}
    # One touch, on 16 June. Three reminders; after that of 60 days, owner and manager hear that nobody is on it.
    assert found == {Alerted.RUNG: (3, 1), Alerted.UNCLAIMED: (1, 0), Alerted.PULSE_RED: (2, 1)}


def test_messages_that_are_not_kept_any_more_shorten_the_window_and_it_says_so(any_scene: Scene) -> None:
    scene = any_scene
    with Work.writing(scene.db, scene.workspace, at(7, 20)) as work:
        work.session.execute(update(Workspace).values(retention={"posts": 180}))
        make_post(work, "p:1", at(1, 20), kind="pulse_red", facts={"account_id": scene.account.id}, ts="1.1")
        make_post(work, "p:2", at(1, 27), kind="pulse_red", facts={"account_id": scene.account.id}, ts="1.2")
    with Work.reading(scene.db, scene.workspace, at(7, 20)) as work:
        (found,) = reactions(work, date(2026, 7, 20))
        assert found == Reaction(Alerted.PULSE_RED, 1, 0, date(2026, 1, 21))
        assert reactions(work, date(2025, 12, 31)) == []
    (line,) = reaction_lines(WORDS, [found])
    assert (line.window, line.value) == ("since 2026-01-21", "0.00 %")
    assert line.more == "0 of 1 alerts; earlier messages are not kept"


def test_reactions_and_claims_say_why_there_is_no_figure() -> None:
    assert [one.value for one in reaction_lines(WORDS, [])] == ["none"]
    (none,) = claim_lines(WORDS, FirstClaims(0, 2, 1, None))
    assert none.value == "none" and "2 were taken on before it, 1 not yet" in none.more
    lines = claim_lines(WORDS, FirstClaims(4, 0, 1, (6.25, 20.0)))
    assert [one.value for one in lines] == ["6.2 working hours", "20.0 working hours"]
