"""One made-up example of every kind of message and view, to be held against what a Slack takes of them.

A feature that says only one thing brings its example itself (`examples` in its feature.py). A test compares the kinds
with the registry of messages and the list of forms, so that a new one is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from bot.accounts.digest_parts import DigestItem
from bot.accounts.forms import WhoDraft
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
from bot.accounts.people_facts import PersonView
from bot.accounts.timeline_facts import Entry, Page
from bot.autopsies.facts import AutopsyCard, AutopsyPage, HelpAnswer, SignalLine
from bot.autopsies.forms import help_form
from bot.autopsies.messages import no_autopsy, signals_view
from bot.autopsies.rules.signals import SignalKind, SignalVerdict
from bot.competitors.facts import ClaimLine
from bot.competitors.forms import answer_form, claim_form
from bot.core.customer_people import PeopleConcern, PeopleGap, PersonPart, concern_words
from bot.core.decision_lines import DecisionLine
from bot.core.hours import UNKNOWN
from bot.core.person import Person
from bot.core.policy import NumberGroup, default_policy
from bot.digests import messages_overview
from bot.digests.choice import DigestChoice, DigestOutcome, DigestStanding, LastDelivery, SetUpDigest, Timing
from bot.digests.facts import Digest
from bot.digests.facts_overview import FoldedKind, LastFate, Overview, OverviewPlace
from bot.digests.forms import OfferedScopes, digest_form
from bot.digests.messages import render_digest, why_digest, why_earlier
from bot.digests.messages_list import list_view, preview_view
from bot.digests.scope import Rhythm, ScopeKind
from bot.feedback.forms import dismissal_form
from bot.feedback.forms import receipt_view as receipt_view_of_dismissal
from bot.feedback.rules import AlertKind, AlertReference, offered
from bot.follow_ups.facts import FollowUpCard
from bot.forecast.facts import MarkScore, OpenCall, TwoKeys
from bot.forecast.forms import keep_form
from bot.forecast.messages import beside, my_forecast, team_forecast
from bot.handoffs.facts import HandoffCard, Package
from bot.handoffs.forms import Beside, HandoffEntry, WaitingHandoff, handoff_form, receipt_view, return_form
from bot.handoffs.rules import Direction
from bot.health import forms as health_forms
from bot.health.facts import HealthAlert, HealthLine, HealthPrompt
from bot.health.rules.checks import Scale
from bot.home import forms as home_forms
from bot.home.facts import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes
from bot.home.messages import closed_home, home_view
from bot.insights.forms import TypedInsight, insight_form
from bot.insights.rules import Goal
from bot.metrics import forms as metrics_forms
from bot.metrics.messages_time import own_answer as own_time_answer
from bot.metrics.messages_time import team_answer as team_time_answer
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, WeeklyPace
from bot.nurture.facts import NurtureCard
from bot.nurture.forms import opening_form, said_form
from bot.nurture.rules import OPENING, Attendance, NotNow, NurtureAnswer
from bot.opportunities.facts import (
    AccountGrowth,
    OpportunityRow,
    ProposalCard,
    SegmentGrowth,
    SegmentRow,
    Signals,
    Spotted,
    WhitespaceRow,
)
from bot.opportunities.forms import GrowthAbout, opportunity_form, products_form, refusal_form
from bot.opportunities.messages import account_message as growth_message
from bot.opportunities.messages import because, segment_message
from bot.opportunities.rules import ProposalAnswer
from bot.opportunities.stages import GrowthKind, OpportunityStage
from bot.people import forms as people_forms
from bot.people.facts import ListedPerson, PeopleList
from bot.people.messages import people_view
from bot.plans.forms import PlanForm, plan_form
from bot.posts.notices import Notice
from bot.pulses import forms as pulse_forms
from bot.pulses.coverage_rules import Coverage, Month, Unheard, Year
from bot.pulses.facts import (
    GivenAnswer,
    Own,
    PulseCard,
    PulseRed,
    PulseReminder,
    PulseReminders,
    PulseSummary,
    PulseUntouched,
    Said,
)
from bot.pulses.messages.card import own_answer
from bot.pulses.messages.coverage import coverage_message
from bot.pulses.rules import Colour
from bot.referrals.facts import AskablePerson, HintLine, ReferralLine, ReferralList
from bot.referrals.forms import given_form, referral_view
from bot.referrals.rules import OF_PERSON, Bar
from bot.renewals.decision_facts import LastDecision
from bot.renewals.facts import (
    ContractLine,
    EscalationList,
    EscalationRow,
    RenewalCard,
    RenewalQuestion,
    ThreadLine,
)
from bot.renewals.forms import pick
from bot.renewals.forms.snooze import snooze_form
from bot.renewals.forms.update import Typed, update_form
from bot.renewals.line_codes import IN_THE_MORNING, Line
from bot.renewals.line_codes import NoticeCode as NoticeCode
from bot.renewals.messages.card import details_view
from bot.renewals.messages.choices import paid_today, which_account, which_renewal
from bot.renewals.messages.decision import decision_lines
from bot.renewals.messages.desk import my_renewals
from bot.renewals.messages.reasons import next_word, why_rule
from bot.renewals.rules.desk import Desk, DeskLine
from bot.renewals.rules.stages import Stage, buttons, snooze_choices
from bot.requalification.facts import OneOffCard
from bot.requalification.forms import question_form
from bot.requalification.rules import STOPPED, RequalifyOutcome
from bot.slack.form import refused_view
from bot.slack.message import Message
from bot.slack.renderers import EXAMPLES, render
from bot.slack.returned_words import with_words
from bot.story.facts import AccountCard, Gap, HealthPart, PlanPart, RenewalPart, StepPart, TouchPart
from bot.story.forms import SharePlace, share_form
from bot.story.messages.card import account_message, account_view, past_message, preview
from bot.story.messages.timeline import timeline_view
from bot.touchpoints import forms as touchpoint_forms
from bot.touchpoints.facts import NextStep, TouchLine
from bot.touchpoints.messages import no_contact, which_account_of_message
from bot.workspace import forms as workspace_forms
from bot.workspace.messages import Unsent, help_for, unknown_word, unsent_messages
from bot.workspace.reasons import RULES, Setter, coming_line, why_view

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
    for kind, example in EXAMPLES.items():
        yield _message(kind, render(kind, example.to_facts()))
    yield from _answers(person)
    for view in _views(person):
        yield Sample(f"{view['type']} {view.get('callback_id', '')}".strip(), "view", view)


def _message(kind: str, message: Message) -> Sample:
    return Sample(kind, "message", {"text": message.text, "blocks": message.blocks})


def _facts(person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(kind, facts) for each kind of post; several where one kind says several things."""
    for stage in Stage:
        yield "renewal_card", _card(person, stage).to_facts()
    for what in ("renewal_card", "pulse_card", "health_prompt"):
        yield "card_moved", {"what": what, "account": ACCOUNT, "to": "C0123456789"}
    for why in ("shared", "guest"):
        yield "card_back", {"account": ACCOUNT, "to": person, "why": why}
        taken = {"channel": "C0123456789", "why": why, "cards": 12, "lines": 31, "accounts": [ACCOUNT] * 5}
        for by in ("", person):
            yield "channel_closed", {**taken, "guests": ["Kim", "Lee"], "may_allow": True, "allowed_by": by}
    details = _details()
    for code in Line:
        yield "story_line", ThreadLine(code, ACCOUNT, Person(person, "Dana"), person, details).to_facts()
    for notice in NoticeCode:
        if notice not in IN_THE_MORNING:
            yield "notice", Notice(notice, ACCOUNT, 7, 3, details).to_facts()
    dana = Person(person, "Dana")
    rows = [
        EscalationRow(7, 3, ACCOUNT, "upcoming", LATER, LATER, codes=(code,), details=details, owner=dana)
        for code in sorted(IN_THE_MORNING)
    ]
    yield "escalations", EscalationList.of(TODAY, "U0123456789", tuple(rows) * 3).to_facts()
    yield "escalations", EscalationList.of(TODAY, person, (rows[0],)).to_facts()
    settled = tuple(replace(rows[0], settled=code, settled_by="Dana") for code in Line)
    yield "escalations", EscalationList.of(TODAY, person, settled[:10]).to_facts()
    yield "renewal_question", RenewalQuestion(TODAY, dana, rows[0]).to_facts()
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
    line: dict[str, Any] = {"code": "signed", "account": ACCOUNT, "by": None, "mention": None, "details": {}}
    yield "reminder", {"line": line, "renewal_id": 7}
    yield "touch_line", _touch(person).to_facts()
    for why in ("given", "due", "broken"):
        yield "follow_up", _follow_up(why).to_facts()
    for nurture in _nurture(person):
        yield "nurture", nurture.to_facts()
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
    for said in ("", *ProposalAnswer):
        yield "growth_proposal", replace(_proposal(), answer=said, answered_by="Dana").to_facts()
    for outcome in ("", STOPPED, *RequalifyOutcome):
        yield "one_off", replace(_one_off(), outcome=outcome, answered_by="Dana").to_facts()
    yield "health_prompt", _prompt(person).to_facts()
    yield "health_line", _check_line(person).to_facts()
    yield "health_alert", _alert().to_facts()
    hint = HintLine(7, 3, ACCOUNT, 5, "Ruth", "Plant <manager>", TODAY, score=84)
    for one in (hint, replace(hint, green_on=BEFORE)):
        yield "referral_hint", one.to_facts()
    for answer in ("asked", "not_now"):
        yield "referral_hint", replace(hint, answer=answer, answered_on=TODAY).to_facts()
    for one_referral in _referrals():
        yield "referral_thanks", one_referral.to_facts()
    for what in ("lost", "shrunk"):
        yield "autopsy", _autopsy(person, what).to_facts()
    yield "autopsy", replace(_autopsy(person, "lost"), undone_on=TODAY, undone_by="Dana").to_facts()


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
    own = Own(
        7, ACCOUNT, TODAY, LATER, GivenAnswer(Colour.RED, REASONS, WORDS, date.fromisoformat(BEFORE)), is_asked=True
    )
    yield _message("answer: own pulse answer", own_answer(own))
    yield _message("answer: words given back", with_words("Not stored.", f"/touch {WORDS * 60}"))
    yield _message("answer: account", account_message(_story(), can_share=True))
    past = replace(_story(), coming=(), gaps=(), is_past=True, not_kept=("who owned it", "what was planned for later"))
    yield _message("answer: account on a past day", past_message(past))
    yield _message("answer: pulse coverage", coverage_message(_coverage()))
    yield _message("answer: touch logged", _touch_answered(_touch(person)))
    scores = (MarkScore(90, 12), MarkScore(60, 41, 3, 0.144, 0.06, 0.83, 0.141, 40, 0.12), MarkScore(30, 0))
    doubt = OpenCall(7, ACCOUNT, _two_keys())
    yield _message("answer: my forecast", my_forecast(scores, [doubt], 3))
    yield _message("answer: my forecast, nothing in doubt", my_forecast(scores, [], 0))
    yield _message("answer: my team's forecast", team_forecast(scores, has_people=True))
    yield _message("answer: my time", own_time_answer(_time()))
    yield _message("answer: my time, no touch", own_time_answer(replace(_time(), touches=0)))
    yield _message("answer: my team's time", team_time_answer(_time(), has_people=False))
    yield _message(
        "answer: my team's time, one person's", team_time_answer(replace(_time(), people=1), has_people=True)
    )
    yield _message("answer: no autopsy", no_autopsy(ACCOUNT))
    yield _message("answer: growth", growth_message(_growth()))
    yield _message("answer: growth of nobody", growth_message(AccountGrowth(3, ACCOUNT, TODAY)))
    rows = (SegmentRow("Robots", 12, 1, 40, 2), SegmentRow("Meters", 3, 0, 52, 0))
    yield _message("answer: growth of a segment", segment_message(SegmentGrowth("Retail", 55, TODAY, rows)))
    yield _message("answer: growth of a segment, nothing sold", segment_message(SegmentGrowth("Retail", 55, TODAY)))
    yield Sample("preview of a link", "message", {"text": ACCOUNT, "blocks": preview(_story())["blocks"]})


