"""Whether customers are seen all year, by whom, and what they were lost for: counted by hand, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.accounts.figure_facts import InSegment
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics import habits
from bot.metrics.habits import Quarter, TeamHabits, TouchHabits
from bot.metrics.messages import loss_lines, pulse_lines, team_lines, touch_lines
from bot.models import Account, Handoff, PulseAnswer
from bot.renewals.rules.stages import LostReason, Whose, whose
from tests.factories import make_account, make_member, make_renewal, make_teammate, make_workspace
from tests.scenes.learning import make_round, make_touch

DAY = date(2026, 6, 30)
WORDS = "12 months"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)


@pytest.fixture
def world(any_db: Database) -> tuple[Database, int]:
    """Two accounts in segment Retail, and one in none."""
    db = any_db
    with db.transaction() as session:
        workspace = make_workspace(session)
        member = make_member(session, workspace)
        one, two = (make_account(session, workspace, name, segment="Retail") for name in ("One", "Two"))
        make_account(session, workspace, "Three")
        _touched(session, one, two)
        _answered(session, one, member.id)
        _handed(session, one, member.id)
        one.created_at = at(2025, 1, 1)
        make_teammate(session, one, member, "support_lead").since = at(2026, 5, 1)
        for reason, on in (("price", DAY), ("company_change", DAY), ("price", date(2025, 6, 30)), ("gone", DAY)):
            make_renewal(session, two, on, stage="lost", outcome="lost", closed_at=at(2026, 6, 30), lost_reason=reason)
        return db, workspace.id


def _touched(session: Session, one: Account, two: Account) -> None:
    make_renewal(session, one, date(2026, 3, 31))
    make_renewal(session, two, date(2026, 2, 28))
    make_touch(session, one, at(2025, 12, 15))  # 106 days ahead: early, and outside
    make_touch(session, one, at(2026, 3, 1))  # 30 days ahead: inside
    make_touch(session, one, at(2026, 4, 2))  # after it: outside, the next deadline is 89 days off
    make_touch(session, two, at(2026, 1, 1))  # 58 days ahead: inside, and not early
    make_touch(session, two, at(2025, 6, 30))  # the day before the window
    make_touch(session, two, at(2026, 5, 1), is_note=True)
    make_touch(session, two, at(2026, 5, 2), deleted_at=at(2026, 5, 3))


def _answered(session: Session, account: Account, member: int) -> None:
    for on, heard in ((at(2025, 11, 2), None), (at(2025, 12, 31), date(2025, 12, 30)), (at(2026, 1, 1), None)):
        round_id = make_round(session, account, 80, on)
        own: dict[str, Any] = {"workspace_id": account.workspace_id, "round_id": round_id, "member_id": member}
        session.add(PulseAnswer(**own, colour="green", answered_at=on, heard_on=heard))


def _handed(session: Session, account: Account, member: int) -> None:
    words = dict.fromkeys(("promised", "expects", "risks", "first", "gaps"), "")
    for state, days in (("accepted", 2), ("accepted", 4), ("returned", 1)):
        given = at(2026, 2, 1)
        session.add(
            Handoff(
                workspace_id=account.workspace_id,
                account_id=account.id,
                direction="to_support",
                giver_id=member,
                receiver_id=member,
                state=state,
                created_at=given,
                settled_at=given + timedelta(days=days),
                **words,
            )
        )


def test_touches_near_a_deadline_are_told_from_those_of_the_rest_of_the_year(world: tuple[Database, int]) -> None:
    db, workspace = world
    with Work.reading(db, workspace, at(2026, 7, 1)) as work:
        # Five deadlines lie in the window: two of renewals, three of lost ones.
        assert habits.touch_habits(work, DAY) == TouchHabits(touches=4, outside=2, renewals=5, early=1)
        assert habits.touch_habits(work, DAY, InSegment("retail", DAY)).touches == 4
        assert habits.touch_habits(work, date(2020, 1, 1)) == TouchHabits(0, 0, 0, 0)


def test_pulses_are_told_by_quarter_heard_and_impression_apart(world: tuple[Database, int]) -> None:
    db, workspace = world
    with Work.reading(db, workspace, at(2026, 7, 1)) as work:
        found = habits.pulse_habits(work, DAY)
        assert found.quarters == (Quarter(2025, 4, 1, 1), Quarter(2026, 1, 0, 1)) and found.accounts == 3
        assert found.q4 == pytest.approx(66.67, abs=0.01)
        assert habits.pulse_habits(work, DAY, InSegment("retail", DAY)).accounts == 2


def test_handoffs_people_and_losses_are_counted(world: tuple[Database, int]) -> None:
    db, workspace = world
    with Work.reading(db, workspace, at(2026, 7, 1)) as work:
        assert habits.team_habits(work, DAY) == TeamHabits(3, 3, 2, 3.0, 1)
        found = habits.causes_of_loss(work, DAY)
        assert found == {Whose.OURS: 1, Whose.NOBODYS: 1, Whose.UNKNOWN: 1}


def test_every_reason_for_losing_is_somebodys_or_nobodys() -> None:
    assert all(reason.whose in Whose for reason in LostReason)
    assert whose("what an older version wrote") is Whose.UNKNOWN


def test_a_figure_says_what_it_is_made_of_or_why_there_is_none() -> None:
    assert [one.value for one in touch_lines(WORDS, 4, 2, 5, 1)] == ["50.00 %", "20.00 %"]
    assert [one.value for one in touch_lines(WORDS, 0, 0, 0, 0)] == ["none", "none"]
    lines = pulse_lines(WORDS, [(2025, 4, 1, 1)], 4, 100.0)
    assert [(one.name, one.value) for one in lines] == [
        ("Pulse answers an account, Q4 2025", "0.50"),
        ("Pulse answers in October to December", "100.00 %"),
    ]
    assert "1 heard from the customer, 1 impressions" in lines[0].more
    assert [one.value for one in pulse_lines(WORDS, [], 0, None)] == ["none"]
    assert [one.value for one in team_lines(WORDS, 4, 2, 1, 1.5, 3)] == ["0.50", "0.75"]
    assert [one.value for one in team_lines(WORDS, 0, 0, 0, None, 0)] == ["none"]
    assert [(one.name, one.value) for one in loss_lines(WORDS, {Whose.OURS: 3, Whose.THEIRS: 1})] == [
        ("Reasons for losing: ours", "75.00 %"),
        ("Reasons for losing: theirs", "25.00 %"),
    ]
    assert [one.value for one in loss_lines(WORDS, {})] == ["none"]
