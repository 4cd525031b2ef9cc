"""`/grow` as people meet it: written down, moved on, won at a renewal, proposed when it is time, and never pushed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import models
from bot.db.work import Work
from bot.errors import Refused
from bot.health import stored
from bot.opportunities import look, products, proposals, removal
from bot.opportunities.rules import ProposalAnswer
from bot.workspace import members
from tests.factories import make_account, make_contract
from tests.handlers.conftest import (
    DANA,
    HELEN,
    KIM,
    MARCO,
    MONDAY,
    PRIYA,
    World,
    button_ids,
    choose_menu,
    text_of,
    without_pulses,
)
from tests.handlers.test_follow_ups import direct_channel, move_to

SAID = {"need": "Their second plant & <line> needs robots too", "kind": "upsell", "source": "said", "stage": "spotted"}


def sell(world: World, *names: str) -> dict[str, int]:
    """A manager writes down what is sold."""
    world.command(HELEN, "C0ALERTS", "/grow products")
    assert world.submit(HELEN, names="\n".join(names))["ok"]
    with Work.reading(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        return {name: number for number, name in products.sold(work).items()}


def grow(world: World, user: str = DANA, what: str = "acme") -> dict[str, Any]:
    world.command(user, "C0ALERTS", f"/grow {what}")
    return dict(world.whispers("C0ALERTS", user)[-1])


def write_down(world: World, user: str = DANA, **values: object) -> Any:
    world.press(user, "C0ALERTS", grow(world, user), "opportunity.add")
    return world.submit(user, **{**SAID, **values})


def opportunities(world: World) -> list[models.Opportunity]:
    with world.bot.db.reading() as session:
        return list(session.scalars(select(models.Opportunity).order_by(models.Opportunity.id)))


def change(world: World, user: str = DANA, **values: object) -> Any:
    world.press(user, "C0ALERTS", grow(world, user), "opportunity.change:0")
    return world.submit(user, **values)


def test_a_rep_writes_one_down_moves_it_on_and_wins_it_at_the_renewal(both: World) -> None:
    sold = sell(both, "Robots", "Meters")
    assert grow(both)["text"] == (
        "Acme Robotics: no open opportunity. Products: Meters: gap; Robots: owned. Owned: a running "
        "contract has the product's name in its own, as whole words."
    )
    assert write_down(both, product=str(sold["Robots"]), next_step="Ask for a plan", next_on="2026-03-06")["ok"]
    assert (
        "value not known “Their second plant &amp; &lt;line&gt; needs robots too” From: they said so · next, by Fri 6 "
        "Mar: Ask for a plan"
    ) in grow(both)["text"]
    with both.bot.db.reading() as session:
        step = session.scalars(select(models.FollowUp)).one()
        assert (step.words, step.source, step.due_on) == ("Ask for a plan", "opportunity:1", date(2026, 3, 6))
    assert change(both, budget="“Up to twenty”", value="18,000 EUR", stage="proposed")["ok"]
    both.settle()
    assert "Set up to grow: + €18,000 possible" in both.card("C0ACME", DANA)["text"]
    assert len(both.card("C0ACME", DANA)["blocks"]) <= 4
    assert "€18,000 a year possible in 1 open opportunity." in grow(both)["text"]
    assert "On money: ““Up to twenty””" in grow(both)["text"]
    both.command(DANA, "C0ALERTS", "/account acme")
    assert "Set up to grow: €18,000 a year possible" in both.whispers("C0ALERTS", DANA)[-1]["text"]
    assert change(both, stage="won")["ok"]
    both.settle()
    assert "Set up to grow" not in both.card("C0ACME", DANA)["text"]
    (won,) = opportunities(both)
    assert (won.stage, won.value, won.currency, won.renewal_id) == (
        "won",
        Decimal(18000),
        "EUR",
        both.renewal("Acme Robotics").id,
    )


def test_what_they_say_about_money_comes_before_a_value(world: World) -> None:
    assert write_down(world, value="18000 EUR")["errors"].keys() == {"budget"}
    assert write_down(world, need=" ")["errors"].keys() == {"need"}
    for wrong in ("99999999999999999999 EUR", "-5 EUR"):
        assert write_down(world, value=wrong, budget="some")["errors"].keys() == {"value"}
    assert write_down(world, value="a lot", budget="some")["errors"].keys() == {"value"}
    assert write_down(world, value="18000", budget="some")["errors"].keys() == {"value"}
    assert write_down(world, stage="lost")["errors"].keys() == {"lost_reason"}
    assert write_down(world, next_step="Call")["errors"].keys() == {"next_on"}
    assert write_down(world, next_step="Call", next_on="2026-02-02")["errors"].keys() == {"next_on"}
    assert opportunities(world) == []


def test_older_ones_are_counted_with_the_rest_and_stand_in_a_list_where_they_can_be_changed(both: World) -> None:
    for number in range(10):
        assert write_down(both, need=f"Need {number}", budget="some", value="100 EUR")["ok"]
    shown = grow(both)
    assert "€1,000 a year possible in 10 open opportunities." in shown["text"]
    assert "Need 2" in shown["text"] and "Need 1" not in shown["text"]
    both.command(DANA, "C0ALERTS", "/account acme")
    story = both.whispers("C0ALERTS", DANA)[-1]["text"]
    assert "€1,000 a year possible in 10 open opportunities." in story and "and 7 more" in story
    assert both.press(DANA, "C0ALERTS", shown, "opportunity.list")["ok"]
    listed = both.view(DANA)
    assert all(f"“Need {number}”" in text_of(listed["blocks"]) for number in range(10))
    both.post("action", user=DANA, view_id=listed["id"], action_id="opportunity.change:9")
    assert both.submit(DANA, need="Need 0, twice", stage="lost", lost_reason="no_budget")["ok"]
    now = text_of(both.view(DANA)["blocks"])
    assert "in 9 open opportunities" in now and "Need 0, twice" in now
    assert "All 10 opportunities…" in str(grow(both)["blocks"])


def test_what_was_lost_says_why_and_may_be_opened_again(world: World) -> None:
    assert write_down(world, stage="lost", lost_reason="no_budget")["ok"]
    assert "Something else · lost (no budget) since Mon 2 Mar" in grow(world)["text"]
    assert change(world, stage="qualified")["ok"]
    (one,) = opportunities(world)
    assert (one.stage, one.closed_at, one.lost_reason) == ("qualified", None, None)


def test_a_segment_shows_what_its_customers_have_and_lack(world: World) -> None:
    sell(world, "Robots", "Meters")
    with world.bot.db.transaction() as session:
        names = ("Acme Robotics", "Brightwater Utilities", "Deltaforge Steel")
        session.execute(update(models.Account).where(models.Account.name.in_(names)).values(segment="Industry"))
    write_down(world)
    said = grow(world, MARCO, "segment industry")
    assert said["text"].startswith(
        "Industry: 3 customers. Meters: a gap at 2, in the pipeline of 0, owned by 1, 0 not eligible. Robots: "
    )
    (table,) = [block for block in said["blocks"] if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][1]] == ["Meters", "2", "0", "1", "0"]
    assert "There are: Industry." in grow(world, MARCO, "segment Retail")["text"]


def test_only_managers_edit_the_products_and_only_the_team_writes(world: World) -> None:
    assert "Only managers" in grow(world, DANA, "products")["text"]
    sell(world, "Robots")
    world.command(HELEN, "C0ALERTS", "/grow products")
    with Work.reading(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        (number,) = products.sold(work)
    world.choose(HELEN, "product.remove:0", str(number))
    assert "None yet." in text_of(world.view(HELEN)["blocks"])
    assert "No product is written down yet." in grow(world)["text"]
    world.press(MARCO, "C0ALERTS", grow(world, MARCO), "opportunity.add")
    assert world.no_view(MARCO)
    assert any("Only Acme Robotics's team can do that" in m["text"] for m in world.whispers("C0ALERTS", MARCO))


def test_a_guest_learns_nothing(world: World) -> None:
    sell(world, "Robots")
    for typed in ("acme", "segment Industry", "products"):
        world.command(KIM, "C0HARBOR", f"/grow {typed}")
        assert world.no_view(KIM)
    assert not any("Acme" in m["text"] or "Robots" in m["text"] for m in world.whispers("C0HARBOR", KIM))


def night(world: World) -> None:
    """What the night looks at."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        look.run_look(work, [])
    world.settle()


