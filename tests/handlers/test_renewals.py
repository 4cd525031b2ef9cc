"""What people see of a renewal and what their presses do, through the bot's front door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import models
from bot.db.work import Work
from bot.importing import CONTRACTS, ImportOptions, import_file
from bot.importing.planning import plan_all
from bot.workspace import members
from tests.factories import NOW
from tests.handlers.conftest import (
    DANA,
    HELEN,
    MARCO,
    MONDAY,
    PRIYA,
    World,
    button_ids,
    choose_menu,
    in_days,
    menu_choices,
    text_of,
)


def test_the_card_says_what_is_at_stake_by_when_and_who(world: World) -> None:
    card = world.card("C0ACME", DANA)
    words = text_of(card["blocks"])
    assert "🟡 *Acme Robotics*: needs someone · *€48,000* a year" in words
    assert "cancel by *Tue 21 Apr*, 50 days left; otherwise it renews *Thu 21 May*" in words
    assert "Nobody is on it, owner Dana Whitlock · Upcoming since" in words
    assert "1 contract, renews by itself" in words and "Next reminder" in words and "As of Mon 2 Mar." in words
    assert "/retention" not in words
    assert button_ids(card) == ["renewal.claim", "renewal.update", "renewal.snooze"]
    for said in ("Acme Robotics", "€48,000", "50 days left", "Dana Whitlock", "Upcoming", "Thu 21 May"):
        assert said in card["text"]


def test_what_the_card_folds_away_is_one_press_off_in_its_menu(world: World) -> None:
    choose_menu(world, DANA, "C0ACME", world.card("C0ACME", DANA), "Contracts and team")
    words = text_of(world.view(DANA)["blocks"])
    assert "Robots" in words and "Priya Raman (support lead)" in words and "€48,000" in words


def test_the_menu_opens_the_story_and_a_touch_as_their_own_buttons_do(both: World) -> None:
    card = both.card("C0ACME", DANA)
    choose_menu(both, DANA, "C0ACME", card, "Log a touch…")
    assert "Acme Robotics" in text_of(both.view(DANA)["blocks"])
    choose_menu(both, PRIYA, "C0ACME", card, "Account story")
    both.settle()
    assert "Acme Robotics" in both.whispers("C0ACME", PRIYA)[-1]["text"]


def test_terms_of_a_file_are_told_on_the_card_and_in_the_story(both: World, tmp_path: Path) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text(
        "Contract ID,Account Name,Contract Name,Start Date,End Date,Term,Notice Period,Auto Renew,Price Increase\n"
        "K9,Acme Robotics,Arms,2023-07-01,2026-06-30,36,3 months,yes,CPI capped at 5%\n"
    )
    with both.bot.db.reading() as session:
        workspace_id = session.scalars(select(models.Workspace.id)).one()
    import_file(both.bot.db, workspace_id, CONTRACTS, file, ImportOptions(), both.slack.clock.now(), plan_all)
    both.settle()
    card = both.card("C0ACME", DANA)
    both.command(DANA, "C0ACME", "/account acme")
    both.settle()
    story = both.whispers("C0ACME", DANA)[-1]
    assert "cancel by *Mon 30 Mar*" in text_of(card["blocks"])
    choose_menu(both, DANA, "C0ACME", card, "Contracts and team")
    details = text_of(both.view(DANA)["blocks"])
    for shown in (details, story["text"], text_of(story["blocks"])):
        for words in (
            "Arms: ",
            "renews by itself for 12 months (assumed)",
            "notice: 3 months before 30 Jun = 30 Mar",
            "price rises by CPI, at most 5%",
        ):
            assert words in shown


def test_pressing_im_on_it_is_told_in_the_thread_and_on_the_card(both: World) -> None:
    card = both.card("C0ACME", DANA)
    assert both.press(DANA, "C0ACME", card, "renewal.claim")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == ["Dana Whitlock is on it."]
    after = both.card("C0ACME", DANA)
    assert after["ts"] == card["ts"] and button_ids(after) == ["renewal.update", "renewal.snooze"]
    assert both.whispers("C0ACME", DANA) == []


def test_a_press_that_slack_delivers_twice_is_done_once(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.post("fault", method="*", kind="deliver_twice", times=1)
    both.press(DANA, "C0ACME", card, "renewal.claim")
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == ["Dana Whitlock is on it."]
    assert both.whispers("C0ACME", DANA) == []


def test_an_update_changes_the_card_and_is_told_in_one_line(both: World) -> None:
    card = both.card("C0ACME", DANA)
    assert both.update(DANA, "C0ACME", "stage", stage="proposed")["ok"]
    why = "They <!channel> said yes & *mean* it"
    assert both.update(DANA, "C0ACME", "forecast", forecast="commit", forecast_reason=why)["ok"]
    assert both.update(DANA, "C0ACME", "value", proposed_value="52,000 EUR", close_date=str(in_days(30)))["ok"]
    assert both.no_view(DANA)
    both.settle()
    moved, called, valued = both.thread("C0ACME", DANA, card["ts"])
    assert moved == "Dana Whitlock moved it from Upcoming to *Proposed*."
    assert called.startswith("Dana Whitlock set the forecast to *Commit*")
    assert "&lt;!channel&gt;" in called and "&amp;" in called and "<!channel>" not in called
    assert "€52,000" in valued and "Wed 1 Apr" in valued
    words = text_of(both.card("C0ACME", DANA)["blocks"])
    assert "Proposed" in words and "Commit" in words and "€52,000" in words and "<!channel>" not in words


def test_a_form_that_cannot_be_taken_stays_open_with_a_word_beside_each_field(both: World) -> None:
    answer = both.update(DANA, "C0ACME", "forecast", forecast="at_risk")
    assert not answer["ok"] and set(answer["errors"]) == {"forecast_reason"}
    both.choose(DANA, "change", "value")
    answer = both.submit(DANA, proposed_value="a lot")
    assert not answer["ok"] and set(answer["errors"]) == {"proposed_value"}
    view = both.view(DANA)
    assert view["state"]["values"]["proposed_value"]["proposed_value"]["value"] == "a lot"
    assert both.renewal("Acme Robotics").forecast is None


def test_a_failure_shows_a_reference_and_keeps_the_words(world: World, monkeypatch, caplog) -> None:
    monkeypatch.setattr("handlers.renewals.actions.change", lambda *_: 1 / 0)
    answer = world.update(DANA, "C0ACME", "forecast", forecast="commit", forecast_reason="long words")
    (words,) = answer["errors"].values()
    reference = words.rpartition(": ")[2].rstrip(".")
    assert len(reference) == 8 and reference in caplog.text
    assert world.view(DANA)["state"]["values"]["forecast_reason"]["forecast_reason"]["value"] == "long words"


def test_a_form_sent_twice_counts_once_and_corrected_words_count_again(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.press(DANA, "C0ACME", card, "renewal.update")
    world.post("fault", method="*", kind="deliver_twice", times=1)
    world.submit(DANA, stage="engaged")
    world.settle()
    assert len(world.thread("C0ACME", DANA, card["ts"])) == 1


def test_what_a_colleague_changed_while_the_form_was_open_is_not_put_back(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.update")
    both.choose(DANA, "change", "value")
    assert both.update(PRIYA, "C0ACME", "stage", stage="proposed")["ok"]
    assert both.update(PRIYA, "C0ACME", "value", close_date="2026-04-01")["ok"]
    assert both.submit(DANA, proposed_value="50,000 EUR")["ok"]
    both.settle()
    renewal = both.renewal("Acme Robotics")
    assert (renewal.stage, str(renewal.close_date)) == ("proposed", "2026-04-01")
    assert both.thread("C0ACME", DANA, card["ts"])[-1] == "Dana Whitlock proposed €50,000 a year."


def test_whoever_is_on_it_can_let_it_go_in_the_form(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.claim")
    assert both.update(DANA, "C0ACME", "who", on_it="let_go")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock is on it.",
        "Dana Whitlock is no longer on it. Press *I'm on it* on the card to take it.",
    ]
    assert button_ids(both.card("C0ACME", DANA))[0] == "renewal.claim"


def test_a_colleague_takes_over_in_the_form_but_not_a_moment_after_the_other_pressed(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.claim")
    refused = both.update(PRIYA, "C0ACME", "who", on_it="take")
    assert "I take it over from Dana Whitlock" in text_of(both.view(PRIYA)["blocks"])
    assert list(refused["errors"]) == ["on_it"] and "a moment ago" in refused["errors"]["on_it"]
    both.slack.clock.set(MONDAY + timedelta(minutes=7))
    assert both.submit(PRIYA, on_it="take")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"])[1:] == [
        f"<@{DANA}> Priya Raman is on it now, in place of Dana Whitlock.",
    ]


def test_a_claim_that_was_taken_over_meanwhile_cannot_be_let_go(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.press(DANA, "C0ACME", card, "renewal.claim")
    world.press(DANA, "C0ACME", card, "renewal.update")
    world.choose(DANA, "change", "who")
    world.slack.clock.set(MONDAY + timedelta(minutes=7))
    world.press(PRIYA, "C0ACME", card, "renewal.claim")
    assert "Priya Raman is on Acme Robotics's renewal now" in str(world.submit(DANA, on_it="let_go")["errors"])


def test_snooze_offers_no_public_holiday(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.get_one(models.Workspace, world.bot.workspace_id).country = "DE"
    world.slack.clock.set(datetime(2026, 4, 2, 9, tzinfo=UTC))
    world.settle()
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA, "a year ·"), "renewal.snooze")
    # Good Friday, the weekend and Easter Monday lie between.
    assert "Until the next working day (Tue 7 Apr)" in text_of(world.view(DANA)["blocks"])


def test_snooze_asks_until_when_and_why_and_the_card_shows_it(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.snooze")
    assert set(both.fields(DANA)) == {"until", "reason"}
    assert both.submit(DANA, until="date", reason="waiting for their budget")["ok"]
    assert both.fields(DANA) == {"until": False, "date": False, "reason": False}
    assert not both.submit(DANA, date="")["ok"]
    assert both.submit(DANA, date=str(in_days(8)))["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock snoozed it until Tue 10 Mar: waiting for their budget."
    ]
    assert "Until *Tue 10 Mar*: “waiting for their budget”" in text_of(both.card("C0ACME", DANA)["blocks"])


def test_snooze_beyond_the_deadline_is_refused_with_the_limit(world: World) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.snooze")
    world.choose(DANA, "until", "date")
    answer = world.submit(DANA, date=str(in_days(60)), reason="later")
    assert not answer["ok"] and "21" in str(answer["errors"])


def test_a_signed_renewal_asks_for_invoiced_and_then_for_paid(world: World) -> None:
    card = world.card("C0DELTA", MARCO)
    world.press(MARCO, "C0DELTA", card, "renewal.update")
    world.choose(MARCO, "change", "signed")
    assert world.submit(MARCO)["ok"]
    world.settle()
    assert button_ids(world.card("C0DELTA", MARCO)) == ["renewal.invoiced", "renewal.update"]
    world.press(MARCO, "C0DELTA", card, "renewal.invoiced")
    world.settle()
    assert button_ids(world.card("C0DELTA", MARCO)) == ["renewal.paid", "renewal.update"]
    world.press(MARCO, "C0DELTA", card, "renewal.paid")
    world.settle()
    after = world.card("C0DELTA", MARCO)
    assert button_ids(after) == [] and "✅ *Deltaforge Steel*: paid" in text_of(after["blocks"])
    assert any(value.startswith("renewal.unpaid ") for _, value in menu_choices(after))
    lines = world.thread("C0DELTA", MARCO, card["ts"])
    assert [line.split(".")[0] for line in lines] == [
        "Marco Bellini marked it signed",
        "Marco Bellini marked it invoiced",
        "Marco Bellini marked it paid",
    ]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("stage", {"stage": False}),
        ("forecast", {"forecast": False, "forecast_reason": True}),
        ("value", {"proposed_value": True, "close_date": True}),
        ("date", {"renewal_date": False}),
        ("who", {"on_it": False}),
        ("lost", {"lost_reason": False, "lost_words": False}),
        ("signed", dict.fromkeys(("final_value", "term_months", "term_starts", "term_ends"), False)),
    ],
)
def test_the_form_asks_what_changes_and_then_only_for_that(world: World, change: str, fields: dict[str, bool]) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.update")
    assert world.fields(DANA) == {"change": False, "stage": False}
    world.choose(DANA, "change", change)
    assert world.fields(DANA) == {"change": False, **fields}


def test_what_was_written_for_another_change_is_kept_and_said_not_to_be_saved(both: World) -> None:
    refused = both.update(DANA, "C0ACME", "lost")
    assert set(refused["errors"]) == {"lost_reason", "lost_words"}
    both.choose(DANA, "change", "forecast")
    both.choose(DANA, "forecast", "at_risk")
    assert both.fields(DANA)["forecast_reason"] is False and "Why at risk?" in text_of(both.view(DANA)["blocks"])
    both.choose(DANA, "change", "stage")
    assert "What you wrote under “the forecast” is kept here, and saved only from there." in text_of(
        both.view(DANA)["blocks"]
    )
    both.choose(DANA, "stage", "engaged")
    both.choose(DANA, "change", "forecast")
    assert both.view(DANA)["state"]["values"]["forecast"]["forecast"]["selected_option"]["value"] == "at_risk"
    assert both.submit(DANA, forecast_reason="They look at others")["ok"]
    assert (both.renewal("Acme Robotics").stage, both.renewal("Acme Robotics").forecast) == ("upcoming", "at_risk")


def test_a_final_value_written_before_something_else_is_chosen_is_named_and_kept(world: World) -> None:
    refused = world.update(MARCO, "C0DELTA", "signed", final_value="much")
    assert set(refused["errors"]) == {"final_value"}
    world.choose(MARCO, "change", "forecast")
    assert "What you wrote under “it is signed” is kept here" in text_of(world.view(MARCO)["blocks"])
    world.choose(MARCO, "change", "signed")
    assert world.view(MARCO)["state"]["values"]["final_value"]["final_value"]["value"] == "much"


@pytest.mark.parametrize(
    ("change", "said"), [("lost", "needs to say why"), ("signed", "needs what was signed"), ("date", "what it is now")]
)
def test_a_form_sent_off_before_its_fields_are_there_saves_nothing_and_asks(
    world: World, change: str, said: str
) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.update")
    assert world.submit(DANA, change=change)["ok"]
    assert said in text_of(world.view(DANA)["blocks"]) and world.renewal("Acme Robotics").stage == "upcoming"


def test_signing_asks_for_value_term_and_dates_and_the_card_tells_them(both: World) -> None:
    card = both.card("C0DELTA", MARCO)
    both.press(MARCO, "C0DELTA", card, "renewal.update")
    both.choose(MARCO, "change", "signed")
    values = both.view(MARCO)["state"]["values"]
    assert values["final_value"]["final_value"]["value"] == "30000 EUR"
    assert values["term_months"]["term_months"]["value"] == "12"
    assert values["term_starts"]["term_starts"]["selected_date"] == "2026-04-26"
    assert values["term_ends"]["term_ends"]["selected_date"] == "2027-04-26"
    refused = both.submit(MARCO, final_value="much", term_months="a year", term_ends="2026-04-26")
    assert set(refused["errors"]) == {"final_value", "term_months"}
    refused = both.submit(MARCO, final_value="28,000.50", term_months="12", term_ends="2026-04-26")
    assert set(refused["errors"]) == {"term_ends"}
    assert both.submit(MARCO, final_value="28,000.50", term_months="24", term_ends="2028-04-26")["ok"]
    both.settle()
    words = both.card("C0DELTA", MARCO)["text"]
    assert "✍️ Deltaforge Steel: signed · €28,000.50 a year (was €30,000)" in words and "Forecast" not in words
    assert "new term begins Sun 26 Apr, runs to Wed 26 Apr 2028" in words
    (line,) = both.thread("C0DELTA", MARCO, card["ts"])
    assert line.startswith("Marco Bellini marked it signed. Final: €28,000.50, was €30,000 (a year).")


def test_months_that_changed_move_the_day_it_runs_to(world: World) -> None:
    world.press(MARCO, "C0DELTA", world.card("C0DELTA", MARCO), "renewal.update")
    world.choose(MARCO, "change", "signed")
    assert world.submit(MARCO, term_months="36")["ok"]
    assert str(world.renewal("Deltaforge Steel").term_ends) == "2029-04-26"


def test_paid_is_confirmed_done_once_and_taken_back_from_the_card_and_by_the_command(both: World) -> None:
    card = both.card("C0DELTA", MARCO)
    both.press(MARCO, "C0DELTA", card, "renewal.update")
    both.choose(MARCO, "change", "signed")
    both.submit(MARCO)
    both.settle()
    both.press(MARCO, "C0DELTA", card, "renewal.invoiced")
    both.settle()
    [row] = [b["elements"] for b in both.card("C0DELTA", MARCO)["blocks"] if b["type"] == "actions"]
    assert [bool(button.get("confirm")) for button in row] == [True, False]
    for _ in range(2):
        both.press(MARCO, "C0DELTA", both.card("C0DELTA", MARCO), "renewal.paid")
    both.settle()
    both.press(MARCO, "C0DELTA", both.card("C0DELTA", MARCO), "renewal.unpaid")
    both.settle()
    assert both.renewal("Deltaforge Steel").stage == "invoiced"
    both.press(MARCO, "C0DELTA", both.card("C0DELTA", MARCO), "renewal.paid")
    both.settle()
    both.command(MARCO, "C0DELTA", "/renewal")
    offer = both.whispers("C0DELTA", MARCO)[-1]
    assert "Marco Bellini marked the renewal of Sun 26 Apr paid on Mon 2 Mar" in offer["text"]
    both.press(MARCO, "C0DELTA", offer, "renewal.unpaid:0")
    both.settle()
    lines = both.thread("C0DELTA", MARCO, card["ts"])
    assert [line.split(".")[0].split(":")[0] for line in lines] == [
        "Marco Bellini marked it signed",
        "Marco Bellini marked it invoiced",
        "Marco Bellini marked it paid",
        "Marco Bellini took the payment back",
        "Marco Bellini marked it paid",
        "Marco Bellini took the payment back",
    ]
    assert button_ids(both.card("C0DELTA", MARCO)) == ["renewal.paid", "renewal.update"]


def test_someone_outside_the_team_is_refused_and_told_whom_to_ask(both: World) -> None:
    card = both.card("C0DELTA", MARCO)
    both.press(PRIYA, "C0DELTA", card, "renewal.claim")
    (said,) = both.whispers("C0DELTA", PRIYA)
    assert said["text"] == (
        "Only Deltaforge Steel's team can do that: Marco Bellini (owner). Ask Marco Bellini, or a manager."
    )
    assert both.renewal("Deltaforge Steel").claimed_by_id is None


def test_a_manager_may_act_on_every_account(world: World) -> None:
    world.press(HELEN, "C0DELTA", world.card("C0DELTA", HELEN), "renewal.claim")
    world.settle()
    assert world.renewal("Deltaforge Steel").claimed_by_id is not None


def test_a_renewal_of_another_workspace_is_not_there(world: World) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.update")
    view = world.view(DANA)
    platform_view = world.slack.platform.world.views.find(view["id"])
    platform_view.content["private_metadata"] = '{"renewal_id": 999999}'
    answer = world.submit(DANA, stage="engaged")
    assert "no longer there" in str(answer["errors"])


def test_a_claim_that_is_left_alone_near_its_deadline_reaches_the_manager_over_the_days(world: World) -> None:
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        members.set_role(work, DANA, "rep", HELEN)
    told: dict[int, list[str]] = {}
    for day in (0, 36, 42, 43, 44):
        before = len(world.direct(HELEN))
        world.slack.clock.set(MONDAY.replace(hour=10) + timedelta(days=day))
        world.settle()
        told[day] = [m["text"] for m in world.direct(HELEN)[before:] if "Acme" in m["text"]]
        if day == 36:
            world.press(DANA, "C0ACME", world.card("C0ACME", DANA, "a year ·"), "renewal.claim")
    assert told[42] == told[44] == []
    assert len(told[43]) == 1 and "No update since Tue 7 Apr" in told[43][0]
