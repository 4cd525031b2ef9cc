"""A link to an account shows its short card, where only the team reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import models
from bot.db.work import Work
from bot.workspace import channels
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, RUTH, World, text_of, until
from tests.handlers.test_story import learn


def link(world: World, account: str) -> str:
    """An account's address."""
    return f"https://crm.example/a/{world.account(account)}"


def test_a_link_to_an_account_shows_its_short_card_with_a_way_to_the_whole_story(both: World) -> None:
    learn(both)
    both.post("link", user=DANA, channel="C0ALERTS", url=f"{link(both, 'Acme Robotics')}?from=mail")
    until(lambda: bool(both.traffic("chat.unfurl")))
    seen = next(m for m in both.messages("C0ALERTS", HELEN) if "crm.example" in m["text"])
    shown = text_of(seen["unfurls"])
    assert "🟡 *Acme Robotics*: needs someone" in shown and "€48,000" in shown and "cancel by *Tue 21 Apr*" in shown
    assert "account.story" in shown


@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_preview_is_emptied_when_others_come_to_read_and_the_message_stays(both: World, who: str) -> None:
    ts = both.post("link", user=DANA, channel="C0ALERTS", url=link(both, "Acme Robotics"))["ts"]
    until(lambda: bool(both.traffic("chat.unfurl")))

    def shown() -> str:
        return text_of(next(m for m in both.messages("C0ALERTS", DANA) if m["ts"] == ts)["unfurls"])

    def others(come: bool) -> None:
        if who == "guest":
            both.post("member", user=KIM, channel="C0ALERTS", present=come)
        else:
            both.post("share", channel="C0ALERTS", is_ext_shared=come)
            # That all others left is only found out about by the deliverer.
            until(lambda: is_closed(both, "C0ALERTS") is come or (not come and bool(both.settle())))
        both.settle()

    assert "€48,000" in shown()
    both.post("fault", method="chat.unfurl", kind="http_500_before", times=1)
    for come in (True, False, True):
        others(come)
        assert "Acme" not in shown() and "€" not in shown() and "taken back" in shown()
    with both.bot.db.reading() as session:
        row = session.scalars(select(models.Delivery).where(models.Delivery.role == "preview")).one()
    assert (row.state, row.error) == ("withdrawn", None), "which is no loss"


def is_closed(world: World, channel: str) -> bool:
    with Work.reading(world.bot.db, world.bot.workspace_id, NOW) as work:
        return channel in channels.closed_to_us(work)


def test_the_button_in_a_links_preview_tells_the_whole_story_although_slack_names_no_message(both: World) -> None:
    ts = both.post("link", user=DANA, channel="C0ALERTS", url=link(both, "Acme Robotics"))["ts"]
    until(lambda: bool(both.traffic("chat.unfurl")))
    assert both.post("action", user=HELEN, channel="C0ALERTS", ts=ts, action_id="account.story")["ok"]
    (sent,) = [t for t in both.get("traffic?limit=2000") if t["method"] == "block_actions"]
    assert sent["request"]["container"]["type"] == "message_attachment" and "message" not in sent["request"]
    shown = f"{text_of(both.whispers('C0ALERTS', HELEN))} {both.get(f'view?user={HELEN}')}"
    assert "Acme Robotics" in shown


def test_a_link_stays_a_link_where_the_customer_reads_or_an_outsider_posted_it(both: World) -> None:
    both.post("link", user=DANA, channel="C0MERIDIAN", url=link(both, "Acme Robotics"))
    both.post("link", user=RUTH, channel="C0MERIDIAN", url=link(both, "Acme Robotics"))
    both.post("link", user=DANA, channel="C0RANDOM", url=link(both, "Acme Robotics"))
    both.post("link", user=KIM, channel="C0RANDOM", url=link(both, "Acme Robotics"))
    both.post("link", user=DANA, channel="C0ALERTS", url="https://crm.example/a/999999")
    both.post("link", user=DANA, channel="C0ALERTS", url="https://crm.example/about")
    both.post("link", user=DANA, channel="C0ALERTS", url=link(both, "Brightwater Utilities"))
    until(lambda: bool(both.traffic("chat.unfurl")))
    assert len(both.traffic("chat.unfurl")) == 1


def test_the_card_shows_the_accounts_address_in_the_crm_and_that_link_unfurls(both: World) -> None:
    with both.bot.db.transaction() as session:
        acme = session.get_one(models.Account, both.account("Acme Robotics"))
        acme.external_id = "001 A/1"
    both.command(DANA, "C0ACME", "/account")
    address = "https://crm.example/accounts/001%20A%2F1"
    assert f"<{address}>" in text_of(both.whispers("C0ACME", DANA)[0]["blocks"])
    both.post("link", user=DANA, channel="C0ALERTS", url=f"{address}?tab=news")
    until(lambda: bool(both.traffic("chat.unfurl")))
    seen = next(m for m in both.messages("C0ALERTS", HELEN) if "crm.example" in m["text"])
    assert "*Acme Robotics*" in text_of(seen["unfurls"])


def test_an_account_the_crm_did_not_name_shows_no_link_that_leads_nowhere(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.get_one(models.Account, world.account("Acme Robotics")).external_id = None
    world.command(DANA, "C0ACME", "/account")
    assert "crm.example" not in text_of(world.whispers("C0ACME", DANA)[0]["blocks"])
