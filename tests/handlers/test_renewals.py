"""What people see of a renewal and what their presses do, through the bot's front door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot import models
from bot.services.importing import CONTRACTS, Options, import_file
from bot.services.new_accounts import plan_all
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, PRIYA, World, button_ids, in_days, text_of


def test_the_card_says_what_is_at_stake_by_when_and_who(world: World) -> None:
    card = world.card("C0ACME", DANA)
    words = text_of(card["blocks"])
    assert "€48,000" in words and "Robots" in words
    assert "Notice window closes *Tue 21 Apr*, in 50 days (as of Mon 2 Mar)" in words
    assert "Renewal date *Thu 21 May*" in words and "renews by itself" in words
    assert "Dana Whitlock" in words and "Priya Raman" in words
    assert "Upcoming" in words and "Next word" in words and "/retention settings" in words
    assert button_ids(card) == ["renewal.claim", "renewal.update", "renewal.snooze"]
    for said in ("Acme Robotics", "€48,000", "in 50 days", "Dana Whitlock", "Upcoming"):
        assert said in card["text"]


def test_terms_of_a_file_are_told_on_the_card_and_in_the_story(both: World, tmp_path: Path) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text(
        "Contract ID,Account Name,Contract Name,Start Date,End Date,Term,Notice Period,Auto Renew,Price Increase\n"
        "K9,Acme Robotics,Arms,2023-07-01,2026-06-30,36,3 months,yes,CPI capped at 5%\n"
    )
    with both.bot.db.reading() as session:
        workspace_id = session.scalars(select(models.Workspace.id)).one()
    import_file(both.bot.db, workspace_id, CONTRACTS, file, Options(), both.slack.clock.now(), plan_all)
    both.settle()
    card = both.card("C0ACME", DANA)
    both.command(DANA, "C0ACME", "/account acme")
    both.settle()
    story = both.whispers("C0ACME", DANA)[-1]
    for shown in (card, story):
        for words in (
            "Arms: ",
            "renews by itself for 12 months (assumed)",
            "notice: 3 months before 30 Jun = 30 Mar",
            "price rises by CPI, at most 5%",
        ):
            assert words in shown["text"] and words in text_of(shown["blocks"])
    assert "Notice window closes *Mon 30 Mar*" in text_of(card["blocks"])


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
    both.press(DANA, "C0ACME", card, "renewal.update")
    answer = both.submit(
        DANA,
        stage="proposed",
        forecast="commit",
        forecast_reason="They <!channel> said yes & *mean* it",
        proposed_value="52,000 EUR",
        close_date=str(in_days(30)),
    )
    assert answer["ok"], answer
    assert both.no_view(DANA)
    both.settle()
    (line,) = both.thread("C0ACME", DANA, card["ts"])
    assert line.startswith("Dana Whitlock moved it from Upcoming to *Proposed*, set the forecast to *Commit*")
    assert "&lt;!channel&gt;" in line and "&amp;" in line and "<!channel>" not in line
    assert "€52,000" in line and "Wed 1 Apr" in line
    words = text_of(both.card("C0ACME", DANA)["blocks"])
    assert "Proposed" in words and "Commit" in words and "€52,000" in words and "<!channel>" not in words


def test_a_form_that_cannot_be_taken_stays_open_with_a_word_beside_each_field(both: World) -> None:
    both.press(DANA, "C0ACME", both.card("C0ACME", DANA), "renewal.update")
    answer = both.submit(DANA, stage="lost", forecast="at_risk", proposed_value="a lot")
    assert not answer["ok"]
    assert set(answer["errors"]) == {"forecast_reason", "proposed_value", "lost_reason", "lost_words"}
    view = both.view(DANA)
    assert view["state"]["values"]["proposed_value"]["proposed_value"]["value"] == "a lot"
    assert both.renewal("Acme Robotics").stage == "upcoming"


def test_a_failure_shows_a_reference_and_keeps_the_words(world: World, monkeypatch, caplog) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.update")
    monkeypatch.setattr("handlers.renewals.acts.change", lambda *_: 1 / 0)
    answer = world.submit(DANA, stage="engaged", forecast="commit", forecast_reason="long words")
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
    both.press(PRIYA, "C0ACME", card, "renewal.update")
    moved = {"stage": "proposed", "forecast": "commit", "forecast_reason": "They said yes", "close_date": "2026-04-01"}
    assert both.submit(PRIYA, **moved)["ok"]
    assert both.submit(DANA, proposed_value="50,000 EUR")["ok"]
    both.settle()
    renewal = both.renewal("Acme Robotics")
    assert (renewal.stage, renewal.forecast, str(renewal.close_date)) == ("proposed", "commit", "2026-04-01")
    assert both.thread("C0ACME", DANA, card["ts"])[-1] == "Dana Whitlock proposed €50,000 a year."


def test_whoever_is_on_it_can_let_it_go_in_the_form(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.claim")
    both.press(DANA, "C0ACME", card, "renewal.update")
    assert both.submit(DANA, on_it="let_go", stage="engaged")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock is on it.",
        "Dana Whitlock is no longer on it. Press *I'm on it* on the card to take it.",
        "Dana Whitlock moved it from Upcoming to *Engaged*.",
    ]
    assert button_ids(both.card("C0ACME", DANA))[0] == "renewal.claim"


def test_a_colleague_takes_over_in_the_form_but_not_a_moment_after_the_other_pressed(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.claim")
    both.press(PRIYA, "C0ACME", card, "renewal.update")
    assert "I take it over from Dana Whitlock" in text_of(both.view(PRIYA)["blocks"])
    refused = both.submit(PRIYA, on_it="take", proposed_value="50,000 EUR")
    assert list(refused["errors"]) == ["on_it"] and "a moment ago" in refused["errors"]["on_it"]
    both.slack.clock.set(MONDAY + timedelta(minutes=7))
    assert both.submit(PRIYA, on_it="take", proposed_value="50,000 EUR")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"])[1:] == [
        f"<@{DANA}> Priya Raman is on it now, in place of Dana Whitlock.",
        "Priya Raman proposed €50,000 a year.",
    ]


def test_a_claim_that_was_taken_over_meanwhile_cannot_be_let_go(world: World) -> None:
    card = world.card("C0ACME", DANA)
    world.press(DANA, "C0ACME", card, "renewal.claim")
    world.press(DANA, "C0ACME", card, "renewal.update")
    world.slack.clock.set(MONDAY + timedelta(minutes=7))
    world.press(PRIYA, "C0ACME", card, "renewal.claim")
    assert "Priya Raman is on Acme Robotics's renewal by now" in str(world.submit(DANA, on_it="let_go")["errors"])


def test_snooze_offers_no_public_holiday(world: World) -> None:
    with world.bot.db.transaction() as session:
        session.get_one(models.Workspace, world.bot.workspace_id).country = "DE"
    world.slack.clock.set(datetime(2026, 4, 2, 9, tzinfo=UTC))
    world.settle()
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA, "at stake"), "renewal.snooze")
    # Good Friday, the weekend and Easter Monday lie between.
    assert "Until the next working day (Tue 7 Apr)" in text_of(world.view(DANA)["blocks"])


def test_snooze_asks_until_when_and_why_and_the_card_shows_it(both: World) -> None:
    card = both.card("C0ACME", DANA)
    both.press(DANA, "C0ACME", card, "renewal.snooze")
    assert not both.submit(DANA, until="date", reason="waiting for their budget")["ok"]
    assert both.submit(DANA, until="date", date=str(in_days(8)), reason="waiting for their budget")["ok"]
    both.settle()
    assert both.thread("C0ACME", DANA, card["ts"]) == [
        "Dana Whitlock snoozed it until Tue 10 Mar: waiting for their budget."
    ]
    assert "Snoozed until Tue 10 Mar" in text_of(both.card("C0ACME", DANA)["blocks"])


def test_snooze_beyond_the_deadline_is_refused_with_the_limit(world: World) -> None:
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.snooze")
    answer = world.submit(DANA, until="date", date=str(in_days(60)), reason="later")
    assert not answer["ok"] and "21" in str(answer["errors"])


def test_a_signed_renewal_asks_for_invoiced_and_then_for_paid(world: World) -> None:
    card = world.card("C0DELTA", MARCO)
    world.press(MARCO, "C0DELTA", card, "renewal.update")
    assert world.submit(MARCO, stage="signed")["ok"]
    world.settle()
    assert button_ids(world.card("C0DELTA", MARCO)) == ["renewal.invoiced", "renewal.paid", "renewal.update"]
    world.press(MARCO, "C0DELTA", card, "renewal.invoiced")
    world.settle()
    assert button_ids(world.card("C0DELTA", MARCO)) == ["renewal.paid", "renewal.update"]
    world.press(MARCO, "C0DELTA", card, "renewal.paid")
    world.settle()
    after = world.card("C0DELTA", MARCO)
    assert button_ids(after) == [] and "renewed and paid" in text_of(after["blocks"])
    lines = world.thread("C0DELTA", MARCO, card["ts"])
    assert [line.split(".")[0] for line in lines] == [
        "Marco Bellini marked it signed",
        "Marco Bellini marked it invoiced",
        "Marco Bellini marked it paid",
    ]


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
