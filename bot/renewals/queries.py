"""What screens read: one card, an account's open renewals, a person's, and what the coming days bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, Member, Renewal
from bot.renewals import card as renewal_card
from bot.renewals import view
from bot.renewals.facts import RenewalCard
from bot.renewals.rules.stages import SnoozeChoice, Stage, is_unsigned, snooze_choices
from bot.workspace import context, hours


@dataclass(frozen=True, slots=True)
class RenewalBrief:
    """One renewal in a list. `values` is {currency: amount as text}."""

    id: int
    account_id: int
    account: str
    deadline: date
    renewal_date: date
    stage: str
    values: dict[str, str]
    claimed_by_id: int | None
    snoozed_until: date | None
    auto_renew: bool = False


def card(work: Work, renewal_id: int) -> RenewalCard:
    """The card of one renewal as it stands now; raises Refused when the workspace has none of this id."""
    found = view.load(work, [renewal_id], locked=False)
    if renewal_id not in found:
        raise Refused("This renewal is not there any more. Use /renewal to find the account's current one.")
    return renewal_card.build(work, [found[renewal_id]])[0]


def card_to_update(work: Work, renewal_id: int) -> RenewalCard:
    """The card of a renewal that can still change; raises Refused when it is over, or when there is none."""
    found = card(work, renewal_id)
    if found.outcome not in (None, "lost"):
        raise Refused(f"This renewal of {found.account} is over. Use /renewal to find the current one.")
    return found


def snoozes(work: Work, card: RenewalCard) -> tuple[SnoozeChoice, ...]:
    """How long a renewal can be snoozed, on the working days of its owner; raises Refused when not at all."""
    if not is_unsigned(Stage(card.stage)):
        raise Refused(f"{card.account}'s renewal is {card.outcome or card.stage} already. There is nothing to snooze.")
    ws = context.of(work)
    deadline, today = date.fromisoformat(card.deadline), date.fromisoformat(card.as_of)
    owner = select(*hours.columns(Member)).where(
        within(Member.workspace_id, work.workspace_id), Member.slack_id == (card.owner.slack_id if card.owner else None)
    )
    row = work.session.execute(owner).first()
    free = (ws.working.of(*row) if row else ws.hours).days_off
    choices = snooze_choices(deadline, today, free, ws.policies.of(card.tier).snooze_days)
    if not choices:
        raise Refused("The deadline is too near to snooze. Update the renewal instead.")
    return choices


def open_renewals(work: Work, account_id: int) -> list[RenewalBrief]:
    """An account's renewals that are neither paid, lost nor over, by deadline."""
    return _briefs(work, Renewal.account_id == account_id, 100)


def _briefs(work: Work, which: ColumnElement[bool], limit: int) -> list[RenewalBrief]:
    rows = work.session.execute(
        work.select(
            Renewal.id,
            Renewal.account_id,
            Account.name.label("account"),
            Renewal.deadline,
            Renewal.renewal_date,
            Renewal.stage,
            Renewal.values,
            Renewal.claimed_by_id,
            Renewal.snoozed_until,
            Renewal.auto_renew,
        )
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.closed_at.is_(None), which)
        .order_by(Renewal.deadline, Renewal.id)
        .limit(limit)
    )
    return [RenewalBrief(**row._mapping) for row in rows]
