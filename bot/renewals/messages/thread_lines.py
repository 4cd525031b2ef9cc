"""One line in a card's thread: what happened, and who did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.accounts.timeline_facts import Entry
from bot.core.money import unpacked
from bot.renewals.facts import ThreadLine
from bot.renewals.line_codes import Line
from bot.renewals.messages.words import final_value, new_term, renewal_button
from bot.renewals.rules.stages import Button, Forecast, LostReason, Stage, label
from bot.renewals.rules.status import RenewalStatus, sign
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message

Details = Mapping[str, str]


def render_story_line(facts: Mapping[str, Any]) -> Message:
    """The line, beginning with whom it is for when somebody must see it."""
    line = ThreadLine.from_facts(facts)
    words = f"{_who(line)}{_SENTENCES[Line(line.code)](line.details)}{_away(line.details)}"
    sensible = buttons_of(line) if line.renewal_id else ()
    if sensible and line.code == Line.RELEASED:
        words = f"{words} Press *I'm on it* on the card to take it."
    if line.mention:
        words = f"{text.mention(line.mention)} {words}"
    words = f"{_sign(line)}{words}"
    parts: list[KitBlock] = [blocks.section(words, accessory=_menu(line.renewal_id) if sensible else None)]
    if sensible:
        made = (renewal_button(b, line.renewal_id, line.account, b is sensible[0]) for b in sensible)
        parts.append(blocks.actions(*made))
    return message(words, parts)


def buttons_of(line: ThreadLine) -> tuple[Button, ...]:
    """The buttons that a line names, so that nobody has to look for its card."""
    details = line.details
    if line.code == Line.RUNG:
        return (Button.UPDATE if details.get("claimed") else Button.CLAIM, Button.SNOOZE)
    if line.code == Line.UNPAID:
        return (Button.INVOICED,) if details.get("stage") == Stage.SIGNED else (Button.PAID,)
    return _BUTTONS.get(Line(line.code), ())


def _away(details: Details) -> str:
    """Why it is somebody else who is mentioned."""
    if not (details.get("instead_of") and details.get("away_until")):
        return ""
    return f" {text.away(details['instead_of'], details['away_until'], details['as_of'])}"


def _menu(renewal_id: int | str) -> Element:
    return blocks.menu(("Why am I seeing this?", ActionId.WHY_RENEWAL, renewal_id))


def _sign(line: ThreadLine) -> str:
    """The sign of a renewal that needs someone, before all else; the line itself has the word for it."""
    return f"{sign(RenewalStatus.NEEDS_SOMEONE)} " if line.code == Line.RUNG and not line.details.get("claimed") else ""


def _who(line: ThreadLine) -> str:
    return f"{text.name(line.by.name)} " if line.by else ""


def window(details: Details) -> str:
    """ "12 days are left until the deadline, Fri 12 Dec", as of the day it was true; or that it is overdue."""
    deadline = text.day(details["deadline"], details["as_of"])
    left = int(details["days_left"])
    if left < 0:
        return _past(details)
    if left == 0:
        return f"The deadline is today, {deadline}"
    verb = "is" if left == 1 else "are"
    return f"{text.count(left, 'day')} {verb} left until the deadline, {deadline}"


def _past(details: Details) -> str:
    # Lines of an older version do not say when the renewal itself is.
    ends, as_of = details.get("ends") or details["deadline"], details["as_of"]
    if ends < as_of and not details.get("auto_renew"):
        return f"{text.overdue(ends, as_of)}: the renewal date was {text.day(ends, as_of)}"
    closed = f"The notice window closed {text.distance(details['deadline'], as_of)}"
    verb = "renewed" if ends < as_of else "renews"
    return f"{closed}, and it {verb} on {text.day(ends, as_of)}"


def date_came(details: Details) -> str:
    """ "The renewal date is today, Mon 2 Mar", or how many days it is overdue."""
    renewal = text.day(details["renewal_date"], details["as_of"])
    if details["renewal_date"] == details["as_of"]:
        return f"The renewal date is today, {renewal}"
    return f"{text.overdue(details['renewal_date'], details['as_of'])}: the renewal date was {renewal}"


def _rung(details: Details) -> str:
    left, deadline = int(details["days_left"]), text.day(details["deadline"], details["as_of"])
    said = f"{text.count(left, 'day')} left ({deadline})" if left > 0 else window(details)
    if details.get("claimed"):
        return f"{said}. What is next?"
    return f"{said}, and nobody is on it.{_hears_next(details)}"


def _unclaimed(details: Details) -> str:
    said = f"Nobody is on this yet. {window(details)}. Press *I'm on it* on the card"
    return f"{said}.{_hears_next(details)}"


def _hears_next(details: Details) -> str:
    """Who is told if it stays so, and when."""
    return f" {text.name(details['next'])} hears on {_day(details, 'next_on')}." if details.get("next") else ""


def _updated(details: Details) -> str:
    parts = _changes(details)
    if "stage" in details:
        parts.insert(0, f"moved it from {_stage(details['stage_before'])} to *{_stage(details['stage'])}*")
    return f"{text.listed(parts)}." if parts else "updated it."


def _also(details: Details) -> str:
    """What was changed beside the stage, after a sentence about the stage."""
    parts = _changes(details)
    return f" In the same step they {text.listed(parts)}." if parts else ""


def _changes(details: Details) -> list[str]:
    parts = []
    if "forecast" in details:
        because = f" (“{text.typed(details['forecast_reason'])}”)" if details.get("forecast_reason") else ""
        parts.append(f"set the forecast to *{label(Forecast(details['forecast']))}*{because}")
    if "proposed_value" in details:
        parts.append(f"proposed {text.money(details['proposed_value'], details.get('proposed_currency'))} a year")
    if details.get("final") and "stage" not in details:
        parts.append(f"corrected what was signed to {_signed_value(details)}")
    if "close_date" in details:
        parts.append(f"expects to close on {_day(details, 'close_date')}")
    if "renewal_date" in details:
        before = f" (it was {_day(details, 'renewal_date_before')})" if details.get("renewal_date_before") else ""
        parts.append(f"moved the renewal date to {_day(details, 'renewal_date')}{before}")
    emptied = [name for name in details.get("cleared", "").split(", ") if name in _EMPTIED]
    if emptied:
        parts.append(f"cleared {text.listed(_EMPTIED[name] for name in emptied)}")
    return parts


def _snoozed(details: Details) -> str:
    because = f": {text.sentence(details['reason'])}" if details.get("reason") else "."
    return f"snoozed it until {_day(details, 'until')}{because}"


def _woke(details: Details) -> str:
    because = f" It waited for: {text.sentence(details['reason'])}" if details.get("reason") else ""
    return f"The snooze is over.{because} {window(details)}. Press *Update…* or *Snooze…* on the card."


def _claim_idle(details: Details) -> str:
    return (
        f"You are on this, and nothing was updated since {_day(details, 'since')}. {window(details)}. "
        f"Press *Update…* on the card, or it is free for others from {_day(details, 'next_on')} on."
    )


def _freed(details: Details) -> str:
    return (
        f"{text.name(details['from'])} was on it, and nothing was updated since {_day(details, 'since')}: "
        f"nobody is on it now. {window(details)}. Press *I'm on it* on the card."
    )


def _overdue(details: Details) -> str:
    return (
        f"{date_came(details)}, and nothing is signed. "
        "Press *Update…* on the card: move the date, or mark it signed or lost."
    )


def _rolled(details: Details) -> str:
    return (
        f"It renewed itself on {_day(details, 'renewal_date')}, and runs until {_day(details, 'next_renewal_date')}. "
        "Press *Invoiced* on the card once the invoice is out."
    )


def _parted(details: Details) -> str:
    return (
        f"{text.name(details['contracts'])} renewed on {_day(details, 'renewal_date')} by itself, until "
        f"{_day(details, 'next_renewal_date')}. A card of its own asks for its invoice; this one goes on with the rest."
    )


def _term_began(details: Details) -> str:
    return (
        f"The new term began on {_day(details, 'renewal_date')}, and runs until {_day(details, 'next_renewal_date')}."
        f"{_unshared(details)}"
    )


def _unshared(details: Details) -> str:
    if not details.get("unshared"):
        return ""
    # Lines of an older version carry one amount and its currency apart.
    old = details.get("unshared_currency")
    value = text.money(details["unshared"], old) if old else text.moneys(unpacked(details["unshared"]))
    return (
        f" The {value} could not be shared out: its contracts are in other currencies or of unknown value. "
        "They keep what they had until the next import says otherwise."
    )


def _call_asked(details: Details) -> str:
    called = f"It is called *{label(Forecast(details['forecast']))}*. {window(details)}."
    if details.get("ask") == "plan":
        return f"{called} What is the plan, and by when? Write down the next step and its day with `/touch`."
    return f"{called} Will they renew? Decide, and press *Update…* on the card."


def _call_kept(details: Details) -> str:
    because = f": {text.sentence(details['reason'])}" if details.get("reason") else "."
    return f"keeps the forecast at *{label(Forecast(details['forecast']))}*{because}"


def _ask_invoiced(details: Details) -> str:
    since = _day(details, "since")
    if details.get("by_itself"):
        return f"It renewed itself on {since}, and is not invoiced yet. Press *Invoiced* once the invoice is out."
    return f"Signed on {since}, and not invoiced yet. Press *Invoiced* on the card once the invoice is out."


def _ask_paid(details: Details) -> str:
    return f"Invoiced on {_day(details, 'since')}, and not paid yet. Press *Paid* on the card once the money is in."


def _unpaid(details: Details) -> str:
    began = f"{_day(details, 'renewal_date')}, {text.distance(details['renewal_date'], details['as_of'])}"
    if details.get("stage") == Stage.SIGNED:
        return f"The new term began on {began}, and it is not invoiced. Press *Invoiced* once the invoice is out."
    return f"The new term began on {began}, and it is not paid. Press *Paid* on the card once the money is in."


def _won(details: Details) -> str:
    following = details.get("next_renewal_date")
    until = f" The contracts run until {_day(details, 'next_renewal_date')}." if following else ""
    won = f" It is won: {_signed_value(details)}." if details.get("final") else " It is won."
    return f"marked it paid.{won}{_signed_term(details) or until}{_also(details)}{_unshared(details)}"


def _signed(details: Details) -> str:
    value = f" Final: {_signed_value(details)}." if details.get("final") else ""
    return (
        f"marked it signed.{value}{_signed_term(details)} Still to come: the invoice, and the payment.{_also(details)}"
    )


def _signed_value(details: Details) -> str:
    return final_value(unpacked(details["final"]), unpacked(details.get("final_before", "")))


def _signed_term(details: Details) -> str:
    if not details.get("term_starts") or not details.get("term_ends"):
        return ""
    months = int(details.get("final_term_months") or 0) or None
    if not details.get("as_of"):
        # In the timeline, where it is read at any time.
        return f" New term: {_day(details, 'term_starts')} to {_day(details, 'term_ends')}."
    return f" {new_term(details['term_starts'], details['term_ends'], months, details['as_of'])}."


def _paid_undone(details: Details) -> str:
    return f"took the payment back: it was a mistake, or too early. It is {_stage(details['stage']).lower()} again."


def _lost(details: Details) -> str:
    words = f" (“{text.typed(details['lost_words'])}”)" if details.get("lost_words") else ""
    reason = f": {label(LostReason(details['lost_reason']))}" if details.get("lost_reason") else ""
    return f"marked it lost{reason}{words}.{_also(details)}"


def _ended(details: Details) -> str:
    if details.get("outcome") == "merged":
        return "Its contracts renew together with others now. The other card goes on."
    return "No running contract is left in it, so there is nothing to renew."


def _stage(value: str) -> str:
    return label(Stage(value))


def _day(details: Details, name: str) -> str:
    # Lines of an older version carry no "as of": their days are told with the year.
    return text.day(details[name], details.get("as_of") or "0001-01-01")


_EMPTIED = {
    "forecast": "the forecast",
    "proposed_value": "the proposed value",
    "close_date": "the day they expect to close",
}
_BUTTONS = {
    Line.RELEASED: (Button.CLAIM,),
    Line.UNCLAIMED: (Button.CLAIM,),
    Line.CLAIM_IDLE: (Button.UPDATE,),
    Line.FREED: (Button.CLAIM,),
    Line.WOKE: (Button.UPDATE, Button.SNOOZE),
    Line.OVERDUE: (Button.UPDATE,),
    Line.ROLLED: (Button.INVOICED,),
    Line.CALL_ASKED: (Button.UPDATE,),
    Line.ASK_INVOICED: (Button.INVOICED,),
    Line.ASK_PAID: (Button.PAID,),
}
_SENTENCES: dict[Line, Callable[[Details], str]] = {
    Line.RUNG: _rung,
    Line.CLAIMED: lambda details: "is on it.",
    Line.TOOK_OVER: lambda details: f"is on it now, in place of {text.name(details['from'])}.",
    Line.RELEASED: lambda details: "is no longer on it.",
    Line.UPDATED: _updated,
    Line.SNOOZED: _snoozed,
    Line.WOKE: _woke,
    Line.UNCLAIMED: _unclaimed,
    Line.CLAIM_IDLE: _claim_idle,
    Line.FREED: _freed,
    Line.OVERDUE: _overdue,
    Line.ROLLED: _rolled,
    Line.PARTED: _parted,
    Line.TERM_BEGAN: _term_began,
    Line.SIGNED: _signed,
    Line.INVOICED: lambda details: f"marked it invoiced.{_also(details)}",
    Line.CALL_KEPT: _call_kept,
    Line.CALL_ASKED: _call_asked,
    Line.ASK_INVOICED: _ask_invoiced,
    Line.ASK_PAID: _ask_paid,
    Line.UNPAID: _unpaid,
    Line.PAID_UNDONE: _paid_undone,
    Line.WON: _won,
    Line.LOST: _lost,
    Line.ENDED: _ended,
}


_ACTS = frozenset(
    (
        Line.CLAIMED,
        Line.TOOK_OVER,
        Line.RELEASED,
        Line.UPDATED,
        Line.CALL_KEPT,
        Line.SNOOZED,
        Line.SIGNED,
        Line.INVOICED,
        Line.WON,
        Line.PAID_UNDONE,
        Line.LOST,
        Line.ENDED,
    )
)
_TO = {"owner": "its owner", "manager": "the owner's manager", "leadership": "leadership"}


def timeline_line(entry: Entry, as_of: str) -> str:
    """What happened to a renewal, in the timeline."""
    if entry.code == "escalated" and entry.details.get("step") == "forecast":
        return "Renewal: the figures spoke against the forecast, so the owner's manager was told."
    if entry.code == "escalated":
        return f"Renewal: nothing had happened, so {_TO.get(entry.details.get('to', ''), 'someone')} was told."
    if entry.code in _ACTS:
        facts = ThreadLine(entry.code, "", entry.by, None, entry.details).to_facts()
        return f"Renewal: {render_story_line(facts).text}"
    plain = {
        "overdue": "its date passed and nothing was signed.",
        "rolled": "it renewed itself.",
        "term_began": "the new term began.",
        "call_asked": "its forecast was asked for more.",
    }
    return f"Renewal: {plain.get(entry.code, 'something changed.')}"


ON_CARD = "* on the card"


def render_reminder(facts: Mapping[str, Any]) -> Message:
    """The line, with the account's name before it."""
    line = facts["line"]
    # The card is elsewhere, and what is named is right here.
    told = ThreadLine.from_facts(line)
    words = render_story_line(line).text.removeprefix(_sign(told)).replace(ON_CARD, "*")
    head = f"{_sign(told)}{text.name(told.account)}: {words}"
    renewal_id = facts.get("renewal_id") or 0
    parts = [blocks.section(head, accessory=_menu(f"{renewal_id}:chosen") if renewal_id else None)]
    if renewal_id:
        named = buttons_of(told) or (Button.UPDATE,)
        made = (renewal_button(b, renewal_id, line["account"], b is named[0]) for b in named)
        parts.insert(1, blocks.actions(*made))
    return message(head, parts)