def told(world: World, user: str = DANA) -> list[dict[str, Any]]:
    return [m for m in world.direct(user) if " may need " in m["text"]]


def well(world: World, account: str = "Acme Robotics", score: int = 82, days: int = 40, seats: int = 14) -> None:
    """The account has been well for days, and its seats grew from ten a week ago."""
    account_id = world.account(account)
    now = world.slack.clock.now()
    with Work.writing(world.bot.db, world.bot.workspace_id, now) as work:
        work.session.execute(
            update(models.Contract)
            .where(models.Contract.account_id == account_id)
            .values(seats=seats, seats_before=10, seats_on=now.date() - timedelta(days=7), start_date=date(2025, 1, 1))
        )
        for model in (models.ScorePoint, models.AccountHealth):
            work.session.query(model).filter(model.account_id == account_id).delete()
        point = stored.Point(now.date() - timedelta(days=days), score, "w")
        stored.write(work, {account_id: (point, 80)})
        work.session.add(
            models.AccountHealth(
                workspace_id=work.workspace_id, account_id=account_id, score=score, confidence=80, computed_at=now
            )
        )


def test_more_of_what_they_have_is_proposed_when_they_are_well_and_grow(both: World) -> None:
    sell(both, "Robots")
    well(both)
    night(both)
    (line,) = told(both)
    assert line["text"] == (
        "Acme Robotics may need more of Robots. Their health is 82 of 100 and has been 70 or more for 30 days; seats "
        "grew from 10 to 14 in 90 days. Ask what they need, and what they would spend on it, before you name a price."
    )
    assert button_ids(line) == ["proposal.open", "proposal.not_eligible", "proposal.not_now"]
    choose_menu(both, DANA, direct_channel(both, DANA), line, "Why am I seeing this?")
    assert "one such proposal a week at most" in text_of(both.view(DANA)["blocks"])
    both.press(DANA, direct_channel(both, DANA), line, "proposal.open")
    assert "seats grew from 10 to 14" in text_of(both.view(DANA)["blocks"])
    assert both.submit(DANA, need="A second line")["ok"]
    both.settle()
    (line,) = told(both)
    assert line["text"].endswith("Dana Whitlock opened an opportunity.") and button_ids(line) == []
    (one,) = opportunities(both)
    assert (one.kind, one.source, one.need) == ("upsell", "usage", "A second line")


