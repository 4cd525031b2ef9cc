"""Words that a renewal's card, thread and form share: contract terms, what was signed, and buttons."""

from __future__ import annotations

from collections.abc import Mapping

import slackblocks as kit
from slackblocks.elements import Element

from bot.core.money import differ
from bot.renewals.facts import ContractLine
from bot.renewals.rules.stages import Button, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId

ACTIONS = {
    Button.CLAIM: ActionId.CLAIM_RENEWAL,
    Button.UPDATE: ActionId.UPDATE_RENEWAL,
    Button.SNOOZE: ActionId.SNOOZE_RENEWAL,
    Button.INVOICED: ActionId.INVOICE_RENEWAL,
    Button.PAID: ActionId.PAY_RENEWAL,
    Button.UNDO: ActionId.UNDO_PAID,
}


def renewal_button(
    kind: Button, renewal_id: int, account: str, is_primary: bool = False, place: int | None = None
) -> Element:
    """A button of a renewal. Paid asks first, since it closes the card."""
    action_id = ACTIONS[kind] if place is None else f"{ACTIONS[kind]}:{place}"
    style = "primary" if is_primary else None
    if kind is not Button.PAID:
        return blocks.button(label(kind), action_id, renewal_id, style)
    sure = kit.ConfirmationDialogue(
        "Is it paid?",
        f"{text.plain(account, 60)}: this closes the card, and the contracts go on to their next term. "
        "It can be undone for a day.",
        "Yes, it is paid",
        "Not yet",
    )
    words = kit.Text(label(kind), type_=kit.TextType.PLAINTEXT, emoji=True)
    return kit.Button(words, action_id=action_id, value=str(renewal_id), style=style, confirm=sure)  # type: ignore[arg-type]


def final_value(final: Mapping[str, str], before: Mapping[str, str]) -> str:
    """ "£48,000.50, was £54,500 (a year)"; without what it was before when that was the same, or is not known."""
    if not before or not differ(final, before):
        return f"{text.moneys(final)} a year"
    return f"{text.moneys(final)}, was {text.moneys(before)} (a year)"


def new_term(starts: str, ends: str, months: int | None, as_of: str) -> str:
    """ "The new term begins Fri 6 Feb and runs to Sun 6 Feb 2028 (12 months)"; began, once it has."""
    verb = "begins" if starts > as_of else "began"
    length = f" ({text.count(months, 'month')})" if months else ""
    return f"The new term {verb} {text.day(starts, as_of)} and runs to {text.day(ends, as_of)}{length}"


def term_words(line: ContractLine, as_of: str) -> list[str]:
    """The parts of the sentence about a contract that still runs, each able to stand alone."""
    parts = []
    if line.first_term and line.first_term != line.renewal_term:
        parts.append(f"first term {text.count(line.first_term, 'month')}")
    renews = "renews by itself" if line.auto_renew else "needs a signature"
    if line.renewal_term and (line.auto_renew or not line.is_assumed):
        how_long = f"for {text.count(line.renewal_term, 'month')}{' (assumed)' if line.is_assumed else ''}"
        renews = f"{renews} {how_long}" if line.auto_renew else f"{renews}, renews {how_long}"
    parts.append(renews)
    if notice := notice_words(line, as_of):
        parts.append(notice)
    if line.price_rise:
        by = f", to be announced by {text.day(line.price_rise_by, as_of)}" if line.price_rise_by else ""
        before = f" ({text.typed(line.price_rise_notice, 80)} before)" if line.price_rise_notice else ""
        parts.append(f"price rises by {text.typed(line.price_rise, 120)}{by}{before}")
    return parts


def notice_words(line: ContractLine, as_of: str) -> str:
    """The notice period as a sum, "notice: 3 months before 1 Jan = 1 Oct", or the day that was agreed; may be empty."""
    if line.notice and line.deadline:
        end, last = text.short_day(line.renewal_date), text.short_day(line.deadline)
        before = f", before {end}" if " to the end of " in line.notice else f" before {end}"
        return f"notice: {line.notice}{before} = {last}"
    if line.deadline and line.deadline != line.renewal_date:
        return f"notice until {text.day(line.deadline, as_of)}"
    return f"{text.count(line.notice_days, 'day')} notice" if line.notice_days else ""
