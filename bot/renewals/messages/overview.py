"""What an overview says of renewals, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.accounts.overview_facts import AskChoice
from bot.accounts.rules import HELPED
from bot.core.person import Person
from bot.renewals.facts import EscalationRow
from bot.renewals.messages.escalations import choices_of, row_words, step_of
from bot.renewals.messages.status import headed
from bot.renewals.rules.needs import Need
from bot.renewals.rules.outlook import Outlook
from bot.renewals.rules.stages import Stage, label
from bot.renewals.rules.status import RenewalStatus
from bot.renewals.rules.sums import RenewalSum
from bot.slack import text
from bot.slack.ids import ActionId

NEEDS, CHANGES, AHEAD, RISKS = "Needs you", "Since the last one", "Renewals ahead", "At risk"
WINS, QUARTER = "Won", "Left this quarter"
AHEAD_TABLE = "Renewals ahead by forecast, value a year"
REASON_SHOWN = 80
IN_CELL = 1
"""Currencies in a cell; the line above the table has one more."""

HELPERS_SHOWN = 4


def money(of: RenewalSum) -> str:
    """ "€310,000 + $9,000 and 2 more currencies": those of the most renewals, never added."""
    return text.first_moneys(of.values, of.unknown)


def need_worth(of: RenewalSum) -> str:
    """What all that needs somebody is worth."""
    return f"Worth {money(of)} a year."


def need_row(need: Need, row: EscalationRow, as_of: str) -> str:
    """One renewal with why it is there and who is on it."""
    if need is Need.ESCALATED:
        lines = row_words(row, as_of).split("\n")
        return "\n".join([lines[0], f"Escalated · {lines[1][0].lower()}{lines[1][1:]}"])
    return row_words(row, as_of)


def need_words(need: Need, row: EscalationRow, as_of: str) -> str:
    """The same reason in a list."""
    stage = label(Stage(row.stage))
    return {
        Need.OVERDUE: f"Overdue, nothing signed, still {stage}",
        Need.ESCALATED: "Escalated, no update since",
        Need.UNCLAIMED: "Nobody is on it",
        Need.UNPAID: f"{stage}, not paid",
    }[need]


def buttons(row: EscalationRow, reader: str) -> tuple[AskChoice, ...]:
    """The step that its reader can take. Asking answers here: this message does not change."""
    step = step_of(row, reader)
    if step is None:
        return ()
    said, action, value = step
    asks = ActionId.OVERVIEW_ASK if action is ActionId.ASK_RENEWAL else action
    return (AskChoice(said, asks.value, str(value)),)


def menu(row: EscalationRow) -> tuple[AskChoice, ...]:
    """What its ⋯ offers."""
    return tuple(AskChoice(said, str(action), str(value)) for said, action, value in choices_of(row))


def horizon(days: int, of: RenewalSum, before: Mapping[str, str] | None) -> str:
    """ "Next 30 days: 12 renewals, €310,000 (was €290,000 last time)"."""
    if not of.count:
        return f"Next {days} days: none{_was(of, before)}"
    return f"Next {days} days: {text.count(of.count, 'renewal')}, *{money(of)}*{_was(of, before)}"


def by_months(months: Sequence[tuple[date, float]], currency: str) -> str:
    """ "By month, EUR: Mar 90,000 · Apr none": what the chart shows, added up over the forecasts."""
    return f"By month, {currency}: {' · '.join(f'{first:%b} {text.number(value)}' for first, value in months)}"


def by_outlook(of: Mapping[Outlook, RenewalSum]) -> str:
    """All 90 days by what is expected of them."""
    parts = [f"{one.label} {total.count:,}, {money(total)}" for one, total in of.items() if total.count]
    return f"Of those in 90 days: {' · '.join(parts)}"


def table_sum(of: RenewalSum) -> str:
    """A cell: how many, and what they are worth."""
    if not of.count:
        return "none"
    worth = text.first_moneys(of.values, 0, IN_CELL) if of.values else ""
    return ", ".join(
        part for part in (f"{of.count:,}", worth, f"{of.unknown:,} of no known value" if of.unknown else "") if part
    )


def forecast_words(row: EscalationRow) -> str:
    """What is expected of a renewal, in a list."""
    return f"{label(Stage(row.stage))}{', at risk' if row.is_at_risk else ''}"


def risk_total(of: RenewalSum, before: Mapping[str, str] | None) -> str:
    """How many are at risk and what they are worth."""
    return f"{text.count(of.count, 'renewal')}, *{money(of)}* a year{_was(of, before)}"


def risk_row(row: EscalationRow, as_of: str) -> str:
    """One of them, with the reason that was given."""
    reason = row.details.get("reason", "")
    why = f"“{text.typed(reason, REASON_SHOWN)}”" if reason else "no reason given"
    status = RenewalStatus.OVERDUE if row.is_overdue else RenewalStatus.AT_RISK
    return f"{headed(status, row.account)} · {worth_words(row)} · {due_words(row, as_of)} · {why}"


def change_lines(signed: RenewalSum, lost: RenewalSum) -> tuple[str, ...]:
    """What was signed and what was lost."""
    parts = []
    if signed.count:
        parts.append(f"✍️ signed: {text.count(signed.count, 'renewal')}, {money(signed)}")
    if lost.count:
        parts.append(f"⚫ lost: {text.count(lost.count, 'renewal')}, {money(lost)}")
    return (" · ".join(parts),) if parts else ()


def win_total(of: RenewalSum, named: int) -> str:
    """How many were paid, and what they are worth."""
    first = f", the {named} largest:" if of.count > named > 1 else ""
    return f"✅ paid: {text.count(of.count, 'renewal')}, *{money(of)}* a year{first}"


def win_row(row: EscalationRow, team: Sequence[Person]) -> str:
    """One of them, with the people who helped: who was on it, who helped to win, the account's team."""
    first = [row.claimed_by.name] if row.claimed_by else []
    helped = sorted(team, key=lambda one: one.role != HELPED)
    names = list(dict.fromkeys([*first, *(one.name for one in helped)]))
    more = len(names) - HELPERS_SHOWN
    shown = [text.name(one) for one in names[:HELPERS_SHOWN]] + ([f"{more} more"] if more > 0 else [])
    who = f", thanks to {text.listed(shown)}" if shown else ""
    return f"{text.name(row.account)}: {worth_words(row)}{who}"