def _views(person: str) -> Iterator[dict[str, Any]]:
    day = date.fromisoformat(TODAY)
    card, draft = (
        _card(person, Stage.UPCOMING),
        touchpoint_forms.Draft(datetime(2026, 3, 2, 9, tzinfo=UTC), (ACCOUNT, "3")),
    )
    for stage in Stage:
        yield update_form(_card(person, stage), person)
        yield update_form(card, person, typed=Typed({"stage": stage.value}))
    yield refused_view("Not done", "Somebody was faster.")
    yield receipt_view(7, ACCOUNT, "Priya", "to_support", ("Tue 3 March", "Thu 5 March"))
    yield share_form(ACCOUNT, 3, "C0123456789", SharePlace("acc-acme", True), ("Dana", "Priya"))
    yield details_view(card)
    yield details_view(card, "", decision_lines(STEPS, LastDecision("proposed", BEFORE, TODAY), TODAY))
    yield details_view(card, beside(_two_keys()))
    yield keep_form(card, _two_keys())
    yield update_form(card, person, typed=Typed({"change": "forecast"}), beside=beside(_two_keys()))
    for about in AlertKind:
        alert = AlertReference(about, 7, 3)
        yield dismissal_form(card.account, alert)
        for wrong in offered(about):
            yield receipt_view_of_dismissal(card.account, alert, wrong, WORDS)
    for manages in (True, False):
        yield why_view(card.account, why_rule(card), default_policy(card.tier), {}, manages, "Helen", next_word(card))
    for setter in (Setter("Helen", "Tue 3 March"), Setter("", "Tue 3 March"), Setter()):
        following = coming_line("Tue 3 March" if setter.by else "", "The pulse round closes")
        for rule in RULES.values():
            setters = dict.fromkeys(rule.numbers, setter)
            yield why_view(card.account, rule, default_policy(card.tier), setters, False, "", following)
    yield snooze_form(card, snooze_choices(date.fromisoformat(LATER), day), day)
    yield pick.account_form()
    yield pick.renewals_form(ACCOUNT, 3, [("21 April", "7"), ("1 May", "8")])
    yield health_forms.health_form(3, ACCOUNT, day, person, REASONS)
    yield workspace_forms.overview(_settings(person))
    yield workspace_forms.channels_form(None, None)
    yield workspace_forms.route_form(["Retail"])
    yield workspace_forms.role_form("admin")
    number = workspace_forms.NumberValue("rungs", "90, 30", "120, 90, 60, 30, 14, 7", {"small": "60, 30"}, True)
    yield workspace_forms.numbers_page(NumberGroup.RENEWALS, [number])
    yield workspace_forms.number_form(number)
    yield workspace_forms.touch_form("memo", True)
    yield touchpoint_forms.touch_form(draft, WhoDraft("Ruth"))
    rows = tuple(ListedRow(ACCOUNT, "Dana", "Nobody is on it", "€48,000", "Tue 21 Apr") for _ in range(10))
    yield messages_overview.list_view("needs", _overview().place, 1, Listing(rows, 35))
    yield messages_overview.list_view("sight", _overview().place, 0, Listing())
    yield metrics_forms.rates_form("EUR", metrics_forms.EXAMPLE)
    yield touchpoint_forms.touch_form(
        touchpoint_forms.Draft(draft.at, draft.account, source=touchpoint_forms.Source(touchpoint_id=7)),
        WhoDraft(chosen=("Ruth Okafor", "5"), has_list=True),
    )
    yield touchpoint_forms.deleted_view()
    yield touchpoint_forms.kept_view("It is there already.")
    yield claim_form(ACCOUNT, 3, [_claim(), replace(_claim(), answer=WORDS)], ["Globex"], WORDS, "touchpoint:7")
    yield answer_form(_claim(), None)
    insight = TypedInsight("article", 0, WORDS, "https://example.com/study", (ACCOUNT, "3"), topics="downtime, audits")
    yield insight_form(["Retail"], insight)
    yield said_form(ACCOUNT, 7, "replied", WORDS)
    yield opening_form(7, OPENING, manages=True)
    happening = TypedInsight(
        "trigger", 7, WORDS, account=(ACCOUNT, "3"), trigger="year_end", on=date(2026, 12, 31), matters=WORDS
    )
    yield insight_form([], happening)
    yield from _growth_views()
    yield pulse_forms.why_form(ACCOUNT, 7, GivenAnswer(Colour.RED), REASONS, 5)
    yield pulse_forms.step_form(_pulse(person), person)
    yield pulse_forms.reasons_form(REASONS)
    yield account_view(_story())
    yield timeline_view(Page(3, ACCOUNT, TODAY, "", 1, 1, (Entry("touch", "call", 7, TODAY, None, WORDS),)))
    yield plan_form(ACCOUNT, PlanForm(3, WORDS, "hours saved", "monthly", None))
    yield from _people_views(day)
    yield from _referral_views(day)
    package = Package(WORDS, WORDS, WORDS, "Call Ruth", LATER)
    waiting = WaitingHandoff(7, Direction.TO_SUPPORT, "Dana", "Priya", BEFORE, True)
    yield handoff_form(ACCOUNT, HandoffEntry(3, Direction.TO_SUPPORT, person, package), TODAY, [waiting])
    last = Beside({"support_lead": "Priya", "owner": "Dana"}, package, BEFORE)
    for way in Direction:
        yield handoff_form(ACCOUNT, HandoffEntry(3, way), TODAY, beside=last)
    yield return_form(ACCOUNT, "Dana", 7)
    yield home_forms.settings_form(home_forms.Wanted(None, None, False, None), "Europe/London")
    yield from _digest_views()
    yield help_form(ACCOUNT, 7, WORDS)
    yield signals_view(AutopsyPage(_autopsy(person, "lost"), _signals(), 0))
    yield return_form(ACCOUNT, "Dana", 7, WORDS, BEFORE, TODAY)
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


