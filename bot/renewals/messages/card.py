"""A renewal's card: one message for its whole life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.core.person import Person
from bot.health.messages import health_section, spoken_health
from bot.renewals.facts import ContractLine, RenewalCard
from bot.renewals.messages.reasons import next_word, why_here
from bot.renewals.messages.words import final_value, new_term, renewal_button, term_words
from bot.renewals.rules.stages import Button, Forecast, LostReason, Stage, is_unsigned, label
from bot.slack import blocks, text
from bot.slack.message import Message, message

CONTRACTS_SHOWN = 5
TEAM_SHOWN = 6
SPOKEN_WORDS = 300

_PRIMARY = (Button.CLAIM, Button.INVOICED, Button.PAID)
_ROUTES = {
    "route": "It is posted here because the account has no channel of its own.",
    "owner": "You get it here because the account has no channel, and you own it.",
    "fallback": "It is posted here because the account has no channel, no route and no owner.",
    "shared": "You get it here because the channel it belongs in is shared with another company.",
    "guest": "You get it here because a guest reads the channel it belongs in.",
    "unreachable": "You get it here because the channel it belongs in cannot be written to.",
    "stand_in": "You get it here because its owner is away.",
}


def render_renewal_card(facts: Mapping[str, Any]) -> Message:
    """The card as it should stand now."""
    card = RenewalCard.from_facts(facts)
    parts = [
        blocks.header(headline(card)),
        blocks.section("\n".join([f"*{at_stake(card)}*", *deadline_lines(card)])),
        blocks.fields(_fields(card)),
        *_health(card),
        *_contracts(card),
        *_words(card),
        blocks.context(f"{why_here(card)} {_ROUTES.get(card.routed, '')}".strip(), next_word(card), undo_line(card)),
        *_buttons(card),
    ]
    return message(spoken(card), parts)


def undo_line(card: RenewalCard) -> str:
    """Until when a payment that was recorded by mistake can be taken back."""
    if not card.undo_until:
        return ""
    day, _, time = card.undo_until.partition(" ")
    return f"Not paid after all? *{label(Button.UNDO)}* takes it back, until {text.day(day, card.as_of)}, {time}."


def headline(card: RenewalCard) -> str:
    """The account and what this is about, for a place without markup."""
    endings = {"won": "renewed and paid", "lost": "lost", "ended": "ended", "merged": "renews with others"}
    ending = endings.get(card.outcome or "", "renewal")
    return f"{text.plain(card.account)}: {ending}"


def at_stake(card: RenewalCard) -> str:
    """The value of the contracts for a year, per currency; whether it is at stake, or what became of it."""
    if card.final_values and card.outcome in (None, "won"):
        return f"{'Renewed' if card.outcome else 'Signed'}: {final_value(card.final_values, card.values)}"
    what = {None: "at stake", "lost": "lost", "won": "renewed", "merged": "with others now"}.get(card.outcome, "over")
    if not card.values:
        return f"{text.moneys({}, card.unknown_values)} {what}"
    unknown = f" + {text.moneys({}, card.unknown_values)}" if card.unknown_values else ""
    return f"{text.moneys(card.values)} a year{unknown} {what}"


def deadline_lines(card: RenewalCard) -> list[str]:
    """The deadline with its countdown, apart from the renewal date; of what is signed the new term."""
    if card.term_starts and card.term_ends and card.outcome in (None, "won"):
        return [f"{new_term(card.term_starts, card.term_ends, card.final_term_months, card.as_of, '*')}."]
    renewal, then = text.day(card.renewal_date, card.as_of), _what_then(card)
    if _is_unsigned(card) and card.renewal_date < card.as_of and not card.auto_renew:
        late = text.overdue(card.renewal_date, card.as_of)
        return [f"*{late}* (as of {text.day(card.as_of, card.as_of)}): the renewal date was *{renewal}*.{then}"]
    verb = "Renewal date was" if card.renewal_date < card.as_of else "Renewal date"
    if card.deadline == card.renewal_date or not _is_unsigned(card):
        left = text.distance(card.renewal_date, card.as_of)
        return [f"{verb} *{renewal}*, {left} (as of {text.day(card.as_of, card.as_of)}).{then}"]
    window = "Notice window closed" if card.days_left < 0 else "Notice window closes"
    return [
        f"{window} *{text.day(card.deadline, card.as_of)}*, {_countdown(card)}.",
        f"{verb} *{renewal}*, {text.distance(card.renewal_date, card.as_of)}.{then}",
    ]


def spoken(card: RenewalCard) -> str:
    """The whole card as sentences; people's own words are shortened, so that the sentences after them are heard."""
    owner = text.name(card.owner.name) if card.owner else "nobody yet"
    on_it = text.name(card.claimed_by.name) if card.claimed_by else "nobody yet"
    team = _others(card)
    is_open = _is_unsigned(card)
    has_reason = is_open and card.forecast and card.forecast_reason
    parts = [
        f"Forecast: {_forecast(card)}." if is_open and card.forecast else "",
        f"Why: {text.sentence(card.forecast_reason, SPOKEN_WORDS)}" if has_reason else "",
        f"Proposed: {_proposed(card)}." if _shows_proposal(card) else "",
        f"Expected to close: {_close(card.close_date, card.as_of)}." if is_open and card.close_date else "",
        f"Owner: {owner}. On it: {on_it}.",
        f"Team: {_team(team)}." if team else "",
        f"{text.count(_contract_count(card), 'contract')}." if card.contracts else "",
        *_spoken_terms(card),
        _spoken_words(card),
    ]
    more = " ".join(part for part in parts if part)
    deadline = " ".join(deadline_lines(card)).replace("*", "")
    health = f" {spoken_health(card.health_score, card.health_words, card.as_of)}" if _is_health_known(card) else ""
    return (
        (
            f"{text.name(card.account)}: {at_stake(card)}. {deadline} "
            f"Stage: {_stage(card)}. {more}{health} {why_here(card)} {_ROUTES.get(card.routed, '')} {next_word(card)}"
            f" {undo_line(card).replace('*', '')}"
        )
        .replace("  ", " ")
        .strip()
    )


