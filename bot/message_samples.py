"""One made-up example of every kind of message and view, to be held against what a Slack takes of them.

A feature that says only one thing brings its example itself (`examples` in its feature.py). A test compares the kinds
with the registry of messages and the list of forms, so that a new one is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from bot.accounts.digest_parts import DigestItem
from bot.accounts.overview_facts import (
    AskChoice,
    ChartSeries,
    ListedRow,
    Listing,
    OverviewAsk,
    OverviewChart,
    OverviewSection,
    OverviewTable,
)
from bot.accounts.timeline_facts import Entry, Page
from bot.core.hours import UNKNOWN
from bot.core.policy import NumberGroup, default_policy
from bot.digests import messages_overview
from bot.digests.choice import DigestChoice, DigestOutcome, DigestStanding, LastDelivery, SetUpDigest, Timing
from bot.digests.facts import Digest
from bot.digests.facts_overview import FoldedKind, LastFate, Overview, OverviewPlace
from bot.digests.forms import OfferedScopes, digest_form
from bot.digests.messages import render_digest, why_digest, why_earlier
from bot.digests.messages_list import list_view, preview_view
from bot.digests.scope import Rhythm, ScopeKind
from bot.handoffs.rules import Direction
from bot.home import forms as home_forms
from bot.home.facts import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes
from bot.home.messages import closed_home, home_view
from bot.renewals.line_codes import NoticeCode as NoticeCode
from bot.renewals.rules.desk import Desk, DeskLine
from bot.slack import samples as brought
from bot.slack.form import refused_view
from bot.slack.renderers import render
from bot.slack.returned_words import with_words
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, _message
from bot.story.facts import AccountCard, Gap, HealthPart, PlanPart, RenewalPart, StepPart, TouchPart
from bot.story.forms import SharePlace, share_form
from bot.story.messages.card import account_message, account_view, past_message, preview
from bot.story.messages.timeline import timeline_view
from bot.workspace import forms as workspace_forms
from bot.workspace.messages import Unsent, help_for, unknown_word, unsent_messages
from bot.workspace.reasons import RULES, Setter, coming_line, why_view


def samples(person: str) -> Iterator[Sample]:
    """All of them; `person` is the Slack id of somebody who is there, for the fields that start with someone."""
    for kind, facts in _facts(person):
        yield _message(kind, render(kind, facts))
    yield from brought.samples(person)
    yield from _answers(person)
    for view in _views(person):
        yield Sample(f"{view['type']} {view.get('callback_id', '')}".strip(), "view", view)


def _facts(person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(kind, facts) for each kind of post; several where one kind says several things."""
    for what in ("renewal_card", "pulse_card", "health_prompt"):
        yield "card_moved", {"what": what, "account": ACCOUNT, "to": "C0123456789"}
    for why in ("shared", "guest"):
        yield "card_back", {"account": ACCOUNT, "to": person, "why": why}
        taken = {"channel": "C0123456789", "why": why, "cards": 12, "lines": 31, "accounts": [ACCOUNT] * 5}
        for by in ("", person):
            yield "channel_closed", {**taken, "guests": ["Kim", "Lee"], "may_allow": True, "allowed_by": by}
    yield "answer", {"text": "I've answered.", "blocks": []}
    yield "account_card", _story().to_facts()
    yield "digest", _digest().to_facts()
    due, sent = "2026-03-02T08:00+01:00", "2026-03-02T14:10+01:00"
    yield "digest", replace(_digest(), setup_id=7, late_since=due, sent_at=sent).to_facts()
    yield "overview", _overview().to_facts()
    yield (
        "overview",
        replace(_overview(), late_since="2026-03-02T08:00:00+00:00", at="2026-03-02T14:10:00+00:00").to_facts(),
    )


def _answers(person: str) -> Iterator[Sample]:
    """What is said in answer to a command or under a link, and is no post."""
    for role in ("rep", "support", "manager", "admin"):
        yield _message(f"answer: help for a {role}", help_for(role, 2))
    yield _message("answer: not sent", unsent_messages([Unsent("notice", "#acme", "It is archived.", TODAY, 7)], 1))
    yield _message("answer: unknown word", unknown_word("renewals", "rep"))
    yield _message("answer: words given back", with_words("Not stored.", f"/touch {WORDS * 60}"))
    yield _message("answer: account", account_message(_story(), can_share=True))
    past = replace(_story(), coming=(), gaps=(), is_past=True, not_kept=("who owned it", "what was planned for later"))
    yield _message("answer: account on a past day", past_message(past))
    yield Sample("preview of a link", "message", {"text": ACCOUNT, "blocks": preview(_story())["blocks"]})


