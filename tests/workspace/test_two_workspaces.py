"""Two workspaces with the same people, names, channels and keys: neither sees or changes a row of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import follow_ups, handoffs, health, pulses, story, touchpoints
from bot.accounts import permissions, search
from bot.db.engine import Base, Database
from bot.db.work import Work
from bot.errors import Refused
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction
from bot.health import checks
from bot.health.rules.checks import Scale
from bot.home import desk
from bot.insights import service as insights
from bot.insights.facts import InsightAudience
from bot.models import Renewal
from bot.plans import service as plans
from bot.posts import outgoing
from bot.pulses.rules import Colour
from bot.renewals import actions
from bot.renewals.reconcile import plan_accounts
from bot.workspace import channels, members
from bot.workspace import settings as workspace_settings
from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_channel,
    make_contract,
    make_member,
    make_teammate,
    make_workspace,
)
from tests.scenes.walking import walk

LATER = NOW + timedelta(hours=1)
A_WEEK_ON = NOW + timedelta(days=8)
SOON = TODAY + timedelta(days=3)
REACTION = "message:C0ACME:1.5"
SAME = "notice:same"


@dataclass(frozen=True)
class Half:
    """One of the two workspaces: its name, which all words typed in it bear, and the numbers of its rows."""

    name: str
    workspace: int
    owner: int
    support: int
    account: int
    renewal: int
    touch: int = 0
    check: int = 0
    step: int = 0
    round: int = 0
    handoff: int = 0


def settle(db: Database, name: str) -> Half:
    """A workspace with Dana, Sam and Acme, whose contract is to be renewed."""
    with db.transaction() as session:
        workspace = make_workspace(session, team_id=f"T{name}", name=name, leadership_channel="C0LEAD")
        owner = make_member(session, workspace, "Dana", slack_id="U0DANA", role="manager")
        support = make_member(session, workspace, "Sam", slack_id="U0SAM", role="support", department="support")
        values = {"external_id": "A-1", "channel": "C0ACME", "owner_id": owner.id, "aliases": ["Acme Corp"]}
        account = make_account(session, workspace, "Acme", **values)
        make_teammate(session, account, owner, "owner")
        make_teammate(session, account, support, "support_lead")
        make_channel(session, workspace, "C0ACME")
        contract = make_contract(
            session, account, TODAY + timedelta(days=50), external_id="K-1", name=f"{name} plan", kind="recurring"
        )
        plan_accounts(Work(session, workspace.id, NOW), [account.id])
        renewal = session.scalars(select(Renewal.id).where(Renewal.account_id == account.id)).one()
        assert contract.workspace_id == workspace.id
        return Half(name, workspace.id, owner.id, support.id, account.id, renewal)


def person(session: Session, half: Half, member_id: int) -> members.MemberView:
    """Someone of the workspace, as requests know them."""
    found = members.by_id(Work(session, half.workspace, NOW), member_id)
    assert found is not None
    return found


def new_touch(half: Half) -> touchpoints.NewTouchpoint:
    """A call about which the workspace's own words were written down, from the same message in both."""
    return touchpoints.NewTouchpoint(
        half.account, NOW, half.owner, half.owner, kind="call", words=f"{half.name} call", source_key=REACTION
    )


def new_check(half: Half) -> checks.NewCheck:
    """A check with the workspace's own words."""
    return checks.NewCheck(half.account, half.owner, TODAY, dict.fromkeys(Scale, 2), heard=f"{half.name} heard")


def live(db: Database, half: Half) -> Half:
    """Do what a team does in a week: each act once, with the same keys in both workspaces."""
    name, of = half.name, half.workspace
    with Work.writing(db, of, NOW) as work:
        owner, support = (person(work.session, half, one) for one in (half.owner, half.support))
        touch = touchpoints.log(work, new_touch(half)).id
        check = checks.record(work, new_check(half))
        step = follow_ups.add(
            work, half.account, half.support, f"{name} step", SOON, True, f"touchpoint:{touch}", half.owner
        )
        plans.record(work, half.account, f"{name} goals", "", "", SOON, half.owner)
        insights.add(work, f"{name} insight", "", InsightAudience(), owner)
        round_id = pulses.start(work, half.account, half.owner)
        pulses.answer(work, round_id, half.support, pulses.GivenAnswer(Colour.RED, words=f"{name} red"))
        actions.claim(work, half.renewal, half.owner)
        actions.snooze(work, half.renewal, half.owner, SOON, f"{name} snooze")
        package = Package(f"{name} promised", f"{name} expects", f"{name} risks", "Call", str(SOON))
        given = handoffs.hand_over(work, half.account, Direction.TO_SUPPORT, owner, support.id, package)
        workspace_settings.set_route(work, "tier", "mid", f"C0{name.upper()}")
        channels.look_who_reads(work)
    walk(db, of, NOW, A_WEEK_ON)
    numbers = {"touch": touch, "check": check, "step": step, "round": round_id, "handoff": given}
    return Half(name, of, half.owner, half.support, half.account, half.renewal, **numbers)


