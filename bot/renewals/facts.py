"""What messages about renewals must show: plain values that features write and messages read. They fit in JSON.

Jobs and acts fill them from rows, renderers turn them into blocks; both know only this file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Self

from bot.core.facts import Facts, decode
from bot.core.person import Person


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One contract on a card. `value` is an amount as text in `currency`, or None when nobody knows it.

    `notice` are the words of the period that gives its `deadline`, empty where another day was agreed. Terms are in
    months; `is_assumed`: the contract does not say for how long it renews. `price_rise_by` is the last day to announce
    the price rise, so long before as `price_rise_notice` says. `notice_days` is all that older cards know.
    """

    name: str
    value: str | None
    currency: str | None
    renewal_date: str
    auto_renew: bool = False
    notice_days: int = 0
    notice: str = ""
    deadline: str = ""
    first_term: int | None = None
    renewal_term: int | None = None
    is_assumed: bool = False
    price_rise: str = ""
    price_rise_notice: str = ""
    price_rise_by: str | None = None


@dataclass(frozen=True, slots=True)
class RenewalCard(Facts):
    """All a renewal's card shows. Dates are ISO days, `as_of` the day the countdown was true.

    `values` is {currency: amount}; `why` and `why_rung` say why it came ("first", "rung", "overdue", "unpaid"),
    `next_kind`/`next_at` when the next word will come and about what. `buttons` are the actions that make sense now:
    claim, update, snooze, invoiced, paid. `routed` says why it stands here when this is not the account's own channel.
    `why_on` is the day on which `why_rung` came. `renewed`: how its next term began, "itself" or "signed"; empty while
    it has not. `final_values` to `term_ends` are what was signed. `undo_until` is the moment ("2026-03-03 09:30", where
    its people are) until which the payment can be taken back. `growth` is {currency: amount a year} of what is open of
    the account's opportunities.
    """

    renewal_id: int
    account_id: int
    account: str
    tier: str
    deadline: str
    renewal_date: str
    as_of: str
    days_left: int
    auto_renew: bool
    stage: str
    stage_since: str
    values: Mapping[str, str] = field(default_factory=dict)
    contracts: tuple[ContractLine, ...] = ()
    contract_count: int = 0
    unknown_values: int = 0
    owner: Person | None = None
    claimed_by: Person | None = None
    team: tuple[Person, ...] = ()
    forecast: str | None = None
    forecast_reason: str = ""
    proposed_value: str | None = None
    proposed_currency: str | None = None
    close_date: str | None = None
    snoozed_until: str | None = None
    snooze_reason: str = ""
    lost_reason: str | None = None
    lost_words: str = ""
    outcome: str | None = None
    why: str = "first"
    why_rung: int | None = None
    why_on: str | None = None
    renewed: str = ""
    next_kind: str | None = None
    next_at: str | None = None
    routed: str = ""
    buttons: tuple[str, ...] = ()
    health_score: int | None = None
    health_words: tuple[str, ...] = ()
    health_band: str = ""
    health_before: int | None = None
    final_values: Mapping[str, str] = field(default_factory=dict)
    final_term_months: int | None = None
    term_starts: str | None = None
    term_ends: str | None = None
    paid_on: str | None = None
    undo_until: str | None = None
    growth: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThreadLine(Facts):
    """One line in a card's thread: what happened (`code`), who did it, and the particulars its sentence needs.

    `mention` is the Slack id of a person who must see it (an escalation); nobody is mentioned for their own doing.
    `renewal_id` is 0 where the line stands without buttons, as in a timeline.
    """

    code: str
    account: str
    by: Person | None = None
    mention: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    renewal_id: int = 0

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The line back from JSON."""
        return decode(cls, {**facts, "renewal_id": facts.get("renewal_id") or 0})


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """One renewal in somebody's morning message. `codes` are why (line_codes.NoticeCode), `details` for their words.

    `settled` is what somebody did about it since (a line's code) and `settled_by` their name; `asked_by` the name of
    who asked `asked_whom`.
    """

    renewal_id: int
    account_id: int
    account: str
    stage: str
    deadline: str
    renewal_date: str
    auto_renew: bool = False
    codes: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    is_at_risk: bool = False
    is_overdue: bool = False
    owner: Person | None = None
    owner_away: str | None = None
    claimed_by: Person | None = None
    settled: str = ""
    settled_by: str = ""
    asked_by: str = ""
    asked_whom: str = ""


@dataclass(frozen=True, slots=True)
class EscalationList(Facts):
    """A person's or a channel's morning message: the renewals that need them, the worst first. `reader` is its id.

    `count` and `values` ({currency: amount as text}) are of all of them, of whom `rows` are the first, at most `ROWS`.
    """

    as_of: str
    reader: str
    rows: tuple[EscalationRow, ...]
    count: int
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0

    ROWS: ClassVar[int] = 50

    @classmethod
    def of(cls, as_of: str, reader: str, rows: Sequence[EscalationRow]) -> Self:
        """The message about these renewals; amounts in different currencies stay apart."""
        totals: dict[str, Decimal] = {}
        for row in rows:
            for currency, amount in row.values.items():
                totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
        values = {currency: str(amount) for currency, amount in sorted(totals.items())}
        unknown = sum(row.unknown_values for row in rows)
        return cls(as_of, reader, tuple(rows[: cls.ROWS]), len(rows), values, unknown)


@dataclass(frozen=True, slots=True)
class RenewalQuestion(Facts):
    """Who answers for a renewal is asked what is next with it."""

    as_of: str
    asked_by: Person
    row: EscalationRow