@pytest.mark.parametrize(("falls_on", "times"), [(date(2026, 3, 3), 0), (date(2026, 3, 4), 1)])
def test_the_night_looks_at_the_scores_that_it_has_made(world: World, falls_on: date, times: int) -> None:
    without_pulses(world)
    sell(world, "Robots")
    well(world)
    with world.bot.db.transaction() as session:
        # Whoever looks before that score is made anew sees 82.
        mine = models.AccountHealth.account_id == world.account("Acme Robotics")
        session.execute(update(models.AccountHealth).where(mine).values(next_change_on=falls_on))
    move_to(world, 3, 12)
    assert len(told(world)) == times


@pytest.mark.parametrize("worse", [{"score": 69}, {"days": 29}, {"seats": 10}, {"seats": 9}])
def test_nothing_is_proposed_without_both_signals(world: World, worse: dict[str, int]) -> None:
    sell(world, "Robots")
    well(world, **worse)
    night(world)
    assert told(world) == []


def make_red(work: Work, account_id: int, how: str) -> None:
    now = work.now
    common = {"workspace_id": work.workspace_id, "account_id": account_id}
    if how == "pulse":
        work.session.add(
            models.PulseRound(
                **common, opened_at=now - timedelta(days=3), closes_on=now.date(), closed_at=now, worst="red", value=0
            )
        )
    elif how == "promise":
        yesterday = now.date() - timedelta(days=1)
        work.session.add(models.FollowUp(**common, words="Send it", due_on=yesterday, is_promise=True, created_at=now))
    elif how == "ticket":
        work.session.add(
            models.Touchpoint(**common, kind="ticket", at=now - timedelta(days=14), escalated=True, created_at=now)
        )
    elif how == "open ticket":
        work.session.add(
            models.Touchpoint(**common, kind="ticket", at=now - timedelta(days=40), escalated=True, created_at=now)
        )
    elif how == "closed ticket":
        closed = now - timedelta(days=14)
        work.session.add(
            models.Touchpoint(
                **common, kind="ticket", at=now - timedelta(days=40), escalated=True, created_at=now, closed_at=closed
            )
        )
    elif how == "at risk":
        work.session.execute(
            update(models.Renewal).where(models.Renewal.account_id == account_id).values(forecast="at_risk")
        )
    elif how == "renewal":
        renewal = work.session.scalars(select(models.Renewal.id).where(models.Renewal.account_id == account_id)).first()
        work.session.add(
            models.Escalation(workspace_id=work.workspace_id, renewal_id=renewal, step="x", occasion="y", told_at=now)
        )


