"""Whatever contracts there are and however long the bot sleeps: no rung twice, no renewal without its card."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.policy import default_policy
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account, Delivery, Member, Post, Renewal
from bot.renewals import actions
from bot.renewals.reconcile import plan_accounts
from bot.renewals.rules.ladder import current_rung
from tests.examples import dear
from tests.factories import NOW, TODAY, make_account, make_contract, make_member, make_workspace
from tests.scenes.walking import Said, said, tick

ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland")

contracts = st.lists(
    st.fixed_dictionaries(
        {
            "days": st.integers(-5, 300),
            "notice_days": st.sampled_from([0, 30, 90]),
            "term_months": st.sampled_from([3, 6, 12, 36]),
            "auto_renew": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
)
sleeps = st.lists(st.integers(1, 24 * 25), min_size=3, max_size=14)
deeds = st.lists(st.sampled_from(["", "claim", "snooze", "release", "engaged", "signed"]), min_size=14, max_size=14)


@pytest.fixture
def copies(tmp_path: Path, sqlite_template: Path) -> Path:
    return sqlite_template


@pytest.mark.usefixtures("nights")
@dear(25)
@given(contracts=contracts, zone=st.sampled_from(ZONES), sleeps=sleeps, deeds=deeds)
def test_each_rung_is_said_once_and_whoever_is_in_the_ladder_has_a_card(
    copies: Path,
    tmp_path: Path,
    contracts: list[dict[str, int]],
    zone: str,
    sleeps: list[int],
    deeds: list[str],
) -> None:
    path = tmp_path / f"{uuid4().hex}.sqlite3"
    path.write_bytes(copies.read_bytes())
    db = Database(f"sqlite:///{path}")
    try:
        workspace, owner = _fill(db, contracts, zone)
        now = NOW
        for hours, deed in zip(sleeps, deeds, strict=False):
            now += timedelta(hours=hours)
            tick(db, workspace, now)
            _do(db, workspace, owner, deed, now)
        # A few mornings in a row: whatever waited for people to be at work has had its chance.
        for _ in range(4 * 24):
            now += timedelta(hours=1)
            tick(db, workspace, now)
        everything = said(db, workspace)
        _said_once(everything)
        _said_at_work(everything, zone)
        _carded(db, workspace, everything, now)
        assert tick(db, workspace, now) == 0
    finally:
        db.close()
        path.unlink()


def _fill(db: Database, contracts: list[dict[str, int]], zone: str) -> tuple[int, int]:
    with db.transaction() as session:
        workspace = make_workspace(session)
        owner = make_member(session, workspace, timezone=zone)
        ids = []
        for wanted in contracts:
            values = dict(wanted)
            account = make_account(session, workspace, owner_id=owner.id)
            make_contract(session, account, TODAY + timedelta(days=values.pop("days")), **values)
            ids.append(account.id)
        plan_accounts(Work(session, workspace.id, NOW), ids)
        return workspace.id, owner.id


def _do(db: Database, workspace: int, owner: int, deed: str, now: datetime) -> None:
    if not deed:
        return
    with Work.writing(db, workspace, now) as work:
        for renewal in work.session.query(Renewal).filter(Renewal.closed_at.is_(None), Renewal.stage != "signed").all():
            if deed == "claim" and renewal.claimed_by_id is None:
                actions.claim(work, renewal.id, owner)
            elif deed == "release" and renewal.claimed_by_id:
                actions.release(work, renewal.id, owner)
            elif deed == "snooze" and renewal.deadline > now.date() + timedelta(days=6):
                actions.snooze(work, renewal.id, owner, now.date() + timedelta(days=5), "Later")
            elif deed == "engaged" and renewal.stage == "upcoming":
                actions.change(work, renewal.id, owner, actions.RenewalChange(stage="engaged"))
            elif deed == "signed" and renewal.id % 2:
                actions.change(work, renewal.id, owner, actions.RenewalChange(stage="signed"))


def _said_once(everything: list[Said]) -> None:
    assert max(Counter(s.key for s in everything).values(), default=1) == 1
    rungs: dict[str, list[int]] = {}
    for s in everything:
        if s.code == "rung":
            rungs.setdefault(s.key.split(":line:")[0], []).append(int(s.facts["details"]["rung"]))
    for of_one in rungs.values():
        assert of_one == sorted(set(of_one), reverse=True), "a rung was said twice, or after a more urgent one"


def _said_at_work(everything: list[Said], zone: str) -> None:

    for s in everything:
        by_a_person = s.facts.get("by") or s.kind == "renewal_card"
        if not by_a_person:
            local = s.at.astimezone(ZoneInfo(zone))
            assert local.weekday() < 5
            assert time(9) <= local.time() < time(17, 30)


def _carded(db: Database, workspace: int, everything: list[Said], now: datetime) -> None:
    cards = {int(s.key.split(":")[1]) for s in everything if s.kind == "renewal_card"}
    with db.reading() as session:
        for renewal, tier in session.query(Renewal, Account.tier).join(Account, Account.id == Renewal.account_id):
            last_working_day = now.date() - timedelta(days=4)
            rung = current_rung(
                renewal.deadline,
                last_working_day,
                default_policy(tier),
                renewal.term_months,
                renewal_date=renewal.renewal_date,
            )
            if rung is not None and renewal.created_at.astimezone(UTC) < now - timedelta(days=4):
                assert renewal.id in cards, f"renewal {renewal.id} stands at rung {rung} and has no card"


absences = st.lists(
    st.tuples(st.sampled_from(["owner", "manager", "support"]), st.integers(0, 40)), min_size=14, max_size=14
)


@dear(10)
@given(contracts=contracts, sleeps=sleeps, deeds=deeds, absences=absences, has_channel=st.booleans())
def test_nobody_gets_a_direct_message_on_a_day_on_which_they_are_away(
    copies: Path,
    tmp_path: Path,
    contracts: list[dict[str, int]],
    sleeps: list[int],
    deeds: list[str],
    absences: list[tuple[str, int]],
    has_channel: bool,
) -> None:
    path = tmp_path / f"{uuid4().hex}.sqlite3"
    path.write_bytes(copies.read_bytes())
    db = Database(f"sqlite:///{path}")
    try:
        workspace, people = _staff(db, contracts, has_channel)
        now, away = NOW, {slack_id: [] for slack_id, _ in people.values()}
        for hours, deed, (who, days) in zip(sleeps, deeds, absences, strict=False):
            now += timedelta(hours=hours)
            until = now.date() + timedelta(days=days) if days else None
            slack_id, member_id = people[who]
            with db.transaction() as session:
                session.get_one(Member, member_id).away_until = until
            away[slack_id].append((now, until))
            tick(db, workspace, now)
            _do(db, workspace, people["owner"][1], deed, now)
        with db.reading() as session:
            for post, to in session.execute(
                select(Post, Delivery).join(Delivery).where(Delivery.recipient.is_not(None))
            ):
                if post.caused_by == to.recipient:
                    continue
                known = [until for at, until in away.get(to.recipient, []) if at <= post.created_at]
                is_kept = not known or known[-1] is None or to.due_at.date() > known[-1]
                assert is_kept, f"{post.key} reaches {to.recipient} on {to.due_at}, away to {known[-1]}"
    finally:
        db.close()
        path.unlink()


def _staff(db: Database, contracts: list[dict[str, int]], has_channel: bool) -> tuple[int, dict[str, tuple[str, int]]]:
    with db.transaction() as session:
        workspace = make_workspace(session)
        manager = make_member(session, workspace, "Mona", role="manager")
        support = make_member(session, workspace, "Sam")
        owner = make_member(session, workspace, manager_id=manager.id, stand_in_id=support.id)
        ids = []
        for wanted in contracts:
            values = dict(wanted)
            account = make_account(session, workspace, owner_id=owner.id, **({} if has_channel else {"channel": None}))
            make_contract(session, account, TODAY + timedelta(days=values.pop("days")), **values)
            ids.append(account.id)
        plan_accounts(Work(session, workspace.id, NOW), ids)
        people = {"owner": owner, "manager": manager, "support": support}
        return workspace.id, {name: (one.slack_id, one.id) for name, one in people.items()}


@example(days=122, asleep_on=1, nights=1, is_claimed=False, stage_on=None)
@dear(8)
@given(
    days=st.integers(8, 130),
    asleep_on=st.integers(1, 60),
    nights=st.integers(1, 14),
    is_claimed=st.booleans(),
    stage_on=st.none() | st.integers(0, 60),
)
def test_a_snooze_never_makes_the_bot_speak_earlier_than_it_would_have(
    copies: Path,
    tmp_path: Path,
    days: int,
    asleep_on: int,
    nights: int,
    is_claimed: bool,
    stage_on: int | None,
) -> None:
    """Of the same history with and without the snooze, the first unasked word after it comes no earlier with it."""
    first: list[datetime | None] = []
    for snoozes in (False, True):
        path = tmp_path / f"{uuid4().hex}.sqlite3"
        path.write_bytes(copies.read_bytes())
        db = Database(f"sqlite:///{path}")
        try:
            contract = {"days": days, "notice_days": 0, "term_months": 12, "auto_renew": False}
            workspace, owner = _fill(db, [contract], "UTC")
            pressed = NOW + timedelta(days=asleep_on, hours=3)
            for day in range(min(days + 20, 140)):
                now = NOW + timedelta(days=day)
                tick(db, workspace, now)
                if is_claimed and day == 0:
                    _do(db, workspace, owner, "claim", now)
                if day == stage_on:
                    _do(db, workspace, owner, "engaged", now)
                if snoozes and day == asleep_on and asleep_on + nights < days - 2:
                    with Work.writing(db, workspace, pressed) as work:
                        until = pressed.date() + timedelta(days=nights)
                        for renewal in work.session.query(Renewal).filter(Renewal.closed_at.is_(None)).all():
                            actions.snooze(work, renewal.id, owner, until, "")
            after = [s for s in said(db, workspace) if s.at > pressed and not s.facts.get("by")]
            # A first card is a word too: who snoozes before it comes has it at once, and its reminder on waking.
            unasked = [s for s in after if s.kind in ("renewal_card", "story_line", "notice", "escalations")]
            first.append(min((s.at for s in unasked), default=None))
        finally:
            db.close()
            path.unlink()
    without, with_snooze = first
    if with_snooze is not None:
        assert without is not None and with_snooze >= without
