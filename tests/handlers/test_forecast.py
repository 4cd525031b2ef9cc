"""A forecast that the figures speak against, through the bot's front door; and how good calls were, to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.work import Work
from bot.health.jobs import score_now
from bot.models import Account, ForecastCall, Member
from tests.factories import NOW, make_renewal
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, RUTH, World, button_ids, text_of
from tests.handlers.test_escalations import direct_channel, more
from tests.scenes.learning import make_check

TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def red(world: World) -> World:
    """Acme's health is poor, nobody has spoken with them, and Dana calls its renewal commit; Helen is her manager."""
    with Work.writing(world.bot.db, world.bot.workspace_id, NOW) as work:
        people = {one.slack_id: one for one in work.session.scalars(select(Member))}
        people[DANA].manager_id = people[HELEN].id
        acme = work.session.scalars(select(Account).where(Account.name == "Acme Robotics")).one()
        make_check(work.session, acme, NOW - timedelta(days=43), every=1, heard="They are unhappy")
        work.session.flush()
        score_now(work, [acme.id])
    answer = world.update(DANA, "C0ACME", "forecast", forecast="commit", forecast_reason="Their CFO said yes")
    assert answer["ok"], answer
    world.settle()
    return world


def morning(world: World, day: datetime = TUESDAY) -> None:
    """Go to a morning, and let everything be said."""
    world.slack.clock.set(day)
    world.settle()


def told(world: World, user: str = HELEN) -> dict[str, Any]:
    """Their morning message."""
    (found,) = [m for m in world.direct(user) if "need" in m["text"].splitlines()[0] and not m["ephemeral"]]
    return found


def keep_button(world: World) -> Any:
    """Press Keep the call… in the first row."""
    return world.press(HELEN, direct_channel(world, HELEN), told(world), "renewal.keep_call:0")


def test_the_manager_gets_a_row_the_next_morning_with_both_keys_and_the_reasons(red: World) -> None:
    assert not [m for m in red.direct(HELEN) if "Acme" in m["text"]]
    morning(red)
    head, status, why = told(red)["text"].splitlines()
    assert head == "1 renewal needs you · €48,000"
    assert status.startswith("🟡 Acme Robotics: needs someone · €48,000")
    assert why == (
        "Dana Whitlock calls it commit, the figures say at risk: health is poor (29 of 100) and there was no touch for "
        "44 days · commit without evidence: no touch or pulse heard for 44 days · owner Dana Whitlock"
    )
    assert button_ids(told(red))[:3] == ["renewal.update:0", "renewal.keep_call:0", "renewal.ask:0"]
    assert button_ids(told(red))[-2:] == ["dismiss", "renewal.why_escalated"]


def test_keeping_the_call_asks_why_settles_the_row_and_stands_in_the_thread_and_the_timeline(red: World) -> None:
    morning(red)
    assert keep_button(red)["ok"]
    assert "*Dana Whitlock's call*: commit, since Mon 2 Mar. *Computed*: at risk" in text_of(red.view(HELEN)["blocks"])
    red.submit(HELEN, reason="I spoke with *their* CFO")
    red.settle()
    assert told(red)["text"].splitlines()[1] == "Acme Robotics · €48,000 ✅ Helen Osei keeps the call"
    assert button_ids(told(red)) == []
    [line] = [one for one in red.thread("C0ACME", DANA, red.card("C0ACME", DANA)["ts"]) if "keeps" in one]
    assert line.startswith("Helen Osei keeps the forecast at *Commit*: I spoke with")
    assert "*their*" not in line
    red.command(DANA, "C0ACME", "/account acme")
    red.press(DANA, "C0ACME", red.whispers("C0ACME", DANA)[-1], "account.timeline")
    history = text_of(red.view(DANA)["blocks"])
    assert "Helen Osei keeps the forecast at" in history and "Dana Whitlock set the forecast to" in history
    assert "the figures spoke against the forecast" in history


def test_updating_the_call_settles_the_row_too(red: World) -> None:
    morning(red)
    red.press(HELEN, direct_channel(red, HELEN), told(red), "renewal.update:0")
    red.choose(HELEN, "change", "forecast")
    red.submit(HELEN, forecast="best_case", forecast_reason="Nobody has spoken with them")
    red.settle()
    assert told(red)["text"].splitlines()[1] == "Acme Robotics · €48,000 ✅ Helen Osei updated it"


def test_the_reason_for_the_row_is_told_with_its_numbers(red: World) -> None:
    morning(red)
    more(red, HELEN, "Why am I seeing this?")
    why = text_of(red.view(HELEN)["blocks"])
    assert "for 30 days" in why and "for 14 days" in why
    assert "Quiet after a doubt: *14* days (the default)" in why and "Change the numbers" in why