def rows_of(db: Database, half: Half) -> dict[str, list[Any]]:
    """All rows of a workspace, by table."""
    with db.reading() as session:
        return {
            table.name: list(
                session.execute(
                    select(table).where(table.c.workspace_id == half.workspace).order_by(*table.primary_key)
                )
            )
            for table in Base.metadata.sorted_tables
            if "workspace_id" in table.c
        }


@pytest.fixture
def halves(any_db: Database, quiet_nights: None) -> tuple[Half, Half]:
    """Two workspaces in which the same was done."""
    settled = [settle(any_db, name) for name in ("Alpha", "Beta")]
    alpha, beta = (live(any_db, half) for half in settled)
    return alpha, beta


def test_what_is_done_in_one_workspace_changes_no_row_of_the_other(any_db: Database, quiet_nights: None) -> None:
    alpha, beta = settle(any_db, "Alpha"), live(any_db, settle(any_db, "Beta"))
    before, own = rows_of(any_db, beta), rows_of(any_db, alpha)
    live(any_db, alpha)
    assert rows_of(any_db, beta) == before
    after = rows_of(any_db, alpha)
    changed = {name for name in own if after[name] != own[name]}
    assert {"touchpoints", "health_checks", "pulse_answers", "posts", "agenda"} <= changed


def test_a_row_refers_only_to_rows_of_its_own_workspace(any_db: Database, halves: tuple[Half, Half]) -> None:
    crossing = []
    with any_db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                if "workspace_id" in table.c and "workspace_id" in key.column.table.c:
                    to = key.column.table.alias()
                    both = select(table.c.workspace_id, to.c.workspace_id).join_from(table, to, key.parent == to.c.id)
                    pairs = session.execute(both.distinct()).all()
                    crossing += [(table.name, key.parent.name) for one, other in pairs if one != other]
    assert crossing == []


READS: dict[str, Callable[[Session, Half], Any]] = {
    "home": lambda session, half: desk.home_of(
        Work(session, half.workspace, A_WEEK_ON), person(session, half, half.support)
    ),
    "card": lambda session, half: story.card(Work(session, half.workspace, LATER), half.account, "UTC"),
    "timeline": lambda session, half: story.timeline(
        Work(session, half.workspace, LATER), half.account, "", 0, person(session, half, half.owner)
    ),
    "touches": lambda session, half: touchpoints.of_account(Work(session, half.workspace, NOW), half.account, 10),
    "touch of the message": lambda session, half: touchpoints.by_source(Work(session, half.workspace, NOW), REACTION),
    "check": lambda session, half: checks.latest(Work(session, half.workspace, NOW), half.account),
    "steps": lambda session, half: follow_ups.of_source(Work(session, half.workspace, NOW), f"touchpoint:{half.touch}"),
    "plan": lambda session, half: plans.read(Work(session, half.workspace, NOW), half.account),
    "handoffs": lambda session, half: handoffs.waiting_for(Work(session, half.workspace, NOW), half.support),
    "settings": lambda session, half: workspace_settings.read(Work(session, half.workspace, NOW)),
}


def test_what_is_read_in_one_workspace_has_no_word_of_the_other(any_db: Database, halves: tuple[Half, Half]) -> None:
    for half, other in (halves, halves[::-1]):
        for what, read in READS.items():
            with any_db.reading() as session:
                shown = repr(read(session, half)).lower()
            assert (what, other.name.lower() in shown) == (what, False)
            # Home names its reader's accounts, and quotes nobody.
            assert (what, ("acme" if what == "home" else half.name.lower()) in shown) == (what, True)


def test_the_same_name_channel_and_number_find_each_workspaces_own_account(
    any_db: Database, halves: tuple[Half, Half]
) -> None:
    with any_db.reading() as session:
        for half in halves:
            for named in ("acme", "acme corp", "acm"):
                assert [one.id for one in search.find_accounts(Work(session, half.workspace, NOW), named)] == [
                    half.account
                ]
            in_channel = search.account_of_channel(Work(session, half.workspace, NOW), "C0ACME")
            by_number = search.account_by_crm_id(Work(session, half.workspace, NOW), "A-1")
            assert in_channel is not None and in_channel.id == half.account
            assert by_number is not None and by_number.id == half.account
            found = members.find(Work(session, half.workspace, NOW), "U0DANA")
            assert found is not None and found.id == half.owner