BAD = ("pulse", "promise", "ticket", "open ticket", "closed ticket", "at risk", "renewal")


@pytest.mark.parametrize("how", BAD)
def test_nothing_is_proposed_at_a_bad_time(world: World, how: str) -> None:
    sell(world, "Robots")
    well(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        make_red(work, world.account("Acme Robotics"), how)
    night(world)
    assert told(world) == []
    assert "Nothing is proposed to them for now" in grow(world)["text"]


def with_peers(world: World) -> None:
    """Four others of the segment have meters, and Acme has not."""
    without_pulses(world)
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        workspace = work.session.get_one(models.Workspace, work.workspace_id)
        for n in range(4):
            peer = make_account(work.session, workspace, f"Peer {n}", segment="Industry")
            make_contract(work.session, peer, name=f"Smart METERS {n}")
        work.session.execute(
            update(models.Account).where(models.Account.name == "Acme Robotics").values(segment="industry")
        )


def test_what_peers_have_is_proposed_once_a_week_and_what_they_cannot_have_never_again(world: World) -> None:
    sold = sell(world, "Meters", "Smart")
    with_peers(world)
    night(world)
    (line,) = told(world)
    assert line["text"].startswith(
        "Acme Robotics may need Meters. 4 of the 4 other customers in industry have it; Acme Robotics does not."
    )
    night(world)
    assert len(told(world)) == 1
    world.press(DANA, direct_channel(world, DANA), line, "proposal.not_eligible")
    assert world.submit(DANA, product=str(sold["Meters"]), reason="Their works council forbids it")["ok"]
    world.settle()
    assert told(world)[0]["text"].endswith(
        "Dana Whitlock says they are not eligible: Their works council forbids it. It is not proposed to them again."
    )
    assert "Meters: not eligible because “Their works council forbids it”" in grow(world)["text"]
    # Somebody is on the renewal: what nobody moves is escalated, and after that nothing is proposed.
    # At one account there is a fortnight between two proposals, whatever they are.
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.claim")
    move_to(world, 9, 12)
    night(world)
    assert len(told(world)) == 1
    move_to(world, 16, 12)
    night(world)
    assert [m["text"].split(".")[0] for m in told(world)] == [
        "Acme Robotics may need Meters",
        "Acme Robotics may need Smart",
    ]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=400))
    night(world)
    assert [m["text"].split(".")[0] for m in told(world)].count("Acme Robotics may need Meters") == 1


def test_not_now_says_from_when_on_it_may_come_again(world: World) -> None:
    sell(world, "Meters")
    with_peers(world)
    night(world)
    (line,) = told(world)
    world.press(DANA, direct_channel(world, DANA), line, "proposal.not_now")
    world.settle()
    assert told(world)[0]["text"].endswith("Dana Whitlock says not now. It may come again from Sun 31 May on.")
    world.slack.clock.set(MONDAY + timedelta(days=89))
    night(world)
    assert len(told(world)) == 1
    world.slack.clock.set(MONDAY + timedelta(days=90))
    night(world)
    assert len(told(world)) == 1, "it waits for Monday morning"
    world.slack.clock.set(MONDAY + timedelta(days=91))
    world.settle()
    assert len(told(world)) == 2