STEPS = (DecisionLine("Tom Hale", WORDS, 3), DecisionLine("Ruth Okafor", "signs the budget off", 10))


def _people_views(day: date) -> Iterator[dict[str, Any]]:
    """The list of an account's people, and the forms behind it."""
    about = people_forms.PersonAbout(3, 5)
    ruth = PersonView(5, 3, ACCOUNT, "Ruth Okafor", "CFO", "", PersonPart.DECIDER, day, None, None, datetime.now(UTC))
    listed = ListedPerson(5, "Ruth Okafor", WORDS, "ruth@example.com", "Decider", BEFORE, TODAY)
    gone = ListedPerson(6, "Tom Hale", left_on=BEFORE)
    concerned = tuple(concern_words(PeopleGap(one, "Tom Hale", day), "Mon 2 Mar") for one in PeopleConcern)
    yield people_view(PeopleList(3, ACCOUNT, TODAY))
    yield people_view(PeopleList(3, ACCOUNT, TODAY, (listed, gone), 40, 1, concerned, ("Ana",), STEPS))
    yield people_view(PeopleList(3, ACCOUNT, TODAY, (listed,), 1, may_change=False))
    yield people_forms.person_form(ACCOUNT, about, ruth)
    yield people_forms.person_form(ACCOUNT, about, name="Ana")
    yield people_forms.left_form(ruth, about, day)
    yield people_forms.remove_form(ruth, about)
    yield people_forms.decision_form(ACCOUNT, 3, STEPS, "V1")


