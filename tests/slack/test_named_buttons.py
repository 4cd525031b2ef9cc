"""No message names a button that is not on it; what an overdue day, a role and a tense say is so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.core.days import due, overdue
from bot.core.person import Person
from bot.digests.facts import Digest, Hurting
from bot.follow_ups.facts import FollowUpCard
from bot.handoffs.facts import HandoffCard, Package
from bot.health.facts import HealthPrompt
from bot.posts.notices import Notice
from bot.pulses.facts import GivenAnswer, PulseRed, PulseReminder, PulseReminders, PulseSummary, PulseUntouched, Said
from bot.pulses.rules import Colour
from bot.renewals.facts import (
    ContractLine,
    EscalationList,
    EscalationRow,
    RenewalCard,
    RenewalQuestion,
    ThreadLine,
)
from bot.renewals.line_codes import IN_THE_MORNING, Line
from bot.renewals.line_codes import NoticeCode as Code
from bot.renewals.messages.choices import paid_today
from bot.renewals.messages.desk import my_renewals
from bot.renewals.rules.desk import Desk, DeskLine
from bot.renewals.rules.stages import Button, Stage, buttons
from bot.slack.message import Message
from bot.slack.renderers import RENDERERS, render
from bot.slack.samples import samples
from bot.touchpoints.facts import NextStep, TouchLine
from bot.touchpoints.messages import logged_answer, no_contact, which_account_of_message
from bot.workspace.messages import help_for

TODAY = "2026-12-09"
DANA = Person("U1", "Dana", "owner")
NAMES = (
    "I'm on it", "Update…", "Snooze…", "Invoiced", "Paid", "Undo Paid", "Accept", "Return…", "Withdraw",
    "Hand over again…", "Next step…", "Health check…", "Done", "Not needed", "Kept", "Not kept", "It was kept",
    "Edit", "Undo", "Log it anyway…", "Correct it…", "Log a touch…", "Another step…", "Choose the account", "Try again",
    "Try all again", "The whole story", "Share…", "Hand over…", "See how it is now",
    "Update a renewal", "My renewals", "Change…",
)  # fmt: skip
QUOTED = re.compile(r"\*([^*\n]{2,20})\*|[Pp]ress(?:ing)? ([A-Z][^.,;:]{1,20}?)(?=[.,;: ]|$)")


def card(**values: Any) -> RenewalCard:
    """A renewal's card."""
    filled: dict[str, Any] = {
        "renewal_id": 1, "account_id": 2, "account": "Acme", "tier": "smb", "deadline": "2027-01-02",
        "renewal_date": "2027-01-02", "as_of": TODAY, "days_left": 24, "auto_renew": False, "stage": "upcoming",
        "stage_since": "2026-12-01", "values": {"EUR": "100"}, "owner": DANA,
        "contracts": (ContractLine("Robots", "100", "EUR", "2027-01-02"),),
    }  # fmt: skip
    return RenewalCard(**{**filled, **values})