def test_the_timeline_tells_what_became_of_it(world: World) -> None:
    write_down(world, user=PRIYA)
    change(world, stage="lost", lost_reason="timing")
    world.command(DANA, "C0ALERTS", "/account acme")
    world.press(DANA, "C0ALERTS", world.whispers("C0ALERTS", DANA)[-1], "account.timeline")
    shown = text_of(world.view(DANA)["blocks"])
    assert "Dana Whitlock marked something else lost: not the right time" in shown
    assert "Priya Raman wrote down an opportunity, something else (value not known):" in shown


def test_what_they_cannot_have_they_may_have_after_all(world: World) -> None:
    sold = sell(world, "Meters", "Smart")
    with_peers(world)
    night(world)
    (line,) = told(world)
    world.press(DANA, direct_channel(world, DANA), line, "proposal.not_eligible")
    assert world.submit(DANA, product=str(sold["Meters"]), reason="Their works council forbids it")["ok"]
    world.press(PRIYA, "C0ALERTS", grow(world, PRIYA), "product.not_eligible")
    assert "Meters*: not eligible because “Their works council forbids it”" in text_of(world.view(PRIYA)["blocks"])
    world.choose(PRIYA, "product.eligible:0", str(sold["Meters"]))
    assert "works council" not in text_of(world.view(PRIYA)["blocks"])
    assert "Meters: gap" in grow(world)["text"]
    world.settle()
    (line,) = told(world)
    assert button_ids(line) == ["proposal.open", "proposal.not_eligible", "proposal.not_now"]
    world.command(DANA, "C0ALERTS", "/account acme")
    world.press(DANA, "C0ALERTS", world.whispers("C0ALERTS", DANA)[-1], "account.timeline")
    assert "Priya Raman says they may have Meters after all. Until then it was said:" in text_of(
        world.view(DANA)["blocks"]
    )


def remove(world: World, user: str = DANA, place: int = 0) -> str:
    """Remove it, in the form of Change…; what stands there then."""
    world.press(user, "C0ALERTS", grow(world, user), f"opportunity.change:{place}")
    view = world.view(user)
    world.post("action", user=user, view_id=view["id"], action_id="opportunity.remove")
    world.settle()
    return text_of(world.view(user)["blocks"])


def test_what_was_written_by_mistake_leaves_figures_story_card_and_whitespace(both: World) -> None:
    sold = sell(both, "Meters")
    step = {"next_step": "Ask for a plan", "next_on": "2026-03-06"}
    assert write_down(both, product=str(sold["Meters"]), budget="Some", value="18,000 EUR", **step)["ok"]
    both.settle()
    assert "Set up to grow" in both.card("C0ACME", DANA)["text"] and "Meters: in the pipeline" in grow(both)["text"]
    assert "*Meters* is off the list of *Acme Robotics*. The timeline keeps its words." in remove(both)
    assert opportunities(both) == []
    assert "Set up to grow" not in both.card("C0ACME", DANA)["text"]
    assert grow(both)["text"].startswith("Acme Robotics: no open opportunity. Products: Meters: gap.")
    both.command(DANA, "C0ALERTS", "/account acme")
    story = both.whispers("C0ALERTS", DANA)[-1]
    assert "Set up to grow" not in story["text"] and "Ask for a plan" not in story["text"]
    both.press(DANA, "C0ALERTS", story, "account.timeline")
    shown = text_of(both.view(DANA)["blocks"])
    assert "Dana Whitlock took out an opportunity that was written down by mistake, Meters (€18,000 a year):" in shown
    assert "wrote down an opportunity" not in shown and "Their second plant &amp; &lt;line&gt;" in shown


