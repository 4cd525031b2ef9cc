"""What screens read: one card, an account's open renewals, a person's, and what the coming days bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from bot.accounts import team as account_team
from bot.db.scope import within
from bot.errors import Refused
from bot.models import Account, AgendaRow, Member, Renewal
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


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One thought on the agenda: when, of what kind, about which renewal of which account."""

    at: datetime
    kind: str
    renewal_id: int
    account: str


def card(session: Session, workspace_id: int, renewal_id: int, now: datetime) -> RenewalCard:
    """The card of one renewal as it stands now; raises Refused when the workspace has none of this id."""
    found = view.load(session, workspace_id, [renewal_id], locked=False)
    if renewal_id not in found:
        raise Refused("This renewal is not there any more. Use /renewal to find the account's current one.")
    return renewal_card.build(session, context.load(session, workspace_id), [found[renewal_id]], now)[0]


def card_to_update(session: Session, workspace_id: int, renewal_id: int, now: datetime) -> RenewalCard:
    """The card of a renewal that can still change; raises Refused when it is over, or when there is none."""
    found = card(session, workspace_id, renewal_id, now)
    if found.outcome not in (None, "lost"):
        raise Refused(f"This renewal of {found.account} is over. Use /renewal to find the current one.")
    return found


def snoozes(session: Session, workspace_id: int, card: RenewalCard) -> tuple[SnoozeChoice, ...]:
    """How long a renewal can be snoozed, on the working days of its owner; raises Refused when not at all."""
    if not is_unsigned(Stage(card.stage)):
        raise Refused(f"{card.account}'s renewal is {card.outcome or card.stage} already. There is nothing to snooze.")
    here = context.load(session, workspace_id)
    deadline, today = date.fromisoformat(card.deadline), date.fromisoformat(card.as_of)
    owner = select(*hours.columns(Member)).where(
        within(Member.workspace_id, workspace_id), Member.slack_id == (card.owner.slack_id if card.owner else None)
    )
    row = session.execute(owner).first()
    free = (here.working.of(*row) if row else here.hours).days_off
    choices = snooze_choices(deadline, today, free, here.policies.of(card.tier).snooze_days)
    if not choices:
        raise Refused("The deadline is too near to snooze. Update the renewal instead.")
    return choices


def open_renewals(session: Session, workspace_id: int, account_id: int) -> list[RenewalBrief]:
    """An account's renewals that are neither paid, lost nor over, by deadline."""
    return _briefs(session, workspace_id, Renewal.account_id == account_id, 100)


def renewals_of(session: Session, workspace_id: int, member_id: int, limit: int = 20) -> list[RenewalBrief]:
    """The open renewals of the accounts that a person keeps, or is on, most urgent first."""
    mine = or_(Renewal.claimed_by_id == member_id, account_team.keeps(workspace_id, member_id, Renewal.account_id))
    return _briefs(session, workspace_id, mine, limit)


def upcoming_days(session: Session, workspace_id: int, until: datetime, limit: int = 1000) -> list[Upcoming]:
    """What will be thought about until then, soonest first; what comes of it depends on the state by then."""
    rows = session.execute(
        select(AgendaRow.due_at, AgendaRow.kind, AgendaRow.subject)
        .where(
            AgendaRow.workspace_id == workspace_id,
            literal_column("handled_at").is_(None),
            AgendaRow.due_at <= until,
            AgendaRow.subject.startswith("renewal:"),
        )
        .order_by(AgendaRow.due_at, AgendaRow.urgency)
        .limit(limit)
    ).all()
    ids = [int(subject.partition(":")[2]) for _, _, subject in rows]
    names = _account_names(session, workspace_id, ids)
    return [Upcoming(at, kind, i, names.get(i, "")) for (at, kind, _), i in zip(rows, ids, strict=True)]


def _briefs(session: Session, workspace_id: int, which: ColumnElement[bool], limit: int) -> list[RenewalBrief]:
    rows = session.execute(
        select(
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
        .where(Renewal.workspace_id == workspace_id, Renewal.closed_at.is_(None), which)
        .order_by(Renewal.deadline, Renewal.id)
        .limit(limit)
    )
    return [RenewalBrief(**row._mapping) for row in rows]


def _account_names(session: Session, workspace_id: int, renewal_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Renewal.id, Account.name)
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.workspace_id == workspace_id, Renewal.id.in_(set(renewal_ids)))
    )
    return {row.id: row.name for row in rows}