def _settle_handoff(session: Session, here: Half, there: Half) -> None:
    handoffs.accept(Work(session, here.workspace, LATER), there.handoff, person(session, here, here.support))


REACHES: dict[str, Callable[[Session, Half, Half], Any]] = {
    "edit a touch": lambda session, here, there: touchpoints.edit(
        Work(session, here.workspace, LATER),
        there.touch,
        touchpoints.TouchpointEdit(here.account, NOW, "call", "", "", "", "Mine"),
        here.owner,
    ),
    "move a touch": lambda session, here, there: touchpoints.edit(
        Work(session, here.workspace, LATER),
        here.touch,
        touchpoints.TouchpointEdit(there.account, NOW, "call", "", "", "", "Mine"),
        here.owner,
    ),
    "delete a touch": lambda session, here, there: touchpoints.delete(
        Work(session, here.workspace, LATER), there.touch, here.owner
    ),
    "log a touch": lambda session, here, there: touchpoints.log(
        Work(session, here.workspace, LATER), touchpoints.NewTouchpoint(there.account, NOW, here.owner, words="Mine")
    ),
    "correct a check": lambda session, here, there: checks.correct(
        Work(session, here.workspace, LATER), there.check, new_check(here)
    ),
    "close a step": lambda session, here, there: follow_ups.close(
        Work(session, here.workspace, LATER), there.step, "done", here.owner
    ),
    "note a step": lambda session, here, there: follow_ups.add(
        Work(session, here.workspace, LATER), there.account, here.owner, "Call", SOON, False, "", here.owner
    ),
    "give a step": lambda session, here, there: follow_ups.add(
        Work(session, here.workspace, LATER), here.account, there.owner, "Call", SOON, False, "", here.owner
    ),
    "agree on a plan": lambda session, here, there: plans.record(
        Work(session, here.workspace, LATER), there.account, "Goals", "", "", None, here.owner
    ),
    "note an insight": lambda session, here, there: insights.add(
        Work(session, here.workspace, LATER),
        "Look",
        "",
        InsightAudience(there.account),
        person(session, here, here.owner),
    ),
    "answer a pulse": lambda session, here, there: pulses.answer(
        Work(session, here.workspace, LATER), there.round, here.owner, pulses.GivenAnswer(Colour.GREEN)
    ),
    "open a pulse": lambda session, here, there: pulses.start(
        Work(session, here.workspace, LATER), there.account, here.owner
    ),
    "claim a renewal": lambda session, here, there: actions.claim(
        Work(session, here.workspace, LATER), there.renewal, here.owner
    ),
    "book its payment": lambda session, here, there: actions.mark_paid(
        Work(session, here.workspace, LATER), there.renewal, here.owner
    ),
    "settle a handoff": _settle_handoff,
    "see an account": lambda session, here, there: story.card(
        Work(session, here.workspace, LATER), there.account, "UTC"
    ),
    "see a timeline": lambda session, here, there: story.timeline(
        Work(session, here.workspace, LATER), there.account, "", 0, person(session, here, here.owner)
    ),
    "see a score": lambda session, here, there: health.of(Work(session, here.workspace, LATER), there.account),
    "act on an account": lambda session, here, there: permissions.require_team(
        Work(session, here.workspace, NOW), person(session, here, here.owner), there.account
    ),
    "act on a renewal": lambda session, here, there: permissions.require_renewal(
        Work(session, here.workspace, NOW), person(session, here, here.owner), there.renewal
    ),
}


def test_the_number_of_a_row_of_the_other_reaches_nothing(any_db: Database, halves: tuple[Half, Half]) -> None:
    here, there = halves
    before = rows_of(any_db, here), rows_of(any_db, there)
    for how, reach in REACHES.items():
        try:
            with any_db.transaction() as session:
                reach(session, here, there)
        except Refused:
            continue
        pytest.fail(f"{how}: not refused")
    assert (rows_of(any_db, here), rows_of(any_db, there)) == before


def test_the_same_key_is_each_workspaces_own_post(any_db: Database) -> None:
    alpha, beta = settle(any_db, "Alpha"), settle(any_db, "Beta")
    for half in (alpha, beta):
        with Work.writing(any_db, half.workspace, NOW) as work:
            one = outgoing.OutgoingPost(SAME, "notice", {"code": half.name}, channel="C0ACME")
            outgoing.put(work, [one])
    with Work.reading(any_db, alpha.workspace, NOW) as work:
        assert outgoing.exists(work, SAME)
    for half in (alpha, beta):
        assert [one.facts for one in rows_of(any_db, half)["posts"] if one.key == SAME] == [{"code": half.name}]
