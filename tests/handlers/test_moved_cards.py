"""A card goes where its account speaks now: to the new owner, to the channel it was given, away from who has left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot import models
from bot.db.work import Work
from bot.renewals import actions, reconcile
from bot.workspace import members
from tests.factories import NOW, make_account, make_contract
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, TOMAS, World, in_days

ACCOUNT = "Nochannel Ltd"


def go(world: World, days: int) -> None:
    """Let days pass: step through every moment at which something is due."""
    target: datetime = world.slack.clock.now() + timedelta(days=days)
    for _ in range(3000):
        world.bot.driver.work()
        due, now = world.bot.driver.next_due(), world.slack.clock.now()
        if due is None or due > target:
            break
        world.slack.clock.set(max(due, now + timedelta(milliseconds=100)))
    world.slack.clock.set(max(target, world.slack.clock.now()))
    world.settle()


def people(world: World) -> dict[str, int]:
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        return {p.slack_id: p.id for p in members.everyone(work)}


def new_account(world: World, owner: str | None) -> None:
    with world.bot.db.transaction() as session:
        workspace = session.get_one(models.Workspace, world.bot.workspace_id)
        owner_id = people(world)[owner] if owner else None
        account = make_account(session, workspace, ACCOUNT, channel=None, owner_id=owner_id)
        make_contract(session, account, in_days(40), name="Thing")
        reconcile.plan_accounts(Work(session, workspace.id, MONDAY), [account.id])
    world.settle()


def change(world: World, **values: Any) -> None:
    with world.bot.db.transaction() as session:
        session.execute(update(models.Account).where(models.Account.name == ACCOUNT).values(**values))


def leave(world: World, person: str) -> None:
    for channel in list(world.slack.platform.world.channels.values()):
        if person in channel.members and channel.id.startswith("C"):
            world.post("member", channel=channel.id, user=person, present=False)
    world.slack.platform.world.users[person].is_guest = True
    with world.bot.db.transaction() as session:
        session.execute(update(models.Member).where(models.Member.slack_id == person).values(is_outsider=True))


def about(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The account's messages, and what stands in their threads."""
    own = {m["ts"] for m in messages if ACCOUNT in m["text"] and "ulse" not in m["text"]}
    return [m for m in messages if m["ts"] in own or m["thread_ts"] in own]


def is_card(message: dict[str, Any]) -> bool:
    return " a year · " in message["text"]


def test_a_new_owner_gets_the_card_and_what_follows_and_the_old_one_reads_where_it_went(both: World) -> None:
    new_account(both, DANA)
    assert [is_card(m) for m in about(both.direct(DANA))] == [True]

    change(both, owner_id=people(both)[MARCO])
    go(both, 30)

    before, after = about(both.direct(DANA)), about(both.direct(MARCO))
    assert [m["text"] for m in before] == [
        f"{ACCOUNT}: the card of this renewal moved to <@{MARCO}>, in direct messages. What follows is told there."
    ]
    assert [is_card(m) for m in after].count(True) == 1
    assert len([m for m in after if m["thread_ts"] == after[0]["ts"] and m["ts"] != after[0]["ts"]]) >= 3
    assert len({m["text"] for m in after}) == len(after), "something was said twice"


def test_a_card_in_the_fallback_channel_moves_to_the_channel_that_the_account_is_given(world: World) -> None:
    new_account(world, None)
    assert [is_card(m) for m in about(world.messages("C0ALERTS", HELEN))] == [True]

    change(world, channel="C0JUNIPER", owner_id=people(world)[MARCO])
    go(world, 12)

    old, new = about(world.messages("C0ALERTS", HELEN)), about(world.messages("C0JUNIPER", MARCO))
    assert [is_card(m) for m in old if m["thread_ts"] in (None, m["ts"])].count(True) == 0
    assert any("moved to <#C0JUNIPER>" in m["text"] for m in old)
    assert [is_card(m) for m in new].count(True) == 1


def test_an_act_moves_it_at_once_and_is_told_there(world: World) -> None:
    new_account(world, DANA)
    change(world, owner_id=people(world)[MARCO])
    [card] = about(world.direct(DANA))
    renewal, now = world.renewal(ACCOUNT), world.slack.clock.now()
    with Work.writing(world.bot.db, world.bot.workspace_id, now) as work:
        actions.claim(work, renewal.id, people(world)[MARCO])
    world.settle()
    texts = [m["text"] for m in about(world.direct(MARCO))]
    assert len(texts) == 2
    assert "is on it." in texts[1]
    assert "moved to" in about(world.direct(DANA))[0]["text"]
    assert card["ts"] == about(world.direct(DANA))[0]["ts"]


def test_when_the_owner_leaves_it_goes_to_the_fallback_channel_and_no_admin_is_bothered(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        team = work.session.get_one(models.Workspace, world.bot.workspace_id).team_id
        user = {"id": TOMAS, "real_name": "Tomas", "team_id": team, "tz": "Europe/London", "is_admin": True}
        members.remember(work, user)
    new_account(world, MARCO)
    leave(world, MARCO)
    go(world, 35)
    there = about(world.messages("C0ALERTS", HELEN))
    assert [is_card(m) for m in there].count(True) == 1
    assert len(there) > 3
    assert not [m for m in world.direct(TOMAS) if "could not be sent" in m["text"]]


def test_a_card_that_is_where_it_belongs_stays_there(world: World) -> None:
    ts = world.card("C0ACME", DANA)["ts"]
    go(world, 20)
    assert [m["ts"] for m in world.messages("C0ACME", DANA) if is_card(m)] == [ts]
    with world.bot.db.reading() as session:
        assert session.query(models.Delivery).filter(models.Delivery.role == "former").count() == 0


def test_a_card_whose_channel_is_shared_stays_with_its_owner_until_there_is_another(world: World) -> None:
    new_account(world, DANA)
    change(world, channel="C0CEDAR")
    world.slack.platform.world.channels["C0CEDAR"].is_ext_shared = True
    go(world, 15)
    mine = about(world.direct(DANA))
    assert [is_card(m) for m in mine].count(True) == 1
    change(world, owner_id=people(world)[MARCO])
    go(world, 10)
    assert [is_card(m) for m in about(world.direct(MARCO))].count(True) == 1
    assert [is_card(m) for m in about(world.direct(DANA))].count(True) == 0