def said() -> list[tuple[str, Message]]:
    """Every kind of message about renewals, follow-ups, handoffs and help, as far as it names what to press."""
    found: list[tuple[str, Message]] = []
    for stage in Stage:
        for claimed in (False, True):
            shown = tuple(buttons(stage, claimed, may_undo=True))
            won = {"outcome": "won", "undo_until": "2026-12-10 09:30"} if stage is Stage.PAID else {}
            lost = {"outcome": "lost"} if stage is Stage.LOST else {}
            for why in ("first", "rung", "overdue", "unpaid"):
                one = card(stage=stage, buttons=shown, why=why, why_rung=30, **won, **lost)
                found.append((f"card {stage} {why}", render("renewal_card", one.to_facts())))
    details = {
        "as_of": TODAY, "deadline": "2027-01-02", "days_left": "24", "renewal_date": "2026-11-02", "rung": "30",
        "next_renewal_date": "2027-11-02", "since": "2026-11-02", "until": "2026-12-20", "from": "Marco",
        "forecast": "best_case", "ask": "decision",
        "contracts": "Robots", "lost_reason": "price", "stage_since": "2026-12-01", "next": "Helen",
        "next_on": "2026-12-12", "outcome": "ended", "owner": "Dana", "claimed_by": "",
    }  # fmt: skip
    for code in Line:
        for stage in ("signed", "invoiced"):
            for claimed in ("", "yes"):
                line = ThreadLine(code, "Acme", DANA, None, {**details, "stage": stage, "claimed": claimed}, 1)
                if code is Line.UPDATED:
                    line = replace(line, details={"as_of": TODAY})
                found.append((f"line {code}", render("story_line", line.to_facts())))
                told = {"line": line.to_facts(), "renewal_id": 12}
                found.append((f"reminder {code}", render("reminder", told)))
                alone = replace(line, renewal_id=0)
                if code in (Line.RELEASED, Line.PAID_UNDONE, Line.SIGNED, Line.WON):
                    found.append((f"timeline {code}", render("story_line", alone.to_facts())))
    rows = tuple(
        EscalationRow(1, 2, "Acme", "upcoming", TODAY, TODAY, codes=(code,), details=details, owner=DANA)
        for code in sorted(IN_THE_MORNING)
    )
    found.append(("escalations", render("escalations", EscalationList.of(TODAY, "U2", rows).to_facts())))
    found.append(("renewal_question", render("renewal_question", RenewalQuestion(TODAY, DANA, rows[0]).to_facts())))
    for notice in sorted(set(Code) - IN_THE_MORNING):
        facts = Notice(notice, "Acme", 1, 2, {**details, "stage": "invoiced"}).to_facts()
        found.append((f"notice {notice}", render("notice", facts)))
    for why in ("given", "due", "broken"):
        for outcome in ("", "broken"):
            for is_own in (True, False):
                step = FollowUpCard(
                    1, 2, "Acme", "Send it", "2026-12-01", TODAY, why, "Dana", "Priya", True, is_own, outcome
                )
                found.append((f"follow-up {why} {outcome}", render("follow_up", step.to_facts())))
    for why in ("package", "reminder", "late", "settled", "replaced", "lead"):
        for reader in ("receiver", "giver", "manager", "former", "channel"):
            for state in ("waiting", "accepted", "returned"):
                one = HandoffCard(
                    1, 2, "Acme", "to_support", TODAY, TODAY, "Dana", "Priya", why, reader, Package("a", "b", "", "c"),
                    next_on=TODAY, state=state, settled_by="Priya" if state != "waiting" else "", settled_on=TODAY,
                )  # fmt: skip
                fits = (why in ("settled",)) == (state != "waiting") or why in ("replaced", "lead")
                if fits and (why, reader) in SENT:
                    found.append((f"handoff {why} {reader} {state}", render("handoff", one.to_facts())))
    found += [(f"help {role}", help_for(role, 3)) for role in ("rep", "support", "manager", "admin")]
    found += learned()
    lines = tuple(DeskLine(n, "Acme", "2026-01-02", stage, n % 2 == 0) for n, stage in enumerate(list(Stage)[:7]))
    found.append(("desk", my_renewals(Desk(TODAY, lines, 7))))
    return found


