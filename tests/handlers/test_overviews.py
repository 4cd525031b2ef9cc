"""An overview as a manager presses it, through the bot's front door."""

from __future__ import annotations

import csv
import io
import urllib.request
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.db.work import Work
from bot.errors import NotForYou
from bot.models import Account, Handoff, Member, Renewal, Workspace
from bot.workspace import members
from handlers import overviews
from handlers.inbound.request import Request
from tests.factories import make_account
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, World, choose_menu, text_of, until
from tests.handlers.test_digests import do

GONE = '{"section": "needs", "page": 0, "kind": "team", "member_id": 999999}'


@pytest.fixture
def sent(world: World) -> World:
    """Helen, whose people are Dana and Marco, gets an overview of their accounts: one late, one handed over."""
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        people = {one.slack_id: one for one in work.session.scalars(select(Member))}
        for slack_id in (DANA, MARCO):
            people[slack_id].manager_id = people[HELEN].id
        acme = work.session.scalars(select(Account).where(Account.name == "Acme Robotics")).one()
        late = work.session.scalars(select(Renewal).where(Renewal.account_id == acme.id)).one()
        late.renewal_date = late.deadline = MONDAY.date() - timedelta(days=5)
        late.auto_renew = False
        words = dict.fromkeys(("promised", "expects", "risks", "first", "gaps"), "")
        given = {"giver_id": people[DANA].id, "receiver_id": people[MARCO].id}
        state = {"direction": "to_support", "state": "waiting", "created_at": MONDAY - timedelta(days=5)}
        work.session.add(Handoff(workspace_id=work.workspace_id, account_id=acme.id, **words, **given, **state))
        owner = people[DANA].id
        for number in range(12):
            name = f"=Silent {number:02}"
            values = {"owner_id": owner, "created_at": MONDAY - timedelta(days=400)}
            make_account(work.session, _workspace(work), name, **values)
    assert world.set_up_digest(HELEN, "team", rhythm="weekly", weekdays=["1"])["ok"]
    assert "On its way" in do(world, HELEN, "digest.send")
    world.settle()
    return world


def _workspace(work: Work) -> Workspace:
    return work.session.get_one(Workspace, work.workspace_id)


def told(world: World) -> dict[str, Any]:
    """The overview as Helen has it."""
    (found,) = [m for m in world.direct(HELEN) if m["text"].startswith("Weekly overview")]
    return found


def place(world: World) -> str:
    """Where Helen talks with the bot."""
    channels = world.get("state")["channels"]
    return str(next(c["id"] for c in channels if c["is_im"] and {HELEN, "U0BOT"} <= set(c["members"])))


def ids(message: dict[str, Any], begins: str) -> list[str]:
    """The ids of its buttons that begin so."""
    elements = [e for b in message["blocks"] for e in (*b.get("elements", []), b.get("accessory") or {})]
    return [e["action_id"] for e in elements if e.get("action_id", "").startswith(begins)]


def whispered(world: World) -> list[str]:
    return [m["text"] for m in world.direct(HELEN) if m["ephemeral"]]


def test_it_is_drawn_with_charts_a_table_and_folded_parts_and_tells_all_in_its_text(sent: World) -> None:
    message = told(sent)
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds.count("data_table") == 1 and 1 <= kinds.count("data_visualization") <= 2
    assert "container" in kinds
    assert "Needs you: 1 renewal is overdue" in message["text"]
    assert "1 handoff is not accepted" in message["text"]


def test_ask_asks_the_owner_and_says_so(sent: World) -> None:
    message = told(sent)
    assert sent.press(HELEN, place(sent), message, ids(message, "overview.ask")[0])["ok"]
    sent.settle()
    assert "Dana Whitlock is asked what is next with this renewal." in whispered(sent)
    assert any("asks what is next" in m["text"] for m in sent.direct(DANA))


