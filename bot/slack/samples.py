"""One made-up example of every kind of message and view, to be held against what a Slack takes of them.

A test compares the kinds with the registry of messages and the list of forms, so that a new one is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.rules.account_cards import AccountCard, Gap, HealthPart, PlanPart, RenewalPart, StepPart, TouchPart
from bot.rules.cards import ContractLine, Notice, Person, RenewalCard, StoryLine
from bot.rules.coverage import Coverage, Month, Unheard, Year
from bot.rules.desk import Desk, DeskLine
from bot.rules.handoff_cards import HandoffCard, Package
from bot.rules.handoffs import Direction
from bot.rules.health_cards import HealthAlert, HealthLine, HealthPrompt
from bot.rules.health_checks import Scale
from bot.rules.home_cards import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes
from bot.rules.home_digest import Digest, Hurting
from bot.rules.pulse_cards import (
    Own,
    PulseCard,
    PulseRed,
    PulseReminder,
    PulseReminders,
    PulseSummary,
    PulseUntouched,
    Said,
    SaidBefore,
)
from bot.rules.pulses import Colour
from bot.rules.stages import Stage, buttons, snooze_choices
from bot.rules.story import Line
from bot.rules.story import Notice as NoticeCode
from bot.rules.timeline import Entry, Page
from bot.rules.touch_cards import FollowUpCard, NextStep, TouchLine
from bot.slack.forms import health_check, my_settings, pick_renewal, pulses, touchpoint
from bot.slack.forms import settings as settings_forms
from bot.slack.forms.building import refused_view
from bot.slack.forms.handoff import HandoffEntry, Waiting, handoff_form, receipt_view, return_form
from bot.slack.forms.insight import insight_form
from bot.slack.forms.plan import PlanForm, plan_form
from bot.slack.forms.share_account import Place, share_form
from bot.slack.forms.snooze_renewal import snooze_form
from bot.slack.forms.update_renewal import Typed, update_form
from bot.slack.messages import Message, render
from bot.slack.messages.account import account_message, account_view, preview
from bot.slack.messages.choices import paid_today, which_account, which_renewal
from bot.slack.messages.desk import my_renewals
from bot.slack.messages.help import Unsent, help_for, unknown_word, unsent_messages
from bot.slack.messages.home import closed_home, home_view
from bot.slack.messages.pulse_coverage import coverage_message
from bot.slack.messages.pulses import own_answer
from bot.slack.messages.returned import with_words
from bot.slack.messages.timeline import timeline_view
from bot.slack.messages.touchpoints import no_contact, which_account_of_message

ACCOUNT, TODAY, LATER, BEFORE = "Acme Robotics", "2026-03-02", "2026-04-21", "2026-02-02"
WORDS = "They like the new dashboard & ask for <more> of it."
REASONS = ("Price", "Support was slow")


@dataclass(frozen=True, slots=True)
class Sample:
    """One example. `form` is "message" or "view"; `body` is what blocks.validate takes under that name."""

    kind: str
    form: str
    body: Mapping[str, Any]


def samples(person: str) -> Iterator[Sample]:
    """All of them; `person` is the Slack id of somebody who is there, for the fields that start with someone."""
    for kind, facts in _facts(person):
        yield _message(kind, render(kind, facts))
    yield from _answers(person)
    for view in _views(person):
        yield Sample(f"{view['type']} {view.get('callback_id', '')}".strip(), "view", view)


def _message(kind: str, message: Message) -> Sample:
    return Sample(kind, "message", {"text": message.text, "blocks": message.blocks})


def _facts(person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(kind, facts) for each kind of post; several where one kind says several things."""
    for stage in Stage:
        yield "renewal_card", _card(person, stage).to_facts()
    yield "card_moved", {"account": ACCOUNT, "to": "C0123456789"}
    details = _details()
    for code in Line:
        yield "story_line", StoryLine(code, ACCOUNT, Person(person, "Dana"), person, details).to_facts()
    for notice in NoticeCode:
        yield "notice", Notice(notice, ACCOUNT, 7, 3, details).to_facts()
    yield "answer", {"text": "I've answered.", "blocks": []}
    yield "account_card", _story().to_facts()
    yield "digest", _digest().to_facts()
    line: dict[str, Any] = {"code": "signed", "account": ACCOUNT, "by": None, "mention": None, "details": {}}
    yield "reminder", {"line": line, "renewal_id": 7}
    yield "touch_line", _touch(person).to_facts()
    for why in ("given", "due", "broken"):
        yield "follow_up", _follow_up(why).to_facts()
    for why in ("package", "reminder", "late", "settled"):
        yield "handoff", _handoff(why).to_facts()
    yield "pulse_card", _pulse(person).to_facts()
    yield "pulse_card", _pulse(person, closed_on=TODAY).to_facts()
    yield "pulse_reminder", PulseReminders((PulseReminder(7, 3, ACCOUNT, TODAY, BEFORE, LATER, 3),)).to_facts()
    yield "pulse_summary", _summary(person).to_facts()
    for colour in ("red", "green"):
        for to in ("owner", "manager", "leadership", "instead"):
            yield "pulse_red", _red(person, colour, to).to_facts()
    yield "pulse_untouched", _untouched(person).to_facts()
    yield "health_prompt", _prompt(person).to_facts()
    yield "health_line", _check_line(person).to_facts()
    yield "health_alert", _alert().to_facts()