def _views(person: str) -> Iterator[dict[str, Any]]:
    yield refused_view("Not done", "Somebody was faster.")
    yield share_form(ACCOUNT, 3, "C0123456789", SharePlace("acc-acme", True), ("Dana", "Priya"))
    for setter in (Setter("Helen", "Tue 3 March"), Setter("", "Tue 3 March"), Setter()):
        following = coming_line("Tue 3 March" if setter.by else "", "The pulse round closes")
        for rule in RULES.values():
            setters = dict.fromkeys(rule.numbers, setter)
            yield why_view(ACCOUNT, rule, default_policy("mid"), setters, False, "", following)
    yield workspace_forms.overview(_settings(person))
    yield workspace_forms.channels_form(None, None)
    yield workspace_forms.route_form(["Retail"])
    yield workspace_forms.role_form("admin")
    number = workspace_forms.NumberValue("rungs", "90, 30", "120, 90, 60, 30, 14, 7", {"small": "60, 30"}, True)
    yield workspace_forms.numbers_page(NumberGroup.RENEWALS, [number])
    yield workspace_forms.number_form(number)
    yield workspace_forms.touch_form("memo", True)
    rows = tuple(ListedRow(ACCOUNT, "Dana", "Nobody is on it", "€48,000", "Tue 21 Apr") for _ in range(10))
    yield messages_overview.list_view("needs", _overview().place, 1, Listing(rows, 35))
    yield messages_overview.list_view("sight", _overview().place, 0, Listing())
    yield account_view(_story())
    yield timeline_view(Page(3, ACCOUNT, TODAY, "", 1, 1, (Entry("touch", "call", 7, TODAY, None, WORDS),)))
    yield home_forms.settings_form(home_forms.Wanted(None, None, False, None), "Europe/London")
    yield from _digest_views()
    yield home_view(_home(is_first=True))
    yield home_view(_home(is_first=False), plain=True)
    yield closed_home()