def learned() -> list[tuple[str, Message]]:
    """Every kind of message about touches, pulses and health, open and ended; and the answers to what was pressed."""
    made = [
        (one.kind, Message(str(one.body["text"]), list(one.body["blocks"])))
        for one in samples("U1")
        # Renewals and handoffs are above, in all of their states; a sample of a line stands without a card.
        if one.form == "message" and one.kind not in ("story_line", "reminder")
    ]
    step = NextStep("Send it", "Dana", "2026-12-20")
    red = Said(Colour.RED, ("Slow answers",), "They wait", date(2026, 12, 8), by=DANA)
    changed = replace(red, colour=Colour.GREEN, earlier=(GivenAnswer(Colour.RED, ("Slow answers",), "They wait"),))
    for given in (red, changed):
        for to in ("owner", "manager", "instead", "leadership"):
            for is_closed in (True, False):
                told = PulseRed(7, 3, "Acme", TODAY, "2026-12-08", "2026-12-14", given, to, "Dana", is_closed)
                made.append((f"pulse_red {to}", render("pulse_red", told.to_facts())))
    for alarms in ((), ("red",), ("apart",), ("red", "apart")):
        for steps in ((), (step,), (replace(step, outcome="done"),)):
            for is_alone in (True, False):
                summary = PulseSummary(
                    7, 3, "Acme", TODAY, {"red": 1}, 2, alarms=alarms, said=(red,), steps=steps, is_alone=is_alone,
                    escalates_to="manager", escalates_on="2026-12-14",
                )  # fmt: skip
                made.append((f"pulse_summary {alarms}", render("pulse_summary", summary.to_facts())))
            if alarms:
                late = PulseUntouched(7, 3, "Acme", TODAY, "2026-12-04", 2, alarms, ("Dana",), (red,), steps)
                made.append((f"pulse_untouched {alarms}", render("pulse_untouched", late.to_facts())))
    for is_answered in (True, False):
        for is_closed in (True, False):
            one = PulseReminder(7, 3, "Acme", TODAY, "2026-12-04", "2026-12-14", 3, is_answered, is_closed)
            for rounds in ((one,), (one, replace(one, round_id=8))):
                made.append(("pulse_reminder", render("pulse_reminder", PulseReminders(rounds).to_facts())))
    for why in ("cadence", "red_pulse"):
        prompt = HealthPrompt(3, "Acme", why, TODAY, 90, "U1", pulse_on="2026-12-04")
        for one_prompt in (prompt, replace(prompt, done_by=DANA, done_on=TODAY, next_on="2027-03-09")):
            made.append((f"health_prompt {why}", render("health_prompt", one_prompt.to_facts())))
    for kind in ("", "call", "note"):
        for outcome in ("logged", "undone", "deleted"):
            for is_answer in (True, False):
                line = TouchLine(
                    7, "Acme", TODAY, TODAY, kind, DANA, words="x", next_steps=(step,), outcome=outcome,
                    is_answer=is_answer,
                )  # fmt: skip
                made.append((f"touch_line {outcome}", render("touch_line", line.to_facts())))
        made.append(("touch answer", logged_answer(TouchLine(7, "Acme", TODAY, TODAY, kind, DANA, words="x"))))
    made += [
        ("no contact", no_contact("Kim", "is a guest here", "C1", "1.2", is_marked)) for is_marked in (True, False)
    ]
    made += [
        ("marked", which_account_of_message("C1", "1.2")),
        ("paid", paid_today("Acme", [(1, "Dana paid")], [(2, "x")])),
    ]
    return made


OTHERWISE = {"renewal_card": "card", "story_line": "line", "follow_up": "follow-up"}
"""Kinds that go by another word here."""

SENT = {
    ("package", "receiver"), ("reminder", "receiver"), ("late", "giver"), ("late", "manager"), ("settled", "giver"),
    ("settled", "receiver"), ("replaced", "former"), ("lead", "channel"),
}  # fmt: skip


def shown_on(message: Message) -> set[str]:
    """The labels of a message's buttons."""
    return {
        found["text"]["text"]
        for found in _dicts(message.blocks)
        if found.get("type") == "button" and isinstance(found.get("text"), dict)
    }


def in_the_menu(message: Message) -> set[str]:
    """The lines behind a message's dots."""
    menus = [one for one in _dicts(message.blocks) if one.get("type") == "overflow"]
    return {option["text"]["text"] for menu in menus for option in menu["options"]}


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [one for item in value for one in _dicts(item)]
    if isinstance(value, dict):
        return [value, *(one for item in value.values() for one in _dicts(item))]
    return []


def named(message: Message) -> set[str]:
    """The buttons that its words name, by quoting or by telling someone to press them."""
    words = json.dumps([b for b in message.blocks if b["type"] != "actions"], ensure_ascii=False)
    quoted = {a or b for a, b in QUOTED.findall(words)}
    return {name for name in NAMES if name in quoted}


