"""A renewal as it stands now, with the people and the place that its card and its reminders need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.core.hours import Hours, still_away
from bot.core.person import Person
from bot.db.scope import lock
from bot.db.work import Work
from bot.models import Account, Member, Renewal
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext
from bot.workspace.routes import Destination


class RenewalView(NamedTuple):
    """One renewal, its account, its owner, the owner's manager and who is on it. A tuple, since a batch has thousands.

    `owner_…`, `manager_…` and `claimer_…` are empty where there is no such person. An outsider counts as nobody.
    """

    id: int
    account_id: int
    deadline: date
    renewal_date: date
    term_months: int
    auto_renew: bool
    values: Mapping[str, str]
    stage: str
    stage_at: datetime
    forecast: str | None
    forecast_reason: str
    proposed_value: Decimal | None
    proposed_currency: str | None
    close_date: date | None
    final_values: Mapping[str, str] | None
    final_term_months: int | None
    term_starts: date | None
    term_ends: date | None
    claimed_by_id: int | None
    claimed_at: datetime | None
    touched_at: datetime | None
    snoozed_until: date | None
    snooze_reason: str
    rung: int | None
    rung_on: date | None
    carded_at: datetime | None
    signed_at: datetime | None
    invoiced_at: datetime | None
    paid_at: datetime | None
    lost_reason: str | None
    lost_words: str
    closed_at: datetime | None
    outcome: str | None
    facts: Mapping[str, Any]
    account: str
    tier: str
    segment: str
    channel: str | None
    owner_id: int | None
    owner_slack: str | None
    owner_name: str | None
    owner_zone: str | None
    owner_country: str | None
    owner_hours: str | None
    owner_away: date | None
    manager_slack: str | None
    manager_name: str | None
    manager_away: date | None
    claimer_slack: str | None
    claimer_name: str | None
    claimer_away: date | None

    @property
    def subject(self) -> str:
        """The renewal on the agenda."""
        return f"renewal:{self.id}"

    @property
    def card_key(self) -> str:
        """The renewal's card among the posts."""
        return f"renewal:{self.id}:card"

    @property
    def is_unsigned(self) -> bool:
        """Whether the customer can still say no: only then ladder and escalations speak."""
        return self.closed_at is None and is_unsigned(Stage(self.stage))

    @property
    def owner(self) -> Person | None:
        """The account's owner."""
        return Person(self.owner_slack, self.owner_name or "", "owner") if self.owner_slack else None

    @property
    def claimer(self) -> Person | None:
        """Who is on it."""
        return Person(self.claimer_slack, self.claimer_name or "") if self.claimer_slack else None

    def hours(self, office: WorkspaceContext) -> Hours:
        """When its owner is at work, away or not, from the time of alerts on; without an owner the workspace's hours.

        While the owner is away somebody stands in at these hours.
        """
        return office.alert_hours(self.tier, self.owner_zone, self.owner_country, self.owner_hours)

    def today(self, office: WorkspaceContext, now: datetime) -> date:
        """The date where its owner is."""
        return self.hours(office).day(now)

    def told(self, step: str) -> bool:
        """Whether this escalation was told already; each is told once for a deadline or date, which follows the @."""
        told = self.facts.get("told", ())
        # Older rows name no deadline: what was told then is not told again.
        return step in told or step.partition("@")[0] in told

    def destination(self, office: WorkspaceContext) -> Destination:
        """Where its card belongs now.

        Once it went to someone who stands in for its owner, it stays there while this owner's messages are its place.
        """
        regular = office.routes.destination(self.channel, self.segment, self.tier, self.owner_slack)
        stand_in = self.facts.get("stand_in")
        if stand_in and regular.routed == "owner" and self.facts.get("stand_in_for") in (None, self.owner_slack):
            is_person = stand_in.startswith(("U", "W"))
            return Destination(None if is_person else stand_in, stand_in if is_person else None, "stand_in")
        return regular

    def is_away(self, slack_id: str | None, today: date) -> bool:
        """Whether this person, if they are its owner, the owner's manager or on it, is away."""
        away = {
            self.manager_slack: self.manager_away,
            self.owner_slack: self.owner_away,
            self.claimer_slack: self.claimer_away,
        }.get(slack_id)
        return still_away(away, today) is not None


# Columns of the tables rather than of the classes: the ORM's own loading costs as much again as the query.
_R = Renewal.__table__.c
_AC = Account.__table__.c
# Made once: the columns of an alias refer to each other, and a long tick would leave them to the garbage collector.
_OWNER, _MANAGER, _CLAIMER = (Member.__table__.alias(name) for name in ("owner", "manager", "claimer"))
_OWNERS_HOURS = workspace_hours.columns(_OWNER.c)
_RENEWAL_COLUMNS = RenewalView._fields[: RenewalView._fields.index("account")]
# Who was on it and has left since is on it no more: others are reminded, and can take it on.
_READ = {"claimed_by_id": _CLAIMER.c.id}


def load(work: Work, renewal_ids: Sequence[int], locked: bool = True) -> dict[int, RenewalView]:
    """The renewals with these ids that belong to the workspace, `locked` until the transaction ends."""
    if locked:
        lock(work, Renewal, renewal_ids)
    owner, manager, claimer = _OWNER, _MANAGER, _CLAIMER
    statement = (
        select(
            *(_READ.get(name, _R[name]) for name in _RENEWAL_COLUMNS),
            _AC.name,
            _AC.tier,
            _AC.segment,
            _AC.channel,
            owner.c.id,
            owner.c.slack_id,
            owner.c.name,
            *_OWNERS_HOURS,
            manager.c.slack_id,
            manager.c.name,
            manager.c.away_until,
            claimer.c.slack_id,
            claimer.c.name,
            claimer.c.away_until,
        )
        .select_from(Renewal.__table__)
        .join(Account.__table__, _AC.id == _R.account_id)
        .outerjoin(owner, (owner.c.id == _AC.owner_id) & owner.c.is_outsider.is_(False))
        .outerjoin(manager, (manager.c.id == owner.c.manager_id) & manager.c.is_outsider.is_(False))
        .outerjoin(claimer, (claimer.c.id == _R.claimed_by_id) & claimer.c.is_outsider.is_(False))
        .where(_R.workspace_id == work.workspace_id, _R.id.in_(renewal_ids))
        .order_by(_R.id)
    )
    return {row[0]: RenewalView._make(row) for row in work.session.execute(statement)}