def _referral_views(day: date) -> Iterator[dict[str, Any]]:
    """Whom one may ask, and whom they named."""
    ruth = PersonView(5, 3, ACCOUNT, "Ruth Okafor", "CFO", "", PersonPart.DECIDER, day, None, None, datetime.now(UTC))
    free = AskablePerson(5, "Ruth Okafor", WORDS, "Decider")
    barred = AskablePerson(6, "Tom Hale", "", "", tuple(sorted(OF_PERSON)), LATER, BEFORE)
    people, bars = (free, barred), tuple(bar.value for bar in Bar if bar not in OF_PERSON)
    numbers = (2, 1, 7, 5, "you", 64, BEFORE, BEFORE, 30, 60, 80, 50, 180)
    for why, may_change in ((bars, True), ((), True), ((), False)):
        yield referral_view(
            ReferralList(3, ACCOUNT, TODAY, why, *numbers, people, 40, tuple(_referrals()), 3, 2, 1, may_change)
        )
    yield referral_view(ReferralList(3, ACCOUNT, TODAY, (), *numbers, (), 0, (), 0, 0, 0, True))
    yield given_form(ruth, "V1")


def _referrals() -> list[ReferralLine]:
    """One that waits for thanks, and one that has them."""
    given = ReferralLine(7, 3, ACCOUNT, "Ruth", TODAY, BEFORE, "Dana", BEFORE, "Dana", "Lena", "Northwind", WORDS)
    return [given, replace(given, named="", words="", thanked_on=TODAY, thanked_by="Priya")]


