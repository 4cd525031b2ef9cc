"""The status line of a renewal: its sign with its word, account, value and date, the same wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.core.money import differ
from bot.renewals.facts import RenewalCard
from bot.renewals.rules.stages import Stage
from bot.renewals.rules.status import RenewalStatus, sign, status_of, word
from bot.slack import text

CURRENCIES_SHOWN = 4

_SETTLED = (RenewalStatus.SIGNED, RenewalStatus.INVOICED, RenewalStatus.PAID)


def status_of_card(card: RenewalCard) -> RenewalStatus:
    """How the renewal of a card stands on the day of the card."""
    return status_of(
        Stage(card.stage),
        card.outcome,
        card.forecast,
        card.claimed_by is not None,
        card.snoozed_until is not None,
        date.fromisoformat(card.renewal_date),
        card.auto_renew,
        date.fromisoformat(card.as_of),
    )


def headed(status: RenewalStatus, account: str, bold: str = "*") -> str:
    """ "🔴 *Cedar Health*: at risk"."""
    return f"{sign(status)} {bold}{text.name(account)}{bold}: {word(status)}".strip()


def status_line(card: RenewalCard, bold: str = "*") -> str:
    """ "🔴 *Cedar Health*: at risk · *$240,000* a year · renews *Sat 12 Dec*, 12 days left"."""
    status = status_of_card(card)
    value = value_words(card.values, card.unknown_values, bold)
    if card.final_values and status in _SETTLED:
        value = _final(card.final_values, card.values, bold)
    return " · ".join(filter(None, [headed(status, card.account, bold), value, _dates(card, status, bold)]))


def value_words(
    values: Mapping[str, str], unknown: int = 0, bold: str = "*", most: int | None = CURRENCIES_SHOWN
) -> str:
    """What they pay in a year, per currency, never added; of many currencies the first `most`."""
    if not values:
        return text.moneys({}, unknown)
    shown = dict(sorted(values.items())[:most])
    more = len(values) - len(shown)
    rest = f" + {text.count(more, 'more amount')} in other currencies" if more > 0 else ""
    none = f" + {text.moneys({}, unknown)}" if unknown else ""
    return f"{bold}{text.moneys(shown)}{bold} a year{rest}{none}"


def date_words(deadline: str, renewal_date: str, auto_renew: bool, as_of: str, bold: str = "*") -> str:
    """When an unsigned renewal is due, and what comes if nobody acts."""
    renewal = f"{bold}{text.day(renewal_date, as_of)}{bold}"
    if renewal_date < as_of:
        if auto_renew:
            return f"renewed {renewal}"
        return f"was due {renewal}, {text.overdue(renewal_date, as_of)}"
    by_itself = " by itself" if auto_renew else ""
    if deadline == renewal_date:
        return f"renews {renewal}{by_itself}, {text.left(renewal_date, as_of)}"
    if deadline < as_of:
        closed = f"notice window closed {text.day(deadline, as_of)}"
        return f"renews {renewal}{by_itself}, {text.left(renewal_date, as_of)} · {closed}"
    verb, then = ("cancel by", "otherwise it renews") if auto_renew else ("notice by", "to be signed by")
    return f"{verb} {bold}{text.day(deadline, as_of)}{bold}, {text.left(deadline, as_of)}; {then} {renewal}"


def _dates(card: RenewalCard, status: RenewalStatus, bold: str) -> str:
    if status in _SETTLED and card.term_starts and card.term_ends:
        ends = text.day(card.term_ends, card.as_of)
        if status is RenewalStatus.PAID and card.paid_on:
            return f"paid {text.day(card.paid_on, card.as_of)} · runs to {bold}{ends}{bold}"
        verb = "begins" if card.term_starts > card.as_of else "began"
        return f"new term {verb} {bold}{text.day(card.term_starts, card.as_of)}{bold}, runs to {bold}{ends}{bold}"
    if status in (RenewalStatus.LOST, RenewalStatus.MERGED, RenewalStatus.ENDED, *_SETTLED):
        was = "was " if card.renewal_date < card.as_of else ""
        return f"renewal date {was}{bold}{text.day(card.renewal_date, card.as_of)}{bold}"
    return date_words(card.deadline, card.renewal_date, card.auto_renew, card.as_of, bold)


def _final(final: Mapping[str, str], before: Mapping[str, str], bold: str) -> str:
    """ "*£48,000.50* a year (was £54,500)"; without what it was when that was the same, or is not known."""
    was = f" (was {text.moneys(before)})" if before and differ(final, before) else ""
    return f"{value_words(final, bold=bold)}{was}"
