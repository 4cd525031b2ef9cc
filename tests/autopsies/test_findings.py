"""Which signals are found, who was told, and what was done: out of the tables, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.autopsies import findings
from bot.autopsies.facts import Findings, FoundSignal
from bot.autopsies.rules.signals import Loss
from bot.db.work import Work
from bot.handoffs.rules import State
from bot.models import Account, Event, FollowUp, Handoff, Member, PulseAnswer, PulseRound, ScorePoint, Teammate
from tests.factories import NOW, make_post, make_renewal, make_teammate
from tests.scenes.learning import days_ago, make_check, make_touch
from tests.scenes.scene import Scene

Before = Callable[[Session, Account, Scene], Any]


def found(scene: Scene, before: Before, **renewal: Any) -> Findings:
    """What is found of a renewal that is lost now, after `before` has filled the tables."""
    with scene.db.transaction() as session:
        account = session.get_one(Account, scene.account.id)
        account.created_at = days_ago(700)
        account.tier = "mid"
        session.flush()
        row = make_renewal(session, account, date(2026, 3, 20), lost_reason="price", **renewal)
        for days in range(20, 380, 40):  # within the cadence, and apart from what a test adds
            make_touch(session, account, days_ago(days), by_id=scene.support.id)
        before(session, account, scene)
        work = Work(session, scene.workspace, NOW)
        return findings.find(work, row.id, Loss.LOST, NOW, {"EUR": "100"})


def of_kind(what: Findings, kind: str) -> list[FoundSignal]:
    return [one for one in what.signals if one.kind == kind]


def answered(session: Session, account: Account, scene: Scene, at: datetime, closed: datetime, *given: str) -> None:
    of = {"workspace_id": account.workspace_id, "account_id": account.id}
    asked = PulseRound(**of, opened_at=at, closes_on=closed.date(), closed_at=closed)
    session.add(asked)
    session.flush()
    for member, colour in zip((scene.owner, scene.support), given, strict=False):
        said = {"colour": colour, "reasons": ["Price"] if colour != "green" else [], "words": "Secret words"}
        session.add(
            PulseAnswer(
                workspace_id=account.workspace_id, round_id=asked.id, member_id=member.id, answered_at=at, **said
            )
        )


def test_without_anything_but_touches_in_time_there_is_no_signal(any_scene: Scene) -> None:
    what = found(any_scene, lambda *_: None)
    assert what.signals == () and what.touches == 9
    assert (what.last_touch_on, what.last_touch_by) == (str(days_ago(20).date()), any_scene.support.id)
    assert (what.owner_id, what.manager_id) == (any_scene.owner.id, any_scene.manager.id)
    assert (what.since, what.reason, what.cadence) == ("2025-03-02", "price", 60)


def test_a_red_pulse_reaches_the_owner_at_once_and_a_yellow_one_the_team_when_it_closes(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        answered(session, account, scene, days_ago(90), days_ago(83), "red", "yellow")
        answered(session, account, scene, days_ago(200), days_ago(193), "green", "yellow")
        answered(session, account, scene, days_ago(150), days_ago(143), "green", "green")
        answered(session, account, scene, days_ago(400), days_ago(393), "red")

    what = found(any_scene, before)
    [red], [yellow] = of_kind(what, "pulse_red"), of_kind(what, "pulse_yellow")
    assert red.details == {"red": "1", "yellow": "1", "reasons": "Price"}
    assert (red.seen_by, red.seen_on, red.verdict) == ("owner", str(days_ago(90).date()), "not_acted")
    assert (red.acted_on, red.acted_how) == (str(days_ago(60).date()), "touch"), "thirty days later"
    assert (yellow.seen_by, yellow.seen_on) == ("team", str(days_ago(193).date()))
    assert (yellow.verdict, yellow.acted_by) == ("acted", any_scene.support.id), "by the touch 180 days ago"
    assert "Secret" not in str(what.to_facts()), "what was typed in a pulse stays there"


@pytest.mark.parametrize(
    ("act", "how"),
    [
        (lambda s, a, who: make_check(s, a, days_ago(85), by_id=who.id), "check"),
        (
            lambda s, a, who: s.add(
                FollowUp(
                    workspace_id=a.workspace_id,
                    account_id=a.id,
                    words="Call",
                    due_on=NOW.date(),
                    created_by_id=who.id,
                    created_at=days_ago(85),
                )
            ),
            "step",
        ),
        (
            lambda s, a, who: s.add(
                Event(workspace_id=a.workspace_id, account_id=a.id, kind="updated", by_id=who.id, at=days_ago(85))
            ),
            "renewal",
        ),
        (lambda s, a, who: make_touch(s, a, days_ago(85), by_id=who.id), "touch"),
        (lambda s, a, who: make_touch(s, a, days_ago(85), by_id=who.id, is_note=True), ""),
        (lambda s, a, who: make_touch(s, a, days_ago(85), kind="ticket"), ""),
        (
            lambda s, a, who: s.add(
                Event(workspace_id=a.workspace_id, account_id=a.id, kind="snoozed", by_id=who.id, at=days_ago(85))
            ),
            "",
        ),
    ],
)
def test_a_signal_is_answered_by_what_the_team_does_and_not_by_a_note_a_ticket_or_a_snooze(
    scene: Scene, act: Any, how: str
) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        answered(session, account, scene, days_ago(90), days_ago(83), "red")
        act(session, account, scene.owner)

    [red] = of_kind(found(scene, before), "pulse_red")
    if how:
        assert (red.verdict, red.acted_how, red.acted_by) == ("acted", how, scene.owner.id)
    else:
        assert (red.verdict, red.acted_on) == ("not_acted", str(days_ago(60).date()))


def test_a_promise_counts_from_its_day_and_is_answered_by_being_kept(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        for days, outcome, done, owner in (
            (100, "kept", 101, scene.owner.id),  # in time: no signal
            (90, "kept", 80, scene.owner.id),
            (70, "broken", 60, scene.owner.id),
            (50, None, None, None),
            (40, "dropped", 39, scene.owner.id),
        ):
            session.add(
                FollowUp(
                    workspace_id=account.workspace_id,
                    account_id=account.id,
                    words="A plan",
                    is_promise=True,
                    due_on=days_ago(days).date(),
                    outcome=outcome,
                    done_at=days_ago(done) if done else None,
                    done_by_id=scene.owner.id if done else None,
                    owner_id=owner,
                    created_at=days_ago(120),
                )
            )

    kept, broken, open_one = of_kind(found(any_scene, before), "promise")
    assert (kept.verdict, kept.acted_how, kept.on) == ("acted", "kept", str(days_ago(90).date()))
    assert (broken.verdict, broken.acted_on) == ("not_acted", "")
    assert (open_one.verdict, open_one.seen_by) == ("not_detected", ""), "nobody had it"


def test_a_handoff_is_answered_by_being_accepted_and_one_that_came_back_by_the_next(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        for days, settled, state in ((100, 99, State.RETURNED), (95, 94, State.ACCEPTED), (90, 89, State.WITHDRAWN)):
            session.add(
                Handoff(
                    workspace_id=account.workspace_id,
                    account_id=account.id,
                    direction="to_support",
                    giver_id=scene.owner.id,
                    receiver_id=scene.support.id,
                    promised="",
                    expects="",
                    risks="",
                    first="",
                    state=state,
                    gaps="",
                    created_at=days_ago(days),
                    settled_at=days_ago(settled),
                    settled_by_id=scene.support.id,
                )
            )

    what = found(any_scene, before)
    [back], [given] = of_kind(what, "returned"), of_kind(what, "handoff")
    assert (back.verdict, back.acted_on, back.acted_by) == ("acted", str(days_ago(94).date()), any_scene.support.id)
    assert (given.verdict, given.on, given.seen_by) == ("acted", str(days_ago(95).date()), "both")


def test_escalations_and_reminders_tell_whom_they_reached(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        of = {"workspace_id": account.workspace_id, "account_id": account.id}
        facts = {"step": "unclaimed", "to": "manager"}
        session.add(Event(**of, kind="escalated", at=days_ago(10), facts=facts))
        work = Work(session, scene.workspace, NOW)
        from_row = session.query(findings.Renewal).filter_by(account_id=account.id, lost_reason="price").one()
        for rung, claimed in ((60, ""), (30, "yes")):
            key = f"renewal:{from_row.id}:line:rung:{rung}@{from_row.deadline}"
            details = {"rung": str(rung), "claimed": claimed}
            make_post(work, key, days_ago(40 if claimed else 12), kind="story_line", facts={"details": details})

    what = found(any_scene, before)
    [told], [asked] = of_kind(what, "escalated"), of_kind(what, "reminder")
    assert (told.seen_by, told.verdict, told.details["step"]) == ("manager", "not_acted", "unclaimed")
    assert (asked.details, asked.on, asked.verdict) == ({"rung": "60"}, str(days_ago(12).date()), "not_acted")


def test_a_fall_of_the_score_nobody_was_told_of_is_not_detected_and_an_old_one_says_too_little(
    any_scene: Scene,
) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        for days, score in ((330, 80), (300, 60), (250, 82), (50, 60)):
            session.add(
                ScorePoint(
                    workspace_id=account.workspace_id,
                    account_id=account.id,
                    day=days_ago(days).date(),
                    score=score,
                    weights="w",
                )
            )

    old, new = of_kind(found(any_scene, before), "score")
    assert (old.verdict, old.details) == ("unknown", {"before": "80", "score": "60"})
    assert (new.verdict, new.details) == ("not_detected", {"before": "82", "score": "60"})


def test_silence_is_found_where_it_goes_beyond_the_cadence_and_unsure_before_the_account_was_kept(
    any_scene: Scene,
) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        session.query(findings.acts.Touchpoint).filter_by(account_id=account.id).delete()
        for days in (360, 260, 190, 100):
            make_touch(session, account, days_ago(days), by_id=scene.owner.id)
        account.created_at = days_ago(150)
        session.flush()

    first, second, third, last = of_kind(found(any_scene, before), "silence")
    assert [one.details["days"] for one in (first, second, third, last)] == ["100", "70", "90", "100"]
    assert {first.verdict, second.verdict, third.verdict} == {"unknown"}, "an import may not have brought every touch"
    assert (last.verdict, last.acted_on) == ("not_detected", "")


def test_who_left_the_team_is_told_by_role_and_answered_by_who_joins(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        gone = session.get_one(Member, scene.support.id)
        gone.left_at = days_ago(90)
        session.flush()

    def with_another(session: Session, account: Account, scene: Scene) -> None:
        before(session, account, scene)
        make_teammate(session, account, session.get_one(Member, scene.manager.id), "support_lead").since = days_ago(85)
        session.flush()

    [left] = of_kind(found(any_scene, before), "left")
    assert (left.verdict, left.seen_by) == ("not_detected", "") and left.details["role"]
    with any_scene.db.transaction() as session:
        session.query(Teammate).filter_by(member_id=any_scene.manager.id).delete()
    what = found(any_scene, with_another)
    assert [one.verdict for one in of_kind(what, "left")] == ["acted"]
    assert "Priya" not in str(what.to_facts()) and any_scene.support.name not in str(what.to_facts())


def test_what_came_after_the_decision_or_before_the_window_is_no_signal(any_scene: Scene) -> None:
    def before(session: Session, account: Account, scene: Scene) -> None:
        answered(session, account, scene, NOW, NOW + timedelta(days=7), "red")
        answered(session, account, scene, days_ago(366), days_ago(360), "red")

    assert found(any_scene, before).signals == ()