def _time() -> TimeSpent:
    ages = {CustomerAge.EXISTING: 30, CustomerAge.NEW: 10, CustomerAge.UNKNOWN: 4}
    pace = WeeklyPace(date.fromisoformat(BEFORE), 4, 56, 40, 309)
    start, end = date.fromisoformat(BEFORE), date.fromisoformat(TODAY)
    return TimeSpent(start, end, 44, 3, {"": 4, "renewal": 30, "nurture": 10}, ages, pace)


def _nurture(person: str) -> Iterator[NurtureCard]:
    dana = Person(person, "Dana")
    opening = f"Hi Ruben, this made me think of you at {ACCOUNT}: {WORDS} https://example.com/study\nWorth ten minutes?"
    card = NurtureCard(
        7, 3, ACCOUNT, TODAY, "reinforce", "article", WORDS, opening, fits="their goals mention downtime"
    )
    for goal in Goal:
        yield replace(card, goal=goal.value, offer="Audit trail", own=1, told=4, is_about_us=True, mention=person)
    yield replace(card, kind="webinar", day=LATER, routed="guest")
    sent = replace(card, state="sent", by=dana, on=TODAY)
    yield sent
    for answer in NurtureAnswer:
        yield replace(sent, answer=answer.value, answered_by=dana, answered_on=LATER, said=WORDS)
    for attendance in Attendance:
        yield replace(sent, kind="webinar", day=LATER, attendance=attendance.value, answered_by=dana, answered_on=TODAY)
    for reason in NotNow:
        yield replace(card, state="not_now", reason=reason.value, by=dana, on=TODAY, again_on=LATER)
    yield replace(card, state="lapsed", on=TODAY)


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


