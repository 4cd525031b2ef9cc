"""The story as it stood on a past day: renewals, contracts, health, touches, promises, team; and what is not kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import story
from bot.accounts.events import ContractsWritten
from bot.core import events
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Contract, FollowUp, ScorePoint, Workspace
from bot.renewals.rules.stages import Forecast, Stage
from bot.story.messages.card import past_message, told_lines
from bot.story.past_rules import PastLine, RenewalThen, renewal_on
from tests.factories import make_member, make_teammate
from tests.scenes.learning import make_touch
from tests.scenes.scene import Scene

NOW = RenewalThen("won", "commit")
stages = st.lists(st.sampled_from(["engaged", "proposal_sent", "verbal"]), max_size=6)


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@given(stages, st.integers(-1, 7))
def test_the_stage_of_a_day_is_the_last_one_set_by_then(set_to: list[str], days: int) -> None:
    known = ["upcoming", *set_to]
    told = [
        PastLine("updated", at(3, 2) + timedelta(days=n), "Dana", {"stage": after, "stage_before": before})
        for n, (before, after) in enumerate(zip(known, set_to, strict=False))
    ]
    day = date(2026, 3, 2) + timedelta(days=days)
    now = RenewalThen(known[-1])
    assert renewal_on(told, end_of(day), day, now).stage == known[min(days + 1, len(set_to))]


def test_who_was_on_it_and_until_when_it_slept() -> None:
    told = [
        PastLine("claimed", at(3, 2), "Dana", {}),
        PastLine("snoozed", at(3, 3), "Dana", {"until": "2026-03-10"}),
        PastLine("took_over", at(3, 5), "Sam", {"from": "Dana"}),
        PastLine("woke", at(3, 10), "", {}),
        PastLine("freed", at(3, 20), "", {"from": "Sam"}),
    ]
    asked = [date(2026, 3, n) for n in (1, 2, 4, 9, 10, 20)]
    found = [renewal_on(told, end_of(day), day, NOW) for day in asked]
    assert [one.on_it for one in found] == ["", "Dana", "Dana", "Sam", "Sam", ""]
    assert [one.snoozed_until is not None for one in found] == [False, False, True, True, False, False]


def test_what_was_changed_later_was_otherwise_before() -> None:
    told = [
        PastLine("updated", at(3, 5), "Dana", {"renewal_date": "2026-07-10", "renewal_date_before": "2026-07-01"}),
        PastLine(
            "updated", at(3, 6), "Dana", {"forecast": "at_risk", "forecast_before": "", "forecast_reason": "Cuts"}
        ),
        PastLine("updated", at(3, 7), "Dana", {"forecast_before": "at_risk", "cleared": "forecast"}),
        PastLine("rolled", at(3, 8), "", {}),
    ]
    first, second, third, last = (
        renewal_on(told, end_of(date(2026, 3, n)), date(2026, 3, n), NOW) for n in (1, 6, 7, 8)
    )
    assert (first.days_moved, first.forecast, first.stage) == (9, None, "upcoming")
    assert (second.days_moved, second.forecast, second.reason) == (0, "at_risk", "Cuts")
    assert (third.forecast, third.stage, last.stage) == (None, "upcoming", "signed")


def test_of_what_no_line_tells_it_is_as_now() -> None:
    assert renewal_on([], end_of(date(2026, 3, 1)), date(2026, 3, 1), NOW) == NOW


def test_a_past_day_is_told_from_what_is_kept_and_the_rest_is_named(any_scene: Scene) -> None:
    scene = any_scene
    _lived(scene)
    with Work.reading(scene.db, scene.workspace, at(7, 1)) as work:
        then = story.card_on(work, scene.account.id, date(2026, 4, 30), "UTC")
        early = story.card_on(work, scene.account.id, date(2026, 3, 3), "UTC")
        unknown = story.card_on(work, scene.account.id, date(2026, 4, 30), "UTC", at(3, 1))
        with pytest.raises(Refused, match="no longer there"):
            story.card_on(work, 999_999, date(2026, 4, 30), "UTC")
    assert then.values == {"EUR": "12000.00"} and then.contract_count == 1
    (renewal,) = then.renewals
    assert (renewal.stage, renewal.forecast, renewal.on_it) == (Stage.ENGAGED, Forecast.AT_RISK, "Dana")
    assert (then.health.score, then.health.summary) == (64, "scored on Mon 20 Apr")
    assert [touch.words for touch in then.touches] == ["April", "March"]
    assert [(step.words, step.is_late) for step in then.steps] == [("Send it", True)]
    assert [one.name for one in then.team] == ["Sam"] and then.owner is not None
    assert then.not_kept == ("what was planned for later",)
    assert (then.tier, then.segment, then.is_active) == ("mid", "", True)
    assert (early.renewals[0].stage, early.renewals[0].on_it, early.health.score) == (Stage.UPCOMING, "", None)
    assert "a health score" in early.not_kept and early.steps == ()
    assert unknown.values == {} and unknown.touches == () and unknown.steps == ()


def test_the_message_of_a_past_day_says_which_day_and_offers_today(any_scene: Scene) -> None:
    scene = any_scene
    _lived(scene)
    with Work.reading(scene.db, scene.workspace, at(7, 1)) as work:
        shown = past_message(story.card_on(work, scene.account.id, date(2026, 4, 30), "UTC"))
    assert shown.text.startswith("As it stood on Thu 30 Apr 2026.")
    assert "Not kept for that day: what was planned for later." in shown.text
    assert "See how it is now" in str(shown.blocks) and "Health check" not in str(shown.blocks)


def test_what_was_not_yet_there_is_not_told(any_scene: Scene) -> None:
    scene = any_scene
    with Work.reading(scene.db, scene.workspace, at(7, 1)) as work:
        lines = told_lines(story.card_on(work, scene.account.id, date(2020, 1, 1), "UTC"))
    assert lines[1] == "Acme: no open renewal · no running contract."
    assert "Health: not known for that day." in lines
    assert lines[-1].startswith("Not kept for that day: who owned it, a health score, tier")
    assert not any("Owner" in line or "Team" in line for line in lines)


def test_a_day_of_which_hardly_anything_is_known_is_still_a_message(any_scene: Scene) -> None:
    with Work.reading(any_scene.db, any_scene.workspace, at(7, 1)) as work:
        shown = past_message(story.card_on(work, any_scene.account.id, date(2020, 1, 1), "UTC"))
    assert "No touch by then." in str(shown.blocks)
    assert all(block.get("elements", ["…"]) for block in shown.blocks)


def _lived(scene: Scene) -> None:
    """A contract, a renewal worked on and signed in May, touches, a promise, scores, and one who joined late."""
    contract_id = scene.contract(date(2026, 7, 10), start_date=date(2025, 7, 10), value=Decimal(12000), currency="EUR")
    with Work.writing(scene.db, scene.workspace, at(3, 2)) as work:
        events.publish(work, ContractsWritten([contract_id], "imported"))
    scene.plan(at(3, 2))
    scene.claim(at(3, 10))
    scene.change(at(4, 1), stage=Stage.ENGAGED, forecast=Forecast.AT_RISK, forecast_reason="Cuts")
    scene.change(at(5, 4), stage=Stage.SIGNED, forecast=Forecast.COMMIT, forecast_reason="Said yes")
    with Work.writing(scene.db, scene.workspace, at(6, 1)) as work:
        session = work.session
        session.get_one(Contract, contract_id).value = Decimal(15000)
        session.flush()
        events.publish(work, ContractsWritten([contract_id], "imported"))
        for words, month in (("March", 3), ("April", 4), ("June", 6)):
            make_touch(session, scene.account, at(month, 15), words=words, created_at=at(month, 15))
        of = {"workspace_id": scene.workspace, "account_id": scene.account.id}
        for score, day in ((80, date(2026, 3, 20)), (64, date(2026, 4, 20)), (90, date(2026, 5, 20))):
            session.add(ScorePoint(**of, day=day, score=score))
        session.add(
            FollowUp(
                **of,
                words="Send it",
                due_on=date(2026, 4, 20),
                is_promise=True,
                created_at=at(4, 2),
                done_at=at(5, 5),
                outcome="broken",
            )
        )
        newcomer = make_member(session, session.get_one(Workspace, scene.workspace), "Nina")
        make_teammate(session, scene.account, newcomer, "implementation").since = at(6, 1)
