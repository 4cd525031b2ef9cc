"""`/insight`: something worth telling, for one account, an industry, or everyone."""

from __future__ import annotations

from sqlalchemy import select

from bot import models
from tests.handlers.conftest import DANA, KIM, World, text_of


def insights(world: World) -> list[models.Insight]:
    """What was written down."""
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.Insight).order_by(models.Insight.id)))


def test_words_and_link_that_were_typed_stand_in_the_form(both: World) -> None:
    both.command(DANA, "C0ALERTS", "/insight New <!channel> study on downtime https://example.com/a?b=1&c=2")
    shown = text_of(both.view(DANA)["blocks"])
    assert "New <!channel> study on downtime" in shown and "https://example.com/a?b=1&c=2" in shown
    assert both.submit(DANA)["ok"] and both.no_view(DANA)
    (kept,) = insights(both)
    assert (kept.words, kept.url) == ("New <!channel> study on downtime", "https://example.com/a?b=1&c=2")
    assert (kept.account_id, kept.industries) == (None, [])


def test_in_an_accounts_channel_it_is_for_that_account(world: World) -> None:
    world.command(DANA, "C0ACME", "/insight They opened a new plant")
    assert world.submit(DANA)["ok"]
    assert insights(world)[0].account_id == world.account("Acme Robotics")


def test_it_may_be_for_an_industry_but_not_for_an_account_as_well(world: World) -> None:
    with world.bot.db.transaction() as session:
        for account in session.scalars(select(models.Account)):
            account.industry = "Größe & <Söhne>" if account.name == "Acme Robotics" else ""
    world.command(DANA, "C0ACME", "/insight News")
    assert "not both" in world.submit(DANA, industries=["Größe & <Söhne>"])["errors"]["industries"]
    world.command(DANA, "C0ALERTS", "/insight News")
    assert world.submit(DANA, industries=["Größe & <Söhne>"])["ok"]
    assert insights(world)[0].industries == ["Größe & <Söhne>"]


def test_a_link_that_is_none_is_refused_and_guests_learn_nothing(world: World) -> None:
    world.command(DANA, "C0ALERTS", "/insight")
    refused = world.submit(DANA, words="News", url="example.com")
    assert "whole link" in refused["errors"]["url"] and insights(world) == []
    world.command(KIM, "C0HARBOR", "/insight News")
    assert world.no_view(KIM)