def _growth_views() -> Iterator[dict[str, Any]]:
    """An opportunity, new and proposed; what cannot be had; the products; a question about one-off work."""
    sold = {5: "Robots", 6: "Meters"}
    about = GrowthAbout(3, proposal_id=7)
    yield opportunity_form(ACCOUNT, GrowthAbout(3), {}, Spotted(GrowthKind.CROSS_SELL, ""))
    shown = Spotted(GrowthKind.UPSELL, WORDS, WORDS, 5, Decimal(18000), "EUR")
    yield opportunity_form(ACCOUNT, about, sold, shown, because(_proposal().signals, ACCOUNT))
    yield refusal_form(ACCOUNT, about, sold, 5)
    yield products_form({})
    yield products_form(sold)
    yield question_form(ACCOUNT, "Robots", BEFORE, TODAY, 7, sold)
    yield question_form(ACCOUNT, "", BEFORE, TODAY, 7, {})


def _proposal() -> ProposalCard:
    signals = Signals(peers=8, peers_have=6, segment="Retail")
    return ProposalCard(7, 3, ACCOUNT, 5, "Robots", "cross_sell", TODAY, signals, reason=WORDS, again_on=LATER)


def _one_off() -> OneOffCard:
    said = {"changed": WORDS, "problem": WORDS, "owner_there": "yes", "sponsor_there": "no"}
    return OneOffCard(7, 3, ACCOUNT, "Robots", BEFORE, TODAY, until=LATER, instead_of="Dana", **said)


def _growth() -> AccountGrowth:
    rows = tuple(
        OpportunityRow(at, "upsell", "Robots", WORDS, WORDS, "18000", "EUR", stage, BEFORE, lost, "said")
        for at, (stage, lost) in enumerate((one.value, "price" if one == "lost" else "") for one in OpportunityStage)
    )
    states = (("owned", ""), ("pipeline", ""), ("gap", ""), ("not_eligible", WORDS))
    products = tuple(WhitespaceRow(at, f"Robots {at}", *state) for at, state in enumerate(states))
    return AccountGrowth(3, ACCOUNT, TODAY, rows, products, {"EUR": "54000"}, 1, "their last pulse was red")