def quarter_lines(ends: date, today: date, left: RenewalSum, signed: RenewalSum) -> tuple[str, ...]:
    """What is not decided yet, and what is signed and not paid."""
    days = f"{text.count((ends - today).days, 'day')} left, to {text.day(str(ends), today)}"
    open_words = (
        f"{text.count(left.count, 'renewal')} not decided, *{money(left)}*" if left.count else "everything is decided"
    )
    unpaid = f" · {text.count(signed.count, 'renewal')} signed and not paid, {money(signed)}" if signed.count else ""
    return (f"{days}: {open_words}{unpaid}",)


def worth_words(row: EscalationRow) -> str:
    """What a renewal is worth a year."""
    return text.first_moneys(row.values, row.unknown_values)


def due_words(row: EscalationRow, as_of: str) -> str:
    """When it is due, in one phrase without a sign."""
    if Stage(row.stage) not in (Stage.SIGNED, Stage.INVOICED):
        return text.due(row.deadline, row.renewal_date, row.auto_renew, as_of).removeprefix("⛔ ")
    return f"new term from {text.day(row.renewal_date, as_of)}"


def _was(of: RenewalSum, before: Mapping[str, str] | None) -> str:
    if before is None:
        return ""
    if dict(before) == dict(of.values):
        return " (as last time)"
    return f" (was {text.first_moneys(before) if before else 'none'} last time)"