def test_what_a_closed_renewal_counts_stays_and_says_why(world: World) -> None:
    assert write_down(world, budget="Some", value="18,000 EUR", stage="won")["ok"]
    renewal = world.renewal("Acme Robotics").id
    at = update(models.Renewal).where(models.Renewal.id == renewal)
    with world.bot.db.transaction() as session:
        session.execute(at.values(closed_at=world.slack.clock.now()))
    world.press(DANA, "C0ALERTS", grow(world), "opportunity.change:0")
    shown = text_of(world.view(DANA)["blocks"])
    assert "won at a renewal that is closed" in shown and "written down by mistake" not in shown
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        dana = members.find(work, DANA)
        assert dana is not None
        with pytest.raises(Refused, match="it stays"):
            removal.remove(work, opportunities(world)[0].id, dana)
    # While the renewal is open it is nobody's figure yet.
    with world.bot.db.transaction() as session:
        session.execute(at.values(closed_at=None))
    remove(world)
    assert opportunities(world) == []


def test_only_the_team_removes_an_opportunity(world: World) -> None:
    assert write_down(world)["ok"]
    world.press(DANA, "C0ALERTS", grow(world), "opportunity.change:0")
    view = world.view(DANA)
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        work.session.get_one(models.Account, world.account("Acme Robotics")).owner_id = None
        work.session.execute(models.Teammate.__table__.delete())
    world.post("action", user=DANA, view_id=view["id"], action_id="opportunity.remove")
    assert len(opportunities(world)) == 1


def test_the_proposal_of_an_opportunity_that_was_a_mistake_waits_again(world: World) -> None:
    sell(world, "Meters")
    with_peers(world)
    night(world)
    world.press(DANA, direct_channel(world, DANA), told(world)[0], "proposal.open")
    assert world.submit(DANA, need="Meters for a second hall")["ok"]
    world.settle()
    assert button_ids(told(world)[0]) == []
    remove(world)
    (line,) = told(world)
    assert button_ids(line) == ["proposal.open", "proposal.not_eligible", "proposal.not_now"]
    night(world)
    assert len(told(world)) == 1
    world.press(DANA, direct_channel(world, DANA), line, "proposal.open")
    assert world.submit(DANA, need="Meters after all")["ok"]
    assert [one.need for one in opportunities(world)] == ["Meters after all"]


def test_others_do_not_take_back_what_a_team_said(world: World) -> None:
    sold = sell(world, "Meters")
    world.press(DANA, "C0ALERTS", grow(world), "product.not_eligible")
    assert world.submit(DANA, product=str(sold["Meters"]), reason="No")["ok"]
    world.press(DANA, "C0ALERTS", grow(world), "product.not_eligible")
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        acme = work.session.get_one(models.Account, world.account("Acme Robotics"))
        acme.owner_id = None
        work.session.execute(models.Teammate.__table__.delete())
    world.choose(DANA, "product.eligible:0", str(sold["Meters"]))
    with world.bot.db.reading() as session:
        assert session.scalars(select(models.NotEligible.reason)).all() == ["No"]


def test_a_proposal_is_opened_once_whoever_presses_and_not_now_is_not_the_last_word(world: World) -> None:
    sell(world, "Meters")
    with_peers(world)
    night(world)
    (line,) = told(world)
    direct = direct_channel(world, DANA)
    world.press(DANA, direct, line, "proposal.not_now")
    world.settle()
    (later,) = told(world)
    assert button_ids(later) == ["proposal.open", "proposal.not_eligible"]
    world.press(DANA, direct, later, "proposal.open")
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        priya = next(one for one in members.everyone(work) if one.slack_id == PRIYA)
        number = work.session.scalars(select(models.GrowthProposal.id)).one()
        proposals.answer(work, number, ProposalAnswer.OPENED, priya)
    refused = world.submit(DANA, need="Meters for a second hall")
    assert "Priya Raman opened an opportunity from this already." in str(refused)
    now, home = world.slack.clock.now(), world.bot.workspace_id
    with Work.writing(world.bot.db, home, now) as work, pytest.raises(Refused, match="Change it with `/grow`"):
        proposals.answer(work, number, ProposalAnswer.NOT_NOW, priya)
    world.settle()
    assert opportunities(world) == []
    assert told(world)[0]["text"].endswith("Priya Raman opened an opportunity.")
