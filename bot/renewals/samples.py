"""Samples of renewals: the card in each stage, every line and notice, and the forms behind the card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.accounts.samples import DECISION
from bot.core.person import Person
from bot.core.policy import default_policy
from bot.posts.notices import Notice
from bot.renewals.decision_facts import LastDecision
from bot.renewals.facts import ContractLine, EscalationList, EscalationRow, RenewalCard, RenewalQuestion, ThreadLine
from bot.renewals.forms import pick
from bot.renewals.forms.snooze import snooze_form
from bot.renewals.forms.update import Typed, update_form
from bot.renewals.line_codes import IN_THE_MORNING, Line, NoticeCode
from bot.renewals.messages.card import details_view
from bot.renewals.messages.choices import paid_today, which_account, which_renewal
from bot.renewals.messages.decision import decision_lines
from bot.renewals.messages.desk import my_renewals
from bot.renewals.messages.reasons import next_word, why_rule
from bot.renewals.rules.desk import Desk, DeskLine
from bot.renewals.rules.stages import Stage, buttons, snooze_choices
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, answer, post, view
from bot.workspace.reasons import why_view


def samples(person: str) -> Iterator[Sample]:
    """Posts, then answers, then views."""
    for stage in Stage:
        yield post("renewal_card", sample_card(person, stage))
    yield from _lines(person)
    yield from _in_the_morning(person)
    yield answer("my renewals", my_renewals(sample_desk()))
    yield answer("which account", which_account([(3, ACCOUNT)]))
    yield answer("which renewal", which_renewal(ACCOUNT, [(7, "21 April"), (8, "1 May")]))
    yield answer("paid today", paid_today(ACCOUNT, [(7, "21 April")], [(8, "1 May")]))
    card, day = sample_card(person, Stage.UPCOMING), date.fromisoformat(TODAY)
    for stage in Stage:
        yield view(update_form(sample_card(person, stage), person))
        yield view(update_form(card, person, typed=Typed({"stage": stage.value})))
    yield view(details_view(card))
    yield view(details_view(card, "", decision_lines(DECISION, LastDecision("proposed", BEFORE, TODAY), TODAY)))
    rule, policy = why_rule(card), default_policy(card.tier)
    for manages in (True, False):
        yield view(why_view(ACCOUNT, rule, policy, {}, manages, "Helen", next_word(card)))
    yield view(snooze_form(card, snooze_choices(date.fromisoformat(LATER), day), day))
    yield view(pick.account_form())
    yield view(pick.renewals_form(ACCOUNT, 3, [("21 April", "7"), ("1 May", "8")]))


def sample_card(person: str, stage: Stage) -> RenewalCard:
    """The card in this stage; `person` owns the account."""
    owner = Person(person, "Dana", "owner")
    return RenewalCard(
        renewal_id=7,
        account_id=3,
        account=ACCOUNT,
        tier="mid",
        deadline=LATER,
        renewal_date="2026-05-21",
        as_of=TODAY,
        days_left=50,
        auto_renew=True,
        stage=stage.value,
        stage_since=BEFORE,
        values={"EUR": "48000", "USD": "9000"},
        contracts=(ContractLine("Robots", "48000", "EUR", "2026-05-21", True, 30),),
        contract_count=1,
        owner=owner,
        team=(owner,),
        forecast="at_risk",
        forecast_reason=WORDS,
        lost_reason="price" if stage is Stage.LOST else None,
        outcome="lost" if stage is Stage.LOST else None,
        why="rung",
        why_rung=60,
        next_kind="rung",
        next_at=LATER,
        buttons=tuple(buttons(stage, False)),
        health_score=40,
        health_words=("−40 no touch for 41 days, cadence 30",),
    )


def sample_desk() -> Desk:
    """One renewal of one's own."""
    return Desk(TODAY, (DeskLine(7, ACCOUNT, LATER, "upcoming", False, {"EUR": "48000"}),), 1)


def _lines(person: str) -> Iterator[Sample]:
    """Every line of a thread, and every notice that comes by itself."""
    details = _details()
    for code in Line:
        yield post("story_line", ThreadLine(code, ACCOUNT, Person(person, "Dana"), person, details))
    line: dict[str, Any] = {"code": "signed", "account": ACCOUNT, "by": None, "mention": None, "details": {}}
    yield post("reminder", {"line": line, "renewal_id": 7})
    for notice in NoticeCode:
        if notice not in IN_THE_MORNING:
            yield post("notice", Notice(notice, ACCOUNT, 7, 3, details))


def _in_the_morning(person: str) -> Iterator[Sample]:
    """A manager's list: long, of one row, and settled; and the question that it asks an owner."""
    details, dana = _details(), Person(person, "Dana")
    rows = tuple(
        EscalationRow(7, 3, ACCOUNT, "upcoming", LATER, LATER, codes=(code,), details=details, owner=dana)
        for code in sorted(IN_THE_MORNING)
    )
    settled = tuple(replace(rows[0], settled=code, settled_by="Dana") for code in Line)
    yield post("escalations", EscalationList.of(TODAY, "U0123456789", rows * 3))
    yield post("escalations", EscalationList.of(TODAY, person, (rows[0],)))
    yield post("escalations", EscalationList.of(TODAY, person, settled[:10]))
    yield post("renewal_question", RenewalQuestion(TODAY, dana, rows[0]))


def _details() -> Mapping[str, str]:
    """Everything that a line or a notice may use."""
    days = dict.fromkeys(("deadline", "renewal_date", "renewal_date_before", "close_date", "until", "next_on"), LATER)
    past = dict.fromkeys(("since", "stage_since"), BEFORE)
    people = dict.fromkeys(("from", "owner", "claimed_by", "next", "instead_of", "called_by"), "Dana")
    words = dict.fromkeys(("reason", "forecast_reason", "lost_words", "contracts"), WORDS)
    words |= {"because": "health is poor (31 of 100)", "older": "since that call a pulse was red (Tue 3 Mar)"}
    words |= {"unproven": "commit without evidence: no touch or pulse heard for 41 days"}
    rest = {
        "as_of": TODAY,
        "rung": "60",
        "days_left": "50",
        "mark": "7",
        "count": "3",
        "stage": "proposed",
        "stage_before": "upcoming",
        "forecast": "at_risk",
        "forecast_before": "",
        "computed": "best_case",
        "ask": "plan",
        "proposed_value": "52000",
        "proposed_currency": "EUR",
        "next_renewal_date": "2027-04-21",
        "lost_reason": "price",
        "outcome": "merged",
    }
    return {**days, **past, **people, **words, **rest}
