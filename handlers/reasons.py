"""Why am I seeing this?, in the ⋯ of an alert: answered by what the reader may do."""

from __future__ import annotations

from collections.abc import Mapping

from bot import follow_ups
from bot.accounts import search as account_search
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.errors import NotForYou
from bot.follow_ups.alerts import FOLLOW_UP, SOMEBODY_LEFT
from bot.slack.ids import ActionId
from bot.story import upcoming
from bot.workspace import context, members, setting_changes
from bot.workspace.alerts import KINDS, AlertKind, AlertRule
from bot.workspace.reasons import Setter, coming_line, why_view
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.WHY, open_why)


def open_why(request: Request) -> Response:
    """The rule and the numbers that count for the account of the alert, and what comes next."""
    name, *numbers = request.value.split(":")
    account_id, about = ([int(n) if n.isdecimal() and len(n) < 18 else 0 for n in numbers] + [0, 0])[:2]
    kind = KINDS.get(name)
    with request.reading() as work:
        known = account_search.tier_and_name(work, account_id)
        if known is None or kind is None or kind.why is None:
            raise NotForYou("There is nothing here for you.")
        following = coming(work, request, account_id, kind.coming, f"{kind.name}:{about}" if about else "")
        return why_answer(work, request, known.name, known.tier, _rule_of(work, kind, kind.why, about), following)


def _rule_of(work: Work, kind: AlertKind, why: AlertRule, number: int) -> AlertRule:
    """What an alert is about in the end: a follow-up may be there because somebody has left the customer."""
    if kind is not FOLLOW_UP:
        return why
    step = follow_ups.read(work, number)
    return SOMEBODY_LEFT if step and step.source.startswith("person:") else why


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
