"""A renewal's card: one message for its whole life, read in three seconds; what it folds away is one press off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.core.person import Person
from bot.health.messages import health_section
from bot.health.rules.score_words import TOO_LITTLE, short_words
from bot.renewals.alerts import RENEWAL
from bot.renewals.facts import ContractLine, RenewalCard
from bot.renewals.messages.reasons import next_word
from bot.renewals.messages.status import status_line, status_of_card, value_words
from bot.renewals.messages.words import renewal_button, term_words
from bot.renewals.rules.stages import Button, Forecast, LostReason, Stage, is_unsigned, label
from bot.renewals.rules.status import RenewalStatus
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option

CONTRACTS_SHOWN = 10
TEAM_SHOWN = 6
REASON_LENGTH = 140

_PRIMARY = (Button.CLAIM, Button.INVOICED, Button.PAID)


def render_renewal_card(facts: Mapping[str, Any]) -> Message:
    """The card as it should stand now."""
    card = RenewalCard.from_facts(facts)
    glance, foot = _glance(card), _foot(card)
    parts = [
        blocks.section("\n".join(_head(card)), accessory=_menu(card)),
        *([blocks.context(glance)] if glance else []),
        *_buttons(card),
        *([blocks.context(" ".join(foot))] if foot else []),
    ]
    lines = [line.rstrip(".") for line in (*_head(card, bold=""), glance, *_foot(card, bold="")) if line]
    return message(f"{'. '.join(lines)}.", parts)


def _head(card: RenewalCard, bold: str = "*") -> list[str]:
    return [status_line(card, bold), *_reason(card, bold)]


def _foot(card: RenewalCard, bold: str = "*") -> list[str]:
    """The next reminder, and the day on which all this was true; of what is over nothing counts down any more."""
    as_of = f"As of {text.day(card.as_of, card.as_of)}." if card.outcome is None else ""
    return [*filter(None, [next_word(card), undo_line(card, bold), as_of])]


def _reason(card: RenewalCard, bold: str) -> list[str]:
    """Why it stands as it does, in the words of who said so."""
    status = status_of_card(card)
    if status is RenewalStatus.LOST and card.lost_reason:
        words = f": {_words(card.lost_words)}" if card.lost_words else ""
        return [f"{label(LostReason(card.lost_reason))}{words}"]
    if card.outcome is not None:
        return []
    if not is_unsigned(Stage(card.stage)):
        return ["It renewed by itself: nobody had to sign."] if card.renewed == "itself" else []
    lines = []
    if card.forecast and card.forecast_reason:
        # The status says at risk already.
        sure = "" if status is RenewalStatus.AT_RISK else f"{label(Forecast(card.forecast))}: "
        lines.append(f"{sure}{_words(card.forecast_reason)}")
    if card.snoozed_until:
        because = f": {_words(card.snooze_reason)}" if card.snooze_reason else ""
        until = f"{bold}{text.day(card.snoozed_until, card.as_of)}{bold}{because}"
        lines.append(f"Until {until}" if status is RenewalStatus.SNOOZED else f"💤 Snoozed until {until}")
    if card.renewed:
        lines.append("It renewed by itself." if card.renewed == "itself" else "The new term runs.")
    return lines


def _words(said: str) -> str:
    return f"“{text.typed(said, REASON_LENGTH)}”"


def _glance(card: RenewalCard) -> str:
    """Who is on it, where it stands, how the customer is, and what is signed how."""
    return " · ".join(
        filter(None, [_who(card), _progress(card), *_prospects(card), _health(card), _contracts(card), _growth(card)])
    )


def _who(card: RenewalCard) -> str:
    if card.claimed_by:
        verb = "was" if card.outcome else "is"
        return f"{text.name(card.claimed_by.name)} {verb} on it"
    owner = f"owner {text.name(card.owner.name)}" if card.owner else "no owner"
    return f"{owner[0].upper()}{owner[1:]}" if card.outcome else f"Nobody is on it, {owner}"


def _progress(card: RenewalCard) -> str:
    if card.outcome is not None:
        return ""
    return f"{label(Stage(card.stage))} since {text.day(card.stage_since, card.as_of)}"


def _prospects(card: RenewalCard) -> list[str]:
    if not _is_unsigned(card):
        return []
    parts = []
    if card.forecast and not card.forecast_reason and status_of_card(card) is not RenewalStatus.AT_RISK:
        parts.append(f"Forecast: {label(Forecast(card.forecast)).lower()}")
    if card.proposed_value is not None and not card.final_values:
        parts.append(f"{text.money(card.proposed_value, card.proposed_currency)} proposed")
    if card.close_date:
        passed = f", {text.overdue(card.close_date, card.as_of)}" if card.close_date < card.as_of else ""
        parts.append(f"Expected to close {text.day(card.close_date, card.as_of)}{passed}")
    return parts


def _health(card: RenewalCard) -> str:
    if card.outcome is not None or not _is_health_known(card):
        return ""
    if card.health_score is None:
        return f"Health: {TOO_LITTLE}"
    return short_words(card.health_score, card.health_before, card.health_band)


def _contracts(card: RenewalCard) -> str:
    many = _contract_count(card)
    if not many:
        return ""
    counted = text.count(many, "contract")
    if not _is_unsigned(card):
        return counted
    signed = sum(not line.auto_renew for line in card.contracts)
    if many > len(card.contracts) or 0 < signed < many:
        return f"{counted}, {signed} to be signed" if many == len(card.contracts) else counted
    needs = "needs a signature" if many == 1 else "need a signature"
    alone = "renews by itself" if many == 1 else "renew by themselves"
    return f"{counted}, {needs if signed else alone}"


def _growth(card: RenewalCard) -> str:
    """What may be added to the renewal, of the account's open opportunities."""
    return f"Set up to grow: + {text.moneys(card.growth)} possible" if card.growth and _is_unsigned(card) else ""