def _spoken_terms(card: RenewalCard) -> list[str]:
    if not _is_unsigned(card):
        return []
    lines = card.contracts[:CONTRACTS_SHOWN]
    return [f"{text.name(line.name or 'Contract')}: {', '.join(term_words(line, card.as_of))}." for line in lines]


def _spoken_words(card: RenewalCard) -> str:
    said = []
    if card.lost_reason:
        words = f" (“{text.typed(card.lost_words, SPOKEN_WORDS)}”)" if card.lost_words else ""
        said.append(f"Why it was lost: {label(LostReason(card.lost_reason))}{words}.")
    if card.snoozed_until:
        until = text.day(card.snoozed_until, card.as_of)
        said.append(f"Snoozed until {until}: {text.sentence(card.snooze_reason, SPOKEN_WORDS)}")
    return " ".join(said)


def _what_then(card: RenewalCard) -> str:
    """What the renewal date brings, or brought, by itself."""
    if card.outcome == "lost":
        return ""
    if card.renewed:
        return " It renewed itself, and the new term runs." if card.renewed == "itself" else " The new term runs."
    if not _is_unsigned(card):
        return ""
    if not card.auto_renew:
        return " Nothing is signed." if card.renewal_date <= card.as_of else ""
    # Once the notice window has closed, nobody can say no any more.
    return " It renews by itself." if card.days_left < 0 else " It renews by itself unless someone says no before."


def _is_unsigned(card: RenewalCard) -> bool:
    return card.outcome is None and is_unsigned(Stage(card.stage))


def _countdown(card: RenewalCard) -> str:
    as_of = text.day(card.as_of, card.as_of)
    return f"{text.distance(card.deadline, card.as_of)} (as of {as_of})"


def _stage(card: RenewalCard) -> str:
    return label(Stage(card.stage))


def _forecast(card: RenewalCard) -> str:
    return label(Forecast(card.forecast)) if card.forecast else "not given yet"


def _fields(card: RenewalCard) -> list[tuple[str, str]]:
    pairs = [
        ("Owner", text.name(card.owner.name) if card.owner else "Nobody yet"),
        ("On it", text.name(card.claimed_by.name) if card.claimed_by else "Nobody yet"),
        ("Stage", f"{_stage(card)}, since {text.day(card.stage_since, card.as_of)}"),
    ]
    if _is_unsigned(card):
        pairs.append(("Forecast", _forecast(card)))
    if _shows_proposal(card):
        pairs.append(("Proposed", _proposed(card)))
    if card.close_date and _is_unsigned(card):
        pairs.append(("Expected to close", _close(card.close_date, card.as_of)))
    if others := _others(card):
        pairs.append(("Team", _team(others)))
    return pairs


def _close(day: str, as_of: str) -> str:
    passed = f", {text.overdue(day, as_of)}" if day < as_of else ""
    return f"{text.day(day, as_of)}{passed}"


def _shows_proposal(card: RenewalCard) -> bool:
    """What was proposed is of interest until something else was signed."""
    return card.proposed_value is not None and not card.final_values


def _proposed(card: RenewalCard) -> str:
    return f"{text.money(card.proposed_value, card.proposed_currency)} a year"


def _others(card: RenewalCard) -> list[Person]:
    """The team without the owner, who is named apart."""
    return [p for p in card.team if card.owner is None or p.slack_id != card.owner.slack_id]


def _contract_count(card: RenewalCard) -> int:
    return max(card.contract_count, len(card.contracts))


def _team(people: Sequence[Person]) -> str:
    named = [f"{text.name(p.name)} ({p.role.replace('_', ' ')})" if p.role else text.name(p.name) for p in people]
    more = len(named) - TEAM_SHOWN
    return ", ".join(named[:TEAM_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _health(card: RenewalCard) -> list[KitBlock]:
    if not _is_health_known(card):
        return []
    return [health_section(card.health_score, card.health_words, card.as_of)]


def _is_health_known(card: RenewalCard) -> bool:
    """Whether anything is known, be it too little for a score."""
    return card.health_score is not None or bool(card.health_words)


def _contracts(card: RenewalCard) -> list[KitBlock]:
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


def _words(card: RenewalCard) -> list[KitBlock]:
    lines = []
    if card.forecast_reason and _is_unsigned(card):
        lines.append(f"*Why {_forecast(card).lower()}:* {text.typed(card.forecast_reason)}")
    if card.lost_reason:
        words = f" (“{text.typed(card.lost_words)}”)" if card.lost_words else ""
        lines.append(f"*Why it was lost:* {label(LostReason(card.lost_reason))}{words}")
    if card.snoozed_until:
        because = f": {text.typed(card.snooze_reason)}" if card.snooze_reason else ""
        lines.append(f"*Snoozed until {text.day(card.snoozed_until, card.as_of)}*{because}")
    return [blocks.section("\n".join(lines))] if lines else []


def _buttons(card: RenewalCard) -> list[KitBlock]:
    sensible = [Button(b) for b in card.buttons]
    if not sensible:
        return []
    first = sensible[0]
    made = (renewal_button(b, card.renewal_id, card.account, b is first and b in _PRIMARY) for b in sensible)
    return [blocks.actions(*made)]
