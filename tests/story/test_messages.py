"""The story, its timeline, the desk and the digest at their extremes: shown as typed, within Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.accounts.digest_parts import DigestItem
from bot.accounts.timeline_facts import KINDS, Entry, Page
from bot.core.person import Person
from bot.digests.facts import Digest, EarlierLine, Hurting, LoggedTouch
from bot.digests.messages import render_digest
from bot.handoffs.rules import Direction
from bot.home.facts import (
    AccountRow,
    HandoffToAccept,
    Home,
    PersonRow,
    PulseToAnswer,
    RenewalTotal,
    StepDue,
    TeamDesk,
    TeamRow,
    Tour,
    Wishes,
)
from bot.home.forms import Wanted, settings_form
from bot.home.messages import closed_home, home_view
from bot.plans.forms import PlanForm, plan_form
from bot.renewals.messages.thread_lines import render_reminder
from bot.renewals.rules.desk import Desk, DeskLine
from bot.sandbox.strict.messages import check_blocks
from bot.sandbox.strict.views import check_view
from bot.slack.message import Message
from bot.story.facts import AccountCard, ComingPart, Gap, HealthPart, PlanPart, RenewalPart, StepPart, TouchPart
from bot.story.messages.card import account_message, account_view, preview, render_account_card
from bot.story.messages.timeline import timeline_view

NASTY = ("<!channel> & <@U1> *x* `y` _z_ ~w~ " + "ö" * 170, "שלום <b> " * 20, "😀" * 100, "a", "=1+1\n\n\t" * 30)
TODAY = "2026-03-02"


def card(name: str) -> AccountCard:
    """As much of everything as there can be, all of it `name`."""
    person = Person("U1", name, "support_lead")
    return AccountCard(
        1,
        name,
        TODAY,
        "enterprise",
        name,
        name,
        "DE",
        owner=person,
        team=(person,) * 30,
        values=dict.fromkeys(("EUR", "USD", "CHF", "NOK", "GBP"), "123456789012.55"),
        contract_count=500,
        unknown_values=300,
        renewals=(RenewalPart(1, "2026-02-20", "2026-04-01", "negotiating", "at_risk", name, "2026-03-20"),) * 2,
        renewal_count=500,
        health=HealthPart(
            40,
            "poor",
            "−40 in 30 days, 90% of what counts is known",
            (f"−12 {name}",) * 10,
            ("support",) * 5,
            tuple((f"2026-02-{day:02}", day) for day in range(1, 13)),
            "2026-02-05",
        ),
        touches=(TouchPart(TODAY, "call", name, name, name, "churn", name * 3),) * 5,
        steps=(StepPart(name * 3, "2026-02-01", name, True, True),) * 5,
        step_count=50,
        plan=PlanPart(name * 3, name * 3, name * 3, "2026-05-01"),
        coming=(ComingPart("2026-03-05", "rung"),) * 3,
        gaps=tuple(Gap(code, "5" if code == "no_value" else name, TODAY) for code in GAPS),
        shared_by=name,
        link="https://crm.example/a/1",
    )


GAPS = (
    "no_owner",
    "no_support",
    "no_touch",
    "no_check",
    "no_pulse",
    "no_plan",
    "review_passed",
    "no_value",
    "no_contract",
    "no_renewal",
)


def no_ping(what: Any) -> None:
    """Nobody is called by what somebody typed: plain text knows no calls, everything else must not hold one."""
    if isinstance(what, Message):
        assert "<!channel>" not in what.text and "<@U1>" not in what.text
        no_ping(what.blocks)
    elif isinstance(what, dict):
        if what.get("type") not in ("plain_text", "plain_text_input", "raw_text"):
            for value in what.values():
                no_ping(value)
    elif isinstance(what, list):
        for one in what:
            no_ping(one)
    else:
        assert "<!channel>" not in str(what) and "<@U1>" not in str(what)


@pytest.mark.parametrize("name", NASTY)
def test_a_story_fits_and_pings_nobody(name: str) -> None:
    full = card(name)
    for one in (full, replace(full, health=HealthPart(), touches=(), steps=(), plan=None, owner=None, team=())):
        for message in (account_message(one, True), render_account_card(one.to_facts())):
            check_blocks(message.blocks)
            assert len(message.text) <= 3500
            no_ping(message)
        check_view(account_view(one), "modal")
        check_blocks(preview(one)["blocks"])
        no_ping(account_view(one))
        no_ping(preview(one))


@pytest.mark.parametrize("name", NASTY)
def test_a_story_survives_the_way_through_json(name: str) -> None:
    assert AccountCard.from_facts(card(name).to_facts()) == card(name)


def test_a_star_somebody_typed_is_not_lost_for_screen_readers() -> None:
    story = replace(card("a"), touches=(TouchPart(TODAY, "call", "Dana", words="5 * 3"),))
    assert "5 * 3" in account_message(story, False).text


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("kind", ["", *KINDS])
def test_each_kind_of_entry_fits_and_pings_nobody(name: str, kind: str) -> None:
    by = Person("U1", name)
    scales = {"outcomes": "1", "adoption": "5", "risks": f"{name}\n{name}", "sold_nothing": "yes"}
    details = {"contact": name, "department": name, "mood": "churn", "purpose": "renewal", "priority": name}
    due = {"owner": name, "due_on": TODAY, "promise": "yes"}
    rounds = {"asked": "3", "answered": "2", "green": "1", "yellow": "0", "red": "1"}
    lost = {"lost_reason": "price", "lost_words": name}
    plan = {"measure": name, "rhythm": name, "review_on": TODAY}
    entries = (
        Entry("touch", "call", 1, TODAY, by, name * 9, {**details, "permalink": "https://x.example"}, True),
        Entry("touch", "note", 2, TODAY, None, name),
        *(Entry("touch", f"touch_{how}", 3, TODAY, by, name) for how in ("edited", "deleted", "undone")),
        Entry("check", "corrected", 4, TODAY, by, name, scales),
        Entry("pulse", "closed", 5, TODAY, None, name, rounds),
        Entry("pulse", "running", 6, TODAY, None, "", rounds),
        Entry("pulse", "pulse_escalated", 7, TODAY, None, "", {"to": "C1"}),
        *(Entry("step", code, 8, TODAY, by, name, due) for code in ("made", "done", "dropped", "kept", "broken")),
        Entry("renewal", "lost", 9, TODAY, by, "", lost),
        Entry("renewal", "updated", 9, TODAY, by, "", {"stage": "signed", "stage_before": "proposed"}),
        *(Entry("renewal", code, 9, TODAY, None) for code in ("overdue", "rolled", "term_began", "escalated")),
        Entry("plan", "plan", 10, TODAY, by, name, plan),
    )
    for shown in (entries, ()):
        view = timeline_view(Page(1, name, TODAY, kind, 3, 500, shown))
        check_view(view, "modal")
        no_ping(view)


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Dana Whitlock", "Good morning, Dana: nothing for today"),
        ("שלום כהן", "Good morning, \u2068שלום\u2069: nothing for today"),
        ("", "Good morning: nothing for today"),
    ],
)
def test_a_desk_greets_by_the_first_name(name: str, greeted: str) -> None:
    view = home_view(Home(TODAY, "rep", Desk(TODAY, (), 0), name=name))
    assert view["blocks"][0]["text"]["text"] == greeted


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("plain", [True, False])
def test_a_desk_fits_and_pings_nobody(name: str, plain: bool) -> None:
    lines = tuple(DeskLine(n, name, TODAY, "upcoming", False, {"EUR": "1.00"}) for n in range(6))
    home = Home(
        TODAY,
        "manager",
        Desk(TODAY, lines, 500),
        tuple(PulseToAnswer(n, name, TODAY) for n in range(5)),
        tuple(StepDue(n, name, name * 2, "2026-02-01", bool(n % 2)) for n in range(6)),
        tuple(AccountRow(n, name, 40, -3, TODAY, 0, TODAY, 0) for n in range(50)),
        900,
        tuple(PersonRow(name, 1, 2, 3, 4, 5, TODAY, TODAY) for _ in range(50)),
        "Europe/London",
        Wishes("09:00", "17:00", True, TODAY),
        is_first=True,
    )
    full = replace(
        home,
        handoffs=tuple(HandoffToAccept(n, name, Direction.TO_SUPPORT, name, TODAY, name, TODAY) for n in range(5)),
        people=tuple(replace(p, values={"EUR": "114000.50", "NOK": "640000"}, unknown_values=1) for p in home.people),
        people_total=60,
        name=name,
        tour=Tour(has_touch=True),
        team=TeamDesk(
            RenewalTotal(500, dict.fromkeys(("EUR", "NOK", "USD", "CHF", "JPY", "BRL"), "123456.78"), 3),
            RenewalTotal(1, {"EUR": "1"}),
            500,
            50,
            tuple(TeamRow(replace(lines[0], forecast="at_risk"), name, 47, "poor") for _ in range(50)),
            900,
        ),
    )
    check_view(home_view(full, plain), "home")
    view = home_view(home, plain)
    check_view(view, "home")
    no_ping(view)
    check_view(home_view(Home(TODAY, "rep", Desk(TODAY, (), 0))), "home")
    check_view(closed_home(), "home")


@pytest.mark.parametrize("name", NASTY)
def test_digest_reminder_and_forms_fit(name: str) -> None:
    digest = Digest(
        TODAY,
        "daily",
        (
            EarlierLine(1, "Renewals that need a step", (name,) * 6, 90),
            EarlierLine(3, "Pulses to answer", (name,) * 5, 5),
            EarlierLine(4, "Follow-ups due", (name * 2,) * 6, 6),
        ),
        (Hurting(1, name, None, TODAY),) * 3,
        (LoggedTouch(name, name, "call", name * 3),) * 5,
        500,
        (DigestItem("renewal:1", name, name * 3, "2026-01-01", "", "renewal.update", "Update…", 1),) * 8,
        500,
        500,
        (name,) * 10,
        500,
    )
    assert Digest.from_facts(digest.to_facts()) == digest
    line = {"code": "signed", "account": name, "by": None, "mention": None, "details": {}}
    for message in (render_digest(digest.to_facts()), render_reminder({"line": line, "renewal_id": 3})):
        check_blocks(message.blocks)
        no_ping(message)
    check_view(plan_form(name, PlanForm(1, name * 30, name, name, None), name), "modal")
    check_view(settings_form(Wanted(None, None, False, None), "Europe/London"), "modal")