def _menu(card: RenewalCard) -> Element:
    renewal, account = card.renewal_id, card.account_id
    touch = ("Log a touch…", ActionId.OPEN_TOUCH, account)
    undo = (label(Button.UNDO), ActionId.UNDO_PAID, renewal)
    return blocks.menu(
        ("Account story", ActionId.ACCOUNT_STORY, account),
        ("Contracts and team", ActionId.RENEWAL_DETAILS, renewal),
        # A menu has five lines.
        undo if Button.UNDO in card.buttons else touch,
        dismiss_option(RENEWAL, renewal, account),
        ("Why am I seeing this?", ActionId.WHY_RENEWAL, f"{renewal}:{card.routed}" if card.routed else renewal),
    )


def details_view(card: RenewalCard, beside: str = "", decides: Sequence[str] = ()) -> dict[str, Any]:
    """What the card folds away: its team, both keys of its forecast (`beside`), its contracts with their terms, how the
    customer is, and how it `decides`.
    """
    view = form.modal(ViewId.RENEWAL_DETAILS, text.plain(card.account, 24), [])
    parts = [
        blocks.section("\n".join(_head(card))),
        blocks.fields(_fields(card)),
        *([blocks.section(beside)] if beside else []),
        *_health_details(card),
        *_contract_lines(card),
        *([blocks.section("\n".join(["*How they decide*", *decides]))] if decides else []),
    ]
    return {**view, "blocks": message("", parts).blocks}


def undo_line(card: RenewalCard, bold: str = "*") -> str:
    """Until when a payment that was recorded by mistake can be taken back."""
    if not card.undo_until:
        return ""
    day, _, time = card.undo_until.partition(" ")
    until = f"{text.day(day, card.as_of)}, {time}"
    return f"Not paid after all? ⋯ {bold}{label(Button.UNDO)}{bold} takes it back, until {until}."


def _is_unsigned(card: RenewalCard) -> bool:
    return card.outcome is None and is_unsigned(Stage(card.stage))


def _fields(card: RenewalCard) -> list[tuple[str, str]]:
    others = _others(card)
    return [
        ("Owner", text.name(card.owner.name) if card.owner else "Nobody yet"),
        ("On it", text.name(card.claimed_by.name) if card.claimed_by else "Nobody yet"),
        ("Team", _team(others) if others else "Nobody else yet"),
        ("In all", value_words(card.values, card.unknown_values, bold="", most=None)),
    ]


def _others(card: RenewalCard) -> list[Person]:
    """The team without the owner, who is named apart."""
    return [p for p in card.team if card.owner is None or p.slack_id != card.owner.slack_id]


def _contract_count(card: RenewalCard) -> int:
    return max(card.contract_count, len(card.contracts))


def _team(people: Sequence[Person]) -> str:
    named = [f"{text.name(p.name)} ({p.role.replace('_', ' ')})" if p.role else text.name(p.name) for p in people]
    more = len(named) - TEAM_SHOWN
    return ", ".join(named[:TEAM_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _health_details(card: RenewalCard) -> list[KitBlock]:
    if not _is_health_known(card):
        return []
    return [health_section(card.health_score, card.health_words, card.as_of)]


def _is_health_known(card: RenewalCard) -> bool:
    """Whether anything is known, be it too little for a score."""
    return card.health_score is not None or bool(card.health_words)


def _contract_lines(card: RenewalCard) -> list[KitBlock]:
    if not card.contracts:
        return []
    is_open = _is_unsigned(card)
    lines = [_contract(line, card.as_of, is_open) for line in card.contracts[:CONTRACTS_SHOWN]]
    more = _contract_count(card) - len(lines)
    if more > 0:
        lines.append(f"and {text.count(more, 'more contract')}")
    return [blocks.section("\n".join(lines))]


def _contract(line: ContractLine, as_of: str, is_open: bool) -> str:
    a_year = " a year" if line.value is not None else ""
    terms = [f"{text.money(line.value, line.currency)}{a_year}", f"until {text.day(line.renewal_date, as_of)}"]
    if is_open:
        terms.extend(term_words(line, as_of))
    return f"• {text.name(line.name or 'Contract')}: {', '.join(terms)}"


def _buttons(card: RenewalCard) -> list[KitBlock]:
    # What is seldom needed stands in the menu.
    sensible = [button for b in card.buttons if (button := Button(b)) is not Button.UNDO]
    if not sensible:
        return []
    first = sensible[0]
    made = (renewal_button(b, card.renewal_id, card.account, b is first and b in _PRIMARY) for b in sensible)
    return [blocks.actions(*made)]