def _digest_views() -> Iterator[dict[str, Any]]:
    """The list of digests in each state, the form of each scope, a preview and why one came."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    own = DigestChoice(ScopeKind.ME, Timing(Rhythm.DAILY))
    team = DigestChoice(ScopeKind.TEAM, Timing(Rhythm.WEEKLY, (0,), time(8)), 3, channel="C0123456789")
    made = SetUpDigest(7, 1, own, False, None, {}, None, None, "", now, "Dana")
    sent = replace(made, choice=team, outcome=DigestOutcome.SENT, outcome_at=now, post_key="digest:7:1")
    deliveries = [
        None,
        LastDelivery("sent", now, is_there=True),
        LastDelivery("sent", now, reroute_reason="guest", is_there=True),
        LastDelivery("waiting", error="Slack did not answer"),
        LastDelivery("dead", error="Slack said: channel_not_found"),
        LastDelivery("withdrawn"),
    ]
    yield list_view([], now)
    yield list_view(
        [
            DigestStanding(made, "Europe/Berlin", next_at=now),
            *(
                DigestStanding(replace(sent, outcome=one), "Europe/Berlin", is_away=True, next_at=now)
                for one in DigestOutcome
            ),
            *(DigestStanding(sent, "Europe/Berlin", one, now, is_failing=True) for one in deliveries),
            DigestStanding(replace(sent, is_paused=True), "Europe/Berlin"),
        ],
        now,
    )
    everything = OfferedScopes(True, ((3, "Dana"),), ("Retail",), True)
    for choice in (own, team):
        # A channel that is chosen already must be there, and no sample's is.
        yield digest_form(everything, replace(choice, channel=None), [UNKNOWN], {"renewals": "Renewals"}, 7)
    yield preview_view(render_digest(_digest().to_facts()))
    yield preview_view(None)
    yield why_digest("Dana", "segment Retail", "each Mon at 08:00 Europe/Berlin", is_own=False)
    yield why_earlier("daily")


def _story() -> AccountCard:
    return AccountCard(
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        tier="mid",
        values={"EUR": "48000"},
        contract_count=1,
        renewals=(
            RenewalPart(7, LATER, "2026-05-21", "upcoming", "at_risk", computed="commit", because="it is proposed"),
        ),
        renewal_count=1,
        health=HealthPart(
            40, "poor", "−3 in 30 days", ("−40 no touch",), ("pulses",), ((BEFORE, 43), ("2026-02-20", 41), (TODAY, 40))
        ),
        touches=(TouchPart(BEFORE, "call", "Dana", words=WORDS),),
        steps=(StepPart("Send the numbers", LATER, "Dana", True),),
        step_count=1,
        plan=PlanPart(WORDS, review_on=LATER),
        gaps=(Gap("no_owner"),),
        link="https://crm.example.com/a/3",
    )


def _desk() -> Desk:
    return Desk(TODAY, (DeskLine(7, ACCOUNT, LATER, "upcoming", False, {"EUR": "48000"}),), 1)


def _digest() -> Digest:
    return Digest(
        TODAY,
        "daily",
        news=(
            DigestItem("renewal:7", ACCOUNT, "€48,000 · send a proposal", LATER, "", "renewal.update", "Update…", 7),
            DigestItem("follow_up:7", ACCOUNT, WORDS, BEFORE, "", "account.story", "Story", 3, was_told=True),
        ),
        news_count=1,
        changed_count=1,
        still=(ACCOUNT,),
        still_count=1,
    )


def _overview() -> Overview:
    asks = tuple(
        OverviewAsk(
            f"overdue:{place}",
            "overdue",
            3,
            ACCOUNT,
            f"🔴 *{ACCOUNT}*: overdue · €48,000 · 12 days overdue",
            buttons=(AskChoice("Ask Dana", "overview.ask", "7"),),
            menu=(AskChoice("Account story", "account.story", "3"), AskChoice("Update…", "renewal.update", "7")),
        )
        for place in range(5)
    )
    months = ("Mar 2026", "Apr 2026")
    return Overview(
        TODAY,
        "2026-03-02T09:00:00+00:00",
        "UTC",
        "weekly",
        OverviewPlace("team", 7),
        "Dana's team",
        200,
        (
            OverviewSection(
                "needs",
                "Needs you",
                ("Worth €240,000 a year.",),
                asks=asks,
                counts={"overdue": 7},
                kinds={"overdue": ("renewal is overdue", "renewals are overdue")},
                listed=True,
            ),
            OverviewSection(
                "renewals",
                "Renewals ahead",
                ("Next 30 days: 12 renewals, *€310,000* (was €290,000 last time)",),
                chart=OverviewChart(
                    "Renewals by month and forecast, EUR", months, (ChartSeries("Commit", (310_000, 0)),), "EUR a year"
                ),
                table=OverviewTable(
                    "Renewals ahead by forecast", ("Forecast", "30 days"), (("Commit", "12, €310,000"),)
                ),
                listed=True,
            ),
            OverviewSection(
                "wins", "Won", ("✅ paid: 1 renewal, *€9,000* a year", f"{ACCOUNT}: €9,000, thanks to Dana")
            ),
        ),
        LastFate(BEFORE, 12, 7, 5, (ACCOUNT,)),
        (FoldedKind("needs", 12, "renewals have nobody on them"),),
    )


def _settings(person: str) -> workspace_forms.Shown:
    routes = [("segment", "Retail", "C0123456789")]
    return workspace_forms.Shown(None, None, routes, 1, [(person, "manager")], rates=("EUR", "USD=0.90@2025-06-30"))


def _home(is_first: bool) -> Home:
    return Home(
        as_of=TODAY,
        role="manager",
        desk=_desk(),
        pulses=(PulseToAnswer(7, ACCOUNT, LATER),),
        steps=(StepDue(7, ACCOUNT, WORDS, BEFORE, True), StepDue(8, ACCOUNT, WORDS, BEFORE)),
        accounts=(AccountRow(3, ACCOUNT, 40, -3, LATER, 50, BEFORE, 28),),
        account_total=1,
        people=(PersonRow("Dana", 3, 1, 4, 0, 1, LATER, LATER),),
        people_total=1,
        wishes=Wishes("09:00", "17:00", True, LATER),
        is_first=is_first,
        handoffs=(HandoffToAccept(7, ACCOUNT, Direction.TO_SUPPORT, "Dana", BEFORE, "Call Ruth", LATER),),
    )
