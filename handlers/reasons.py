"""Why am I seeing this?, in the ⋯ of an alert: answered by what the reader may do."""

from __future__ import annotations

from collections.abc import Mapping

from bot import follow_ups
from bot.accounts import search as account_search
from bot.competitors.job_kinds import ANNOUNCED as CLAIMS
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.errors import NotForYou
from bot.follow_ups.job_kinds import ANNOUNCED as FOLLOW_UPS
from bot.handoffs.job_kinds import ANNOUNCED as HANDOFFS
from bot.health.job_kinds import ANNOUNCED as CHECKS
from bot.health.job_kinds import HealthJob
from bot.insights.job_kinds import ANNOUNCED as TRIGGERS
from bot.nurture.job_kinds import ANNOUNCED as NURTURE
from bot.pulses.job_kinds import ANNOUNCED as PULSES
from bot.pulses.job_kinds import PulseJob
from bot.referrals.job_kinds import ANNOUNCED as REFERRALS
from bot.requalification.job_kinds import ANNOUNCED as ONE_OFF
from bot.slack.ids import ActionId
from bot.story import upcoming
from bot.workspace import context, members, setting_changes
from bot.workspace.reasons import RULES, AlertRule, AlertTopic, Setter, coming_line, why_view
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router

_PULSES = {**PULSES, PulseJob.RED: "The owner's manager hears of the red answer"}
_SCORES = {HealthJob.SCORE_ALERT: "The owner is told how far the score fell", **CHECKS}
NEXT: Mapping[AlertTopic, Mapping[str, str]] = {
    AlertTopic.PULSE: _PULSES,
    AlertTopic.PULSE_REMINDER: _PULSES,
    AlertTopic.PULSE_RED: _PULSES,
    AlertTopic.PULSE_STEP: _PULSES,
    AlertTopic.HEALTH: CHECKS,
    AlertTopic.HEALTH_RED: CHECKS,
    AlertTopic.SCORE: _SCORES,
    AlertTopic.HANDOFF: HANDOFFS,
    AlertTopic.FOLLOW_UP: FOLLOW_UPS,
    AlertTopic.PERSON_LEFT: FOLLOW_UPS,
    AlertTopic.CLAIM: CLAIMS,
    AlertTopic.NURTURE: NURTURE,
    AlertTopic.TRIGGER: TRIGGERS,
    AlertTopic.AUTOPSY: {},
    AlertTopic.REFERRAL: {},
    AlertTopic.GROWTH: {},
    AlertTopic.ONE_OFF: ONE_OFF,
    AlertTopic.REFERRAL_THANKS: REFERRALS,
}
"""Which jobs say the next thing of an alert's kind, each with how it is announced."""


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.WHY, open_why)


def open_why(request: Request) -> Response:
    """The rule and the numbers that count for the account of the alert, and what comes next."""
    topic, *numbers = request.value.split(":")
    account_id, about = ([int(n) if n.isdecimal() and len(n) < 18 else 0 for n in numbers] + [0, 0])[:2]
    with request.reading() as work:
        known = account_search.tier_and_name(work, account_id)
        if known is None or topic not in set(AlertTopic):
            raise NotForYou("There is nothing here for you.")
        alert = AlertTopic(topic)
        following = coming(work, request, account_id, NEXT[alert], f"{alert}:{about}" if about else "")
        rule = RULES[_behind(work, alert, about)]
        return why_answer(work, request, known.name, known.tier, rule, following)


def _behind(work: Work, topic: AlertTopic, number: int) -> AlertTopic:
    """What an alert is about in the end: a follow-up may be there because somebody has left the customer."""
    if topic is not AlertTopic.FOLLOW_UP:
        return topic
    step = follow_ups.read(work, number)
    return AlertTopic.PERSON_LEFT if step and step.source.startswith("person:") else topic


def coming(work: Work, request: Request, account_id: int, kinds: Mapping[str, str], subject: str = "") -> str:
    """The next of these jobs about an account, or about one thing of its, as the reader's day and words."""
    zone = request.person.timezone
    # No kinds are none here, and all of them to who looks them up.
    found = upcoming.next_of(work, account_id, 1, zone, list(kinds), subject) if kinds else []
    if not found:
        return coming_line("", "")
    [(kind, at)] = found
    return coming_line(spoken_day(local_date(at, zone), request.today), kinds[kind])


def why_answer(
    work: Work, request: Request, account: str, tier: str, rule: AlertRule, following: str = ""
) -> OpenModal:
    """The answer in a modal: to a manager with the way to the settings, to anyone else with whom to ask."""
    policies = context.of(work).policies
    person = request.person
    manager = members.by_id(work, person.manager_id) if person.manager_id and not person.manages else None
    ask = manager.name if manager else ""
    setters = {
        name: Setter(one.by, spoken_day(local_date(one.at, person.timezone), request.today) if one.at else "")
        for name, one in setting_changes.set_by(work, policies, tier, rule.numbers).items()
    }
    view = why_view(account, rule, policies.of(tier), setters, person.manages, ask, following)
    return OpenModal(view, request.how)