def _claim() -> ClaimLine:
    return ClaimLine(7, 3, ACCOUNT, "Globex", WORDS, TODAY, BEFORE, Person("U0123456789", "Priya"), until=LATER)


def _two_keys() -> TwoKeys:
    because = ("health is poor (31 of 100)", "there was no touch for 41 days")
    return TwoKeys(TODAY, "at_risk", because, "commit", "Dana", BEFORE)


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
    said = (Said(Colour.RED, REASONS, WORDS, by=who),) if closed_on else ()
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
    said = Said(Colour.RED, REASONS, WORDS, by=Person(person, "Dana"))
    return PulseSummary(7, 3, ACCOUNT, TODAY, {"red": 1}, 2, silent=("Priya",), alarms=("red",), said=(said,))


def _red(person: str, colour: str, to: str) -> PulseRed:
    before = GivenAnswer(Colour.RED, REASONS, WORDS)
    earlier = () if colour == "red" else (before,)
    on, by = date.fromisoformat(BEFORE), Person(person, "Dana")
    said = Said(Colour(colour), REASONS, WORDS, on, by=by, earlier=earlier)
    return PulseRed(7, 3, ACCOUNT, TODAY, BEFORE, LATER, said, to, owner="Priya")


def _untouched(person: str) -> PulseUntouched:
    said = Said(Colour.RED, REASONS, WORDS, by=Person(person, "Dana"))
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
    return HealthAlert(3, ACCOUNT, 40, 60, BEFORE, TODAY, "poor", "−20 in 30 days", "Last known: pulses today", reasons)


def _signals() -> tuple[SignalLine, ...]:
    """One of each kind; each verdict comes up."""
    details = {"red": "1", "yellow": "2", "reasons": "; ".join(REASONS), "step": "unclaimed", "before": "68"}
    details |= {"score": "47", "days": "74", "cadence": "30", "rung": "60", "role": "support_lead"}
    details |= {"direction": "to_support"}
    verdicts, done = list(SignalVerdict), (TODAY, "touch", "Dana")
    found = [(kind.value, verdicts[place % len(verdicts)]) for place, kind in enumerate(SignalKind)]
    seen = {one: ("", "") if one is SignalVerdict.NOT_DETECTED else ("team", TODAY) for one in verdicts}
    return tuple(SignalLine(kind, one.value, BEFORE, details, *seen[one], *done) for kind, one in found)


def _autopsy(person: str, what: str) -> AutopsyCard:
    is_lost = what == "lost"
    return AutopsyCard(
        autopsy_id=7,
        renewal_id=7,
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        what=what,
        day=TODAY,
        renewal_date=LATER,
        since="2025-03-02",
        values={"EUR": "48000"},
        signed={} if is_lost else {"EUR": "30000"},
        reason="price" if is_lost else "",
        words=WORDS if is_lost else "",
        cause="ours" if is_lost else "not known",
        counts={"not_acted": 3, "not_detected": 3, "acted": 2, "unknown": 2},
        telling=_signals()[:3],
        touches=31,
        last_touch_on=BEFORE,
        last_touch_by="Dana",
        cadence=30,
        owner=Person(person, "Dana"),
        manager=Person("U0123456789", "Helen"),
        answers=(HelpAnswer("Dana", TODAY, WORDS),),
        answer_count=2,
        routed="manager",
    )


def _settings(person: str) -> workspace_forms.Shown:
    routes = [("segment", "Retail", "C0123456789")]
    return workspace_forms.Shown(None, None, routes, 1, [(person, "manager")], rates=("EUR", "USD=0.90@2025-06-30"))


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
        wishes=Wishes("09:00", "17:00", True, LATER),
        is_first=is_first,
        handoffs=(HandoffToAccept(7, ACCOUNT, Direction.TO_SUPPORT, "Dana", BEFORE, "Call Ruth", LATER),),
    )