def _answers(person: str) -> Iterator[Sample]:
    """What is said in answer to a command or under a link, and is no post."""
    for role in ("rep", "support", "manager", "admin"):
        yield _message(f"answer: help for a {role}", help_for(role, 2))
    yield _message("answer: not sent", unsent_messages([Unsent("notice", "#acme", "It is archived.", TODAY, 7)], 1))
    yield _message("answer: my renewals", my_renewals(_desk()))
    yield _message("answer: which account", which_account([(3, ACCOUNT)]))
    yield _message("answer: which renewal", which_renewal(ACCOUNT, [(7, "21 April"), (8, "1 May")]))
    yield _message("answer: paid today", paid_today(ACCOUNT, [(7, "21 April")], [(8, "1 May")]))
    yield _message("answer: which account of a message", which_account_of_message("C0123456789", "1772443800.000100"))
    yield _message("answer: no contact", no_contact("Gina", "guest", "C0123456789", "1772443800.000100"))
    yield _message("answer: unknown word", unknown_word("renewals", "rep"))
    own = Own(7, ACCOUNT, TODAY, LATER, "red", REASONS, WORDS, BEFORE, is_asked=True)
    yield _message("answer: own pulse answer", own_answer(own))
    yield _message("answer: words given back", with_words("Not stored.", f"/touch {WORDS * 60}"))
    yield _message("answer: account", account_message(_story(), can_share=True))
    yield _message("answer: pulse coverage", coverage_message(_coverage()))
    yield _message("answer: touch logged", _touch_answered(_touch(person)))
    yield Sample("preview of a link", "message", {"text": ACCOUNT, "blocks": preview(_story())["blocks"]})