def test_remind_reminds_the_receiver_once_a_day(sent: World) -> None:
    message = told(sent)
    for _ in range(2):
        assert sent.press(HELEN, place(sent), message, ids(message, "handoff.remind")[0])["ok"]
        sent.settle()
    assert "Marco Bellini is reminded of the handoff." in whispered(sent)
    assert len([m for m in sent.direct(MARCO) if "Acme Robotics" in m["text"] and "handoff" in m["text"].lower()]) == 1


def test_the_menu_of_a_line_claims_dismisses_and_tells_why(sent: World) -> None:
    message, where = told(sent), place(sent)
    sent.press(HELEN, where, message, "renewal.why_escalated")
    assert "renewal date has passed and nothing is signed" in whispered(sent)[-1]
    sent.press(HELEN, where, message, "dismiss")
    assert sent.view(HELEN)["callback_id"] == "dismiss"
    sent.press(HELEN, where, message, "renewal.claim")
    assert sent.renewal("Acme Robotics").claimed_by_id is not None


def test_why_am_i_seeing_this_names_the_set_up(sent: World) -> None:
    message = told(sent)
    menu = next(b["accessory"] for b in message["blocks"] if b.get("accessory", {}).get("type") == "overflow")
    assert [one["text"]["text"] for one in menu["options"]] == ["Why am I seeing this?"]
    assert choose_menu(sent, HELEN, place(sent), message, "Why am I seeing this?")["ok"]
    shown = text_of(sent.view(HELEN)["blocks"])
    assert "You set this digest up: your team, each Tue" in shown and "folded" in shown


def test_the_list_behind_a_part_is_turned_page_by_page(sent: World) -> None:
    message = told(sent)
    press = {e["text"]["text"]: e["action_id"] for b in message["blocks"][-1:] for e in b["elements"]}
    assert sent.press(HELEN, place(sent), message, press["Out of sight"])["ok"]
    first = sent.view(HELEN)
    assert first["title"]["text"] == "Out of sight"
    seen = text_of(first["blocks"])
    assert ", 1 to 10" in seen and "Silent 00" in seen
    sent.post("action", user=HELEN, view_id=first["id"], action_id="overview.page:1")
    assert ", 11 to " in text_of(sent.view(HELEN)["blocks"])
    sent.post("action", user=HELEN, view_id=sent.view(HELEN)["id"], action_id="overview.page:0")
    assert ", 1 to 10" in text_of(sent.view(HELEN)["blocks"])


def test_all_as_a_file_comes_to_who_asked_alone_without_formulas(sent: World) -> None:
    message = told(sent)
    assert sent.press(HELEN, place(sent), message, "overview.file")["ok"]
    assert "The file is on its way: it comes as a direct message from me." in whispered(sent)
    until(lambda: any(m.get("files") for m in sent.direct(HELEN)))
    (file,) = [one for m in sent.direct(HELEN) for one in m.get("files") or []]
    assert file["name"].startswith("overview-") and file["name"].endswith(".csv")
    assert not any(m.get("files") for m in sent.direct(DANA))
    methods = [t["method"] for t in sent.get("traffic?limit=2000") if t["direction"] == "api"]
    assert {"files.getUploadURLExternal", "files.completeUploadExternal"} <= set(methods)
    request = urllib.request.Request(
        file["url_private"], headers={"Authorization": f"Bearer {sent.bot.settings.bot_token}"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        rows = list(csv.reader(io.StringIO(answer.read().decode("utf-8-sig"))))
    assert any(row[1] == "'=Silent 00" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize(
    "value", ["", "{}", "[1]", "null", '{"section": "needs", "page": 0, "kind": "x", "member_id": 1}', GONE]
)
def test_a_button_that_names_nothing_of_ours_leads_nowhere(sent: World, value: str) -> None:
    bot = sent.bot
    with bot.db.reading() as session:
        helen = members.find(Work(session, bot.workspace_id, MONDAY), HELEN)
    assert helen is not None
    request = Request(bot.workspace_id, helen, MONDAY, bot.db, WebClient(), {}, "r", action={"value": value})
    for press in (overviews.open_list, overviews.choose_file):
        with pytest.raises(NotForYou):
            press(request)
