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
from bot.errors import Refused
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction
from bot.health import checks
from bot.health.rules.checks import Scale
from bot.home import desk
from bot.insights import service as insights
from bot.insights.service import InsightAudience
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
        plan_accounts(session, workspace.id, [account.id], NOW)
        renewal = session.scalars(select(Renewal.id).where(Renewal.account_id == account.id)).one()
        assert contract.workspace_id == workspace.id
        return Half(name, workspace.id, owner.id, support.id, account.id, renewal)


def person(session: Session, half: Half, member_id: int) -> members.MemberView:
    """Someone of the workspace, as requests know them."""
    found = members.by_id(session, half.workspace, member_id)
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
    with db.transaction() as session:
        owner, support = (person(session, half, one) for one in (half.owner, half.support))
        touch = touchpoints.log(session, of, new_touch(half), NOW).id
        check = checks.record(session, of, new_check(half), NOW)
        step = follow_ups.add(
            session, of, half.account, half.support, f"{name} step", SOON, True, f"touchpoint:{touch}", half.owner, NOW
        )
        plans.record(session, of, half.account, f"{name} goals", "", "", SOON, half.owner, NOW)
        insights.add(session, of, f"{name} insight", "", InsightAudience(), owner, NOW)
        round_id = pulses.start(session, of, half.account, half.owner, NOW)
        pulses.answer(session, of, round_id, half.support, Colour.RED, [], f"{name} red", NOW)
        actions.claim(session, of, half.renewal, half.owner, NOW)
        actions.snooze(session, of, half.renewal, half.owner, SOON, f"{name} snooze", NOW)
        package = Package(f"{name} promised", f"{name} expects", f"{name} risks", "Call", str(SOON))
        given = handoffs.hand_over(session, of, half.account, Direction.TO_SUPPORT, owner, support.id, package, NOW)
        workspace_settings.set_route(session, of, "tier", "mid", f"C0{name.upper()}")
        channels.look_who_reads(session, of, NOW)
    walk(db, of, NOW, A_WEEK_ON)
    numbers = {"touch": touch, "check": check, "step": step, "round": round_id, "handoff": given}
    return Half(name, of, half.owner, half.support, half.account, half.renewal, **numbers)


def rows_of(db: Database, half: Half) -> dict[str, list[Any]]:
    """All rows of a workspace, by table."""
    with db.reading() as session:
        return {
            table.name: list(session.execute(select(table).where(table.c.workspace_id == half.workspace)))
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
    "home": lambda session, half: desk.home_of(session, half.workspace, person(session, half, half.support), A_WEEK_ON),
    "card": lambda session, half: story.card(session, half.workspace, half.account, "UTC", LATER),
    "timeline": lambda session, half: story.timeline(
        session, half.workspace, half.account, "", 0, person(session, half, half.owner), LATER
    ),
    "touches": lambda session, half: touchpoints.of_account(session, half.workspace, half.account, 10),
    "touch of the message": lambda session, half: touchpoints.by_source(session, half.workspace, REACTION),
    "check": lambda session, half: checks.latest(session, half.workspace, half.account),
    "steps": lambda session, half: follow_ups.of_source(session, half.workspace, f"touchpoint:{half.touch}"),
    "plan": lambda session, half: plans.read(session, half.workspace, half.account),
    "handoffs": lambda session, half: handoffs.waiting_for(session, half.workspace, half.support),
    "settings": lambda session, half: workspace_settings.read(session, half.workspace),
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
                assert [one.id for one in search.find_accounts(session, half.workspace, named)] == [half.account]
            in_channel = search.account_of_channel(session, half.workspace, "C0ACME")
            by_number = search.account_by_crm_id(session, half.workspace, "A-1")
            assert in_channel is not None and in_channel.id == half.account
            assert by_number is not None and by_number.id == half.account
            found = members.find(session, half.workspace, "U0DANA")
            assert found is not None and found.id == half.owner


def _settle_handoff(session: Session, here: Half, there: Half) -> None:
    handoffs.accept(session, here.workspace, there.handoff, person(session, here, here.support), LATER)


REACHES: dict[str, Callable[[Session, Half, Half], Any]] = {
    "edit a touch": lambda session, here, there: touchpoints.edit(
        session,
        here.workspace,
        there.touch,
        touchpoints.TouchpointEdit(here.account, NOW, "call", "", "", "", "Mine"),
        here.owner,
        LATER,
    ),
    "move a touch": lambda session, here, there: touchpoints.edit(
        session,
        here.workspace,
        here.touch,
        touchpoints.TouchpointEdit(there.account, NOW, "call", "", "", "", "Mine"),
        here.owner,
        LATER,
    ),
    "delete a touch": lambda session, here, there: touchpoints.delete(
        session, here.workspace, there.touch, here.owner, LATER
    ),
    "log a touch": lambda session, here, there: touchpoints.log(
        session, here.workspace, touchpoints.NewTouchpoint(there.account, NOW, here.owner, words="Mine"), LATER
    ),
    "correct a check": lambda session, here, there: checks.correct(
        session, here.workspace, there.check, new_check(here), LATER
    ),
    "close a step": lambda session, here, there: follow_ups.close(
        session, here.workspace, there.step, "done", here.owner, LATER
    ),
    "note a step": lambda session, here, there: follow_ups.add(
        session, here.workspace, there.account, here.owner, "Call", SOON, False, "", here.owner, LATER
    ),
    "give a step": lambda session, here, there: follow_ups.add(
        session, here.workspace, here.account, there.owner, "Call", SOON, False, "", here.owner, LATER
    ),
    "agree on a plan": lambda session, here, there: plans.record(
        session, here.workspace, there.account, "Goals", "", "", None, here.owner, LATER
    ),
    "note an insight": lambda session, here, there: insights.add(
        session, here.workspace, "Look", "", InsightAudience(there.account), person(session, here, here.owner), LATER
    ),
    "answer a pulse": lambda session, here, there: pulses.answer(
        session, here.workspace, there.round, here.owner, Colour.GREEN, [], "", LATER
    ),
    "open a pulse": lambda session, here, there: pulses.start(
        session, here.workspace, there.account, here.owner, LATER
    ),
    "claim a renewal": lambda session, here, there: actions.claim(
        session, here.workspace, there.renewal, here.owner, LATER
    ),
    "book its payment": lambda session, here, there: actions.mark_paid(
        session, here.workspace, there.renewal, here.owner, LATER
    ),
    "settle a handoff": _settle_handoff,
    "see an account": lambda session, here, there: story.card(session, here.workspace, there.account, "UTC", LATER),
    "see a timeline": lambda session, here, there: story.timeline(
        session, here.workspace, there.account, "", 0, person(session, here, here.owner), LATER
    ),
    "see a score": lambda session, here, there: health.of(session, here.workspace, there.account, LATER),
    "act on an account": lambda session, here, there: permissions.require_team(
        session, here.workspace, person(session, here, here.owner), there.account
    ),
    "act on a renewal": lambda session, here, there: permissions.require_renewal(
        session, here.workspace, person(session, here, here.owner), there.renewal
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
        with any_db.transaction() as session:
            one = outgoing.OutgoingPost(SAME, "notice", {"code": half.name}, channel="C0ACME")
            outgoing.put(session, half.workspace, NOW, [one])
    with any_db.reading() as session:
        assert outgoing.exists(session, alpha.workspace, SAME)
    for half in (alpha, beta):
        assert [one.facts for one in rows_of(any_db, half)["posts"] if one.key == SAME] == [{"code": half.name}]