def _views(person: str) -> Iterator[dict[str, Any]]:
    day = date.fromisoformat(TODAY)
    card, draft = _card(person, Stage.UPCOMING), touchpoint.Draft(datetime(2026, 3, 2, 9, tzinfo=UTC), (ACCOUNT, "3"))
    for stage in Stage:
        yield update_form(_card(person, stage), person)
        yield update_form(card, person, typed=Typed({"stage": stage.value}))
    yield refused_view("Not done", "Somebody was faster.")
    yield receipt_view(7, ACCOUNT, "Priya", "to_support", ("Tue 3 March", "Thu 5 March"))
    yield share_form(ACCOUNT, 3, "C0123456789", Place("acc-acme", True), ("Dana", "Priya"))
    yield snooze_form(card, snooze_choices(date.fromisoformat(LATER), day), day)
    yield pick_renewal.account_form()
    yield pick_renewal.renewals_form(ACCOUNT, 3, [("21 April", "7"), ("1 May", "8")])
    yield health_check.health_form(3, ACCOUNT, day, person, REASONS)
    yield settings_forms.overview(_settings(person))
    yield settings_forms.channels_form(None, None)
    yield settings_forms.route_form(["Retail"])
    yield settings_forms.role_form("admin")
    yield settings_forms.number_form()
    yield settings_forms.touch_form("memo", True)
    yield touchpoint.touch_form(draft)
    yield touchpoint.touch_form(touchpoint.Draft(draft.at, draft.account, source=touchpoint.Source(touchpoint_id=7)))
    yield touchpoint.deleted_view()
    yield touchpoint.kept_view("It is there already.")
    yield insight_form(["Retail"], WORDS, "https://example.com/study", (ACCOUNT, "3"))
    yield pulses.why_form(ACCOUNT, 7, Colour.RED, REASONS, 5)
    yield pulses.step_form(_pulse(person), person)
    yield pulses.reasons_form(REASONS)
    yield account_view(_story())
    yield timeline_view(Page(3, ACCOUNT, TODAY, "", 1, 1, (Entry("touch", "call", 7, TODAY, None, WORDS),)))
    yield plan_form(ACCOUNT, PlanForm(3, WORDS, "hours saved", "monthly", None))
    package = Package(WORDS, WORDS, WORDS, "Call Ruth", LATER)
    waiting = Waiting(7, Direction.TO_SUPPORT, "Dana", "Priya", BEFORE, True)
    yield handoff_form(ACCOUNT, HandoffEntry(3, Direction.TO_SUPPORT, person, package), TODAY, [waiting])
    yield return_form(ACCOUNT, "Dana", 7)
    yield my_settings.settings_form(my_settings.Wanted(None, None, False, "off", None), "Europe/London")
    yield home_view(_home(is_first=True))
    yield home_view(_home(is_first=False), plain=True)
    yield closed_home()


def _details() -> Mapping[str, str]:
    """Everything that a line or a notice may use."""
    days = dict.fromkeys(("deadline", "renewal_date", "renewal_date_before", "close_date", "until", "next_on"), LATER)
    past = dict.fromkeys(("since", "stage_since"), BEFORE)
    people = dict.fromkeys(("from", "owner", "claimed_by", "next", "instead_of"), "Dana")
    words = dict.fromkeys(("reason", "forecast_reason", "lost_words", "contracts"), WORDS)
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
        "proposed_value": "52000",
        "proposed_currency": "EUR",
        "next_renewal_date": "2027-04-21",
        "lost_reason": "price",
        "outcome": "merged",
    }
    return {**days, **past, **people, **words, **rest}


def _card(person: str, stage: Stage) -> RenewalCard:
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


def _story() -> AccountCard:
    return AccountCard(
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        tier="mid",
        values={"EUR": "48000"},
        contract_count=1,
        renewals=(RenewalPart(7, LATER, "2026-05-21", "upcoming", "at_risk"),),
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
        renewals=(ACCOUNT,),
        renewal_count=1,
        pulses=(ACCOUNT,),
        steps=(WORDS,),
        hurting=(Hurting(3, ACCOUNT, 40, LATER),),
    )


def _touch(person: str) -> TouchLine:
    step = NextStep("Send the numbers", "Dana", LATER)
    return TouchLine(7, ACCOUNT, BEFORE, TODAY, "call", Person(person, "Dana"), words=WORDS, next_steps=(step,))


def _touch_answered(line: TouchLine) -> Message:
    """The same line as the answer to who logged it."""
    return render("touch_line", {**line.to_facts(), "is_answer": True})


def _follow_up(why: str) -> FollowUpCard:
    return FollowUpCard(7, 3, ACCOUNT, WORDS, BEFORE, TODAY, why, "Dana", "Priya", is_promise=why == "broken")