def test_every_button_that_a_message_names_is_on_it() -> None:
    wrong = [(what, named(message) - shown_on(message) - in_the_menu(message)) for what, message in said()]
    assert [one for one in wrong if one[1]] == []


def test_no_kind_of_message_is_left_out() -> None:
    assert set(RENDERERS) <= {what.partition(" ")[0] for what, _ in said()} | set(OTHERWISE)
    assert set(OTHERWISE.values()) <= {what.partition(" ")[0] for what, _ in said()}


def test_who_chose_direct_messages_can_press_there_what_the_line_names() -> None:
    for claimed, labels in (("", {"I'm on it", "Snooze…"}), ("yes", {"Update…", "Snooze…"})):
        details = {"as_of": TODAY, "deadline": "2027-01-02", "days_left": "24", "claimed": claimed}
        line = ThreadLine(Line.RUNG, "Acme", None, None, details).to_facts()
        told = render("reminder", {"line": line, "renewal_id": 12})
        assert shown_on(told) == labels and "on the card" not in told.text


def test_paid_never_stands_beside_invoiced_and_always_asks() -> None:
    for what, message in said():
        labels = shown_on(message)
        assert not {"Paid", "Invoiced"} <= labels, what
        for button in _dicts(message.blocks):
            if button.get("type") == "button" and button["text"]["text"] == "Paid":
                assert "It can be undone for a day" in button["confirm"]["text"]["text"], what


@pytest.mark.parametrize(
    ("deadline", "renewal", "auto", "words"),
    [
        ("2026-01-02", "2026-01-02", False, "⛔ 341 days overdue"),
        ("2025-12-03", "2026-12-08", False, "⛔ 1 day overdue"),
        ("2026-11-09", "2027-01-02", False, "notice window closed 30 days ago, renews Sat 2 Jan 2027"),
        ("2026-11-09", "2027-01-02", True, "notice window closed 30 days ago, renews Sat 2 Jan 2027"),
        ("2026-12-09", "2026-12-09", False, "Wed 9 Dec, today"),
        ("2026-12-20", "2027-01-02", False, "Sun 20 Dec, in 11 days"),
    ],
)
def test_what_has_passed_says_how_long_it_is_overdue(deadline: str, renewal: str, auto: bool, words: str) -> None:
    days = (date.fromisoformat(deadline), date.fromisoformat(renewal))
    assert due(*days, auto, date.fromisoformat(TODAY)) == words
    assert overdue(date(2026, 12, 8), date(2026, 12, 9)) == "⛔ 1 day overdue"


def test_no_screen_calls_a_passed_day_a_deadline() -> None:
    late = card(deadline="2026-01-02", renewal_date="2026-01-02", days_left=-341, why="overdue")
    digest = Digest(TODAY, "daily", hurting=(Hurting(2, "Acme", 40, "2026-01-02", "2026-01-02"),))
    desk = Desk(TODAY, (DeskLine(1, "Acme", "2026-01-02", "upcoming", True, {}, 0, "2026-01-02"),), 1)
    for message in (render("renewal_card", late.to_facts()), render("digest", digest.to_facts()), my_renewals(desk)):
        assert "⛔ 341 days overdue" in message.text and "eadline Fri 2 Jan" not in message.text
    signed = Desk(TODAY, (DeskLine(1, "Acme", "2026-01-02", "signed", True, {}, 0, "2027-02-06"),), 1)
    assert "✍️ Acme: signed · value not known · new term begins Sat 6 Feb 2027." in my_renewals(signed).text


def test_buttons_of_a_line_are_those_of_its_renewal() -> None:
    line = ThreadLine(Line.RUNG, "Acme", None, "U1", {"as_of": TODAY, "deadline": "2027-01-02", "days_left": "24"}, 12)
    made = [one for one in _dicts(render("story_line", line.to_facts()).blocks) if one.get("type") == "button"]
    assert [(one["action_id"], one["value"]) for one in made] == [("renewal.claim", "12"), ("renewal.snooze", "12")]
    assert Button.UNDO in buttons(Stage.PAID, True, may_undo=True) and buttons(Stage.PAID, True) == ()