def test_both_keys_stand_in_the_form_in_the_details_and_in_the_story(red: World) -> None:
    keys = "*Dana Whitlock's call*: commit, since Mon 2 Mar. *Computed*: at risk, because health is poor (29 of 100)"
    red.press(DANA, "C0ACME", red.card("C0ACME", DANA), "renewal.update")
    assert keys not in text_of(red.view(DANA)["blocks"])
    red.choose(DANA, "change", "forecast")
    assert keys in text_of(red.view(DANA)["blocks"])
    red.press(DANA, "C0ACME", red.card("C0ACME", DANA), "renewal.details")
    assert keys in text_of(red.view(DANA)["blocks"])
    red.command(DANA, "C0ACME", "/account acme")
    assert "Upcoming, commit · computed: at risk, because health is poor" in red.whispers("C0ACME", DANA)[-1]["text"]


def where(user: str) -> str:
    """A channel in which they are."""
    return "C0MERIDIAN" if user == RUTH else "C0RANDOM"


def asks(world: World, user: str, words: str) -> None:
    """Somebody types a command."""
    assert world.command(user, where(user), words)


def test_my_own_calls_are_told_to_me_alone(red: World) -> None:
    """Rep, another rep, their manager, a guest and somebody of another company: what each reads of Dana's calls."""
    for who in (DANA, MARCO, HELEN):
        asks(red, who, "/forecast")
    own = red.whispers("C0RANDOM", DANA)[-1]["text"]
    assert own.splitlines()[:2] == [
        "The figures speak against 1 call of yours",
        "Acme Robotics: you say commit, the figures say at risk, because health is poor (29 of 100) and there was no "
        "touch for 43 days",
    ]
    assert "Only you see this." in own and "too few to say. 0 calls scored, 30 needed" in own
    for who in (MARCO, HELEN):
        answer = red.whispers(where(who), who)[-1]["text"]
        assert answer.startswith("No open call of yours is far from") and "Acme" not in answer
    for who in (KIM, RUTH):
        asks(red, who, "/forecast")
        seen = " ".join(m["text"] for m in red.whispers(where(who), who))
        assert "Brier" not in seen and "you say" not in seen
    assert not any("Brier" in m["text"] for m in red.messages("C0RANDOM", HELEN) if not m["ephemeral"])


def test_a_teams_calls_are_for_managers_and_never_one_persons(red: World) -> None:
    scored(red, DANA, 40)
    asks(red, MARCO, "/forecast team")
    assert red.whispers("C0RANDOM", MARCO)[-1]["text"].startswith("A team's calls are for its manager.")
    asks(red, HELEN, "/forecast team")
    answer = red.whispers("C0RANDOM", HELEN)[-1]["text"]
    assert "They are one person's, who alone sees them" in answer and "Brier 0" not in answer
    asks(red, DANA, "/forecast")
    assert "60 days before: Brier 0.01" in red.whispers("C0RANDOM", DANA)[-1]["text"]
    with red.bot.db.transaction() as session:
        people = {one.slack_id: one for one in session.scalars(select(Member))}
        people[MARCO].manager_id = people[HELEN].id
    scored(red, MARCO, 1)
    asks(red, HELEN, "/forecast team")
    answer = red.whispers("C0RANDOM", HELEN)[-1]["text"]
    assert answer.startswith("How good your team's calls were, together") and "41 calls, 100 % renewed" in answer
    assert "Dana" not in answer and "Marco" not in answer


def test_a_word_that_means_nothing_is_told_so(world: World) -> None:
    world.command(DANA, "C0ACME", "/forecast *everything*")
    assert world.whispers("C0ACME", DANA)[-1]["text"].startswith("I do not know “")


def test_somebody_who_is_not_of_the_team_cannot_keep_a_call(red: World) -> None:
    morning(red)
    assert keep_button(red)["ok"]
    with red.bot.db.transaction() as session:
        session.scalars(select(Member).where(Member.slack_id == HELEN)).one().role = "rep"
    red.submit(HELEN, reason="I say so")
    red.settle()
    assert "keeps the call" not in told(red)["text"]


def scored(world: World, user: str, count: int) -> None:
    """Renewals that this person called commit 70 days before their deadline, and that were signed."""
    day = NOW - timedelta(days=20)
    with world.bot.db.transaction() as session:
        acme = session.scalars(select(Account).where(Account.name == "Acme Robotics")).one()
        by = session.scalars(select(Member).where(Member.slack_id == user)).one()
        for _ in range(count):
            renewal = make_renewal(session, acme, day.date(), stage="signed", signed_at=day)
            of = {"workspace_id": acme.workspace_id, "account_id": acme.id, "renewal_id": renewal.id, "by_id": by.id}
            session.add(ForecastCall(**of, forecast="commit", at=day - timedelta(days=70)))