def _handoff(why: str) -> HandoffCard:
    return HandoffCard(
        handoff_id=7,
        account_id=3,
        account=ACCOUNT,
        direction=Direction.TO_SUPPORT,
        as_of=TODAY,
        given_on=BEFORE,
        giver="Dana",
        receiver="Priya",
        why=why,
        reader="receiver",
        package=Package(WORDS, WORDS, WORDS, "Call Ruth", LATER),
        state="returned" if why == "settled" else "waiting",
        gaps=WORDS if why == "settled" else "",
        settled_by="Priya" if why == "settled" else "",
        settled_on=TODAY if why == "settled" else "",
    )


def _pulse(person: str, closed_on: str | None = None) -> PulseCard:
    who = Person(person, "Dana")
    said = (Said(who, "red", REASONS, WORDS),) if closed_on else ()
    return PulseCard(
        round_id=7,
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        opened_on=BEFORE,
        closes_on=LATER,
        cadence=30,
        asked=(who,),
        answered=(who,) if closed_on else (),
        insight=WORDS,
        insight_url="https://example.com/study",
        closed_on=closed_on,
        said=said,
        counts={"red": 1} if closed_on else {},
    )


def _summary(person: str) -> PulseSummary:
    said = Said(Person(person, "Dana"), "red", REASONS, WORDS)
    return PulseSummary(7, 3, ACCOUNT, TODAY, {"red": 1}, 2, silent=("Priya",), alarms=("red",), said=(said,))


def _red(person: str, colour: str, to: str) -> PulseRed:
    before = SaidBefore("red", REASONS, WORDS)
    said = Said(Person(person, "Dana"), colour, REASONS, WORDS, BEFORE, () if colour == "red" else (before,))
    return PulseRed(7, 3, ACCOUNT, TODAY, BEFORE, LATER, said, to, owner="Priya")


def _untouched(person: str) -> PulseUntouched:
    said = Said(Person(person, "Dana"), "red", REASONS, WORDS)
    return PulseUntouched(7, 3, ACCOUNT, TODAY, BEFORE, 2, ("red",), ("Dana",), (said,))


def _prompt(person: str) -> HealthPrompt:
    return HealthPrompt(3, ACCOUNT, "cadence", TODAY, 90, person, Person(person, "Dana"), BEFORE, 4.0, "Priya")


def _check_line(person: str) -> HealthLine:
    return HealthLine(
        check_id=7,
        account_id=3,
        account=ACCOUNT,
        by=Person(person, "Dana"),
        on=BEFORE,
        as_of=TODAY,
        average=2.2,
        average_before=4.0,
        before_on=BEFORE,
        scales=tuple((scale.value, 2, 4) for scale in Scale),
        heard=WORDS,
        risks=REASONS,
        next_step="Send the numbers",
        next_step_by="Dana",
        next_step_on=LATER,
        score=40,
        score_before=43,
    )


def _alert() -> HealthAlert:
    reasons = ("−40 no touch for 41 days",)
    return HealthAlert(3, ACCOUNT, 40, 60, BEFORE, TODAY, "poor", "−20 in 30 days", "Newest: pulses today", reasons)


def _settings(person: str) -> settings_forms.Shown:
    routes = [("segment", "Retail", "C0123456789")]
    return settings_forms.Shown(None, None, routes, [("*", "rungs", "90, 60, 30")], [(person, "manager")])


def _coverage() -> Coverage:
    day = date.fromisoformat(TODAY)
    months, years = (Month(date(2026, 2, 1), 2, 2), Month(date(2026, 3, 1), 3, 2)), (Year(2025, 9, 3),)
    return Coverage(day, 90, 9, 5, 4, 2, months, years, (Unheard(ACCOUNT, "Dana", day),))


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
        wishes=Wishes("09:00", "17:00", True, "daily", LATER),
        is_first=is_first,
        handoffs=(HandoffToAccept(7, ACCOUNT, Direction.TO_SUPPORT, "Dana", BEFORE, "Call Ruth", LATER),),
    )
