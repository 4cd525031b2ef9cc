"""Renewals as they stand now, with the people and the place that their cards and reminders need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from bot.agenda.jobs import DueJob
from bot.core.hours import Hours, still_away
from bot.core.person import Person
from bot.db.scope import among, lock, within
from bot.db.work import Work
from bot.models import Account, Escalation, Member, Renewal
from bot.renewals.rules.ladder import days_left
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext
from bot.workspace.routes import Destination


class Keeper(NamedTuple):
    """One of a renewal's people. `zone`, `country` and `hours` are read of its owner alone."""

    id: int
    slack_id: str
    name: str
    away_until: date | None
    zone: str | None = None
    country: str | None = None
    hours: str | None = None

    @property
    def person(self) -> Person:
        """As messages name them."""
        return Person(self.slack_id, self.name)


class RenewalView(NamedTuple):
    """One renewal (its columns as in models/renewal.py), its account and its people. A tuple: a batch has thousands.

    `manager` is the owner's. An outsider counts as nobody. `told` are (step, occasion) of the escalations it had.
    """

    id: int
    account_id: int
    deadline: date
    renewal_date: date
    term_months: int
    auto_renew: bool
    values: Mapping[str, str]
    unknown_values: int
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
    first_claimed_at: datetime | None
    touched_at: datetime | None
    snoozed_until: date | None
    snooze_reason: str
    snoozed_at: datetime | None
    touched_before_snooze: datetime | None
    is_kept_silent: bool
    rung: int | None
    rung_on: date | None
    first_rung_at: datetime | None
    carded_at: datetime | None
    escalation_round: int
    stand_in: str | None
    stand_in_for: str | None
    signed_at: datetime | None
    invoiced_at: datetime | None
    paid_at: datetime | None
    paid_by: str | None
    rolled_contracts: Sequence[int] | None
    rolled_lines: Sequence[Mapping[str, Any]] | None
    contract_count: int | None
    next_renewal_date: date | None
    renewed_by_itself: bool
    agreed_values: Mapping[str, str] | None
    unshared_values: Mapping[str, str] | None
    split_from_id: int | None
    lost_reason: str | None
    lost_words: str
    lost_until: date | None
    closed_at: datetime | None
    outcome: str | None
    account: str
    tier: str
    segment: str
    channel: str | None
    owner: Keeper | None
    manager: Keeper | None
    claimer: Keeper | None
    told: frozenset[tuple[str, str]] = frozenset()

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
    def has_rolled(self) -> bool:
        """Whether its next term has begun."""
        return self.rolled_contracts is not None

    @property
    def owner_slack(self) -> str | None:
        """The Slack id of the account's owner."""
        return self.owner.slack_id if self.owner else None

    def hours(self, ws: WorkspaceContext) -> Hours:
        """When its owner is at work, away or not, from the time of alerts on; without an owner the workspace's hours.

        While the owner is away somebody stands in at these hours.
        """
        if (owner := self.owner) is None:
            return ws.alert_hours(self.tier, None, None, None)
        return ws.alert_hours(self.tier, owner.zone, owner.country, owner.hours)

    def today(self, ws: WorkspaceContext, now: datetime) -> date:
        """The date where its owner is."""
        return self.hours(ws).day(now)

    def was_notified(self, step: str, occasion: str) -> bool:
        """Whether it has come to this step of escalation already; each comes once for a deadline, date or silence."""
        return (step, occasion) in self.told

    def destination(self, ws: WorkspaceContext) -> Destination:
        """Where its card belongs now.

        Once it went to someone who stands in for its owner, it stays there while this owner's messages are its place.
        """
        regular = ws.routes.destination(self.channel, self.segment, self.tier, self.owner_slack)
        if self.stand_in and regular.routed == "owner" and self.stand_in_for in (None, self.owner_slack):
            is_person = self.stand_in.startswith(("U", "W"))
            return Destination(None if is_person else self.stand_in, self.stand_in if is_person else None, "stand_in")
        return regular

    def is_away(self, slack_id: str | None, today: date) -> bool:
        """Whether this person, if they are its owner, the owner's manager or on it, is away."""
        return any(
            still_away(one.away_until, today) is not None
            for one in (self.owner, self.manager, self.claimer)
            if one is not None and one.slack_id == slack_id
        )


# Columns of the tables rather than of the classes: the ORM's own loading costs as much again as the query.
_R = Renewal.__table__.c
_AC = Account.__table__.c
_E = Escalation.__table__.c
# Made once: the columns of an alias refer to each other, and a long tick would leave them to the garbage collector.
_OWNER, _MANAGER, _CLAIMER = (Member.__table__.alias(name) for name in ("owner", "manager", "claimer"))
_OWNERS_ZONE, _OWNERS_COUNTRY, _OWNERS_HOURS, _ = workspace_hours.columns(_OWNER.c)
_RENEWAL_COLUMNS = RenewalView._fields[: RenewalView._fields.index("account")]
# Who was on it and has left since is on it no more: others are reminded, and can take it on.
_READ = {"claimed_by_id": _CLAIMER.c.id}
_NAMED = ("id", "slack_id", "name", "away_until")


def load(work: Work, renewal_ids: Sequence[int], locked: bool = True) -> dict[int, RenewalView]:
    """The renewals with these ids that belong to the workspace, `locked` until the transaction ends."""
    if locked:
        lock(work, Renewal, renewal_ids)
    told = _told(work, renewal_ids)
    return {row[0]: _view(row, told) for row in work.rows(_VIEWS, ids=list(renewal_ids))}


_VIEWS = (
    select(
        *(_READ.get(name, _R[name]) for name in _RENEWAL_COLUMNS),
        *(_AC[name] for name in ("name", "tier", "segment", "channel")),
        *(_OWNER.c[name] for name in _NAMED),
        *(_OWNERS_ZONE, _OWNERS_COUNTRY, _OWNERS_HOURS),
        *(_MANAGER.c[name] for name in _NAMED),
        *(_CLAIMER.c[name] for name in _NAMED),
    )
    .select_from(Renewal.__table__)
    .join(Account.__table__, _AC.id == _R.account_id)
    .outerjoin(_OWNER, (_OWNER.c.id == _AC.owner_id) & _OWNER.c.is_outsider.is_(False))
    .outerjoin(_MANAGER, (_MANAGER.c.id == _OWNER.c.manager_id) & _MANAGER.c.is_outsider.is_(False))
    .outerjoin(_CLAIMER, (_CLAIMER.c.id == _R.claimed_by_id) & _CLAIMER.c.is_outsider.is_(False))
    .where(within(_R.workspace_id, bindparam("of")), among(_R.id))
    .order_by(_R.id)
)
_OWNER_AT = RenewalView._fields.index("owner")
_MANAGER_AT = _OWNER_AT + len(Keeper._fields)
_CLAIMER_AT = _MANAGER_AT + len(_NAMED)
_NOTHING: frozenset[tuple[str, str]] = frozenset()


def _view(row: Sequence[Any], told: Mapping[int, frozenset[tuple[str, str]]]) -> RenewalView:
    owner = Keeper._make(row[_OWNER_AT:_MANAGER_AT]) if row[_OWNER_AT] is not None else None
    manager = Keeper(*row[_MANAGER_AT:_CLAIMER_AT]) if row[_MANAGER_AT] is not None else None
    claimer = Keeper(*row[_CLAIMER_AT:]) if row[_CLAIMER_AT] is not None else None
    return RenewalView._make((*row[:_OWNER_AT], owner, manager, claimer, told.get(row[0], _NOTHING)))


def _told(work: Work, renewal_ids: Sequence[int]) -> dict[int, frozenset[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for renewal_id, step, occasion in work.rows(_STEPS, ids=list(renewal_ids)):
        found[renewal_id].add((step, occasion))
    return {renewal_id: frozenset(told) for renewal_id, told in found.items()}


_STEPS = select(_E.renewal_id, _E.step, _E.occasion).where(
    within(_E.workspace_id, bindparam("of")), among(_E.renewal_id)
)


def load_due(work: Work, rows: Sequence[DueJob]) -> Iterator[tuple[DueJob, RenewalView]]:
    """Each due row with its renewal. Of several rows of one renewal in a batch the most urgent is given, once."""
    states = load(work, [row.subject_id for row in rows])
    for row in rows:
        found = states.pop(row.subject_id, None)
        if found is not None:
            yield row, found


def is_attended(s: RenewalView, quiet_days: int, now: datetime) -> bool:
    """Whether a reminder has lost its reason: someone is on it and touched it within the quiet days.

    A snooze is no work on it: while it lasts, what counts is the touch before it.
    """
    is_asleep = s.snoozed_until is not None and s.touched_at == s.snoozed_at
    touched = s.touched_before_snooze if is_asleep else s.touched_at
    return s.claimed_by_id is not None and touched is not None and now - touched < timedelta(days=quiet_days)


def countdown(s: RenewalView, today: date) -> dict[str, str]:
    """The details of a line about a deadline."""
    left = days_left(s.deadline, today)
    details = {"deadline": str(s.deadline), "days_left": str(left), "as_of": str(today)}
    if left < 0:
        # Then it counts whether only the notice window has closed, or the renewal itself is overdue.
        details |= {"ends": str(s.renewal_date), "auto_renew": "yes" if s.auto_renew else ""}
    return details


def silence(s: RenewalView) -> str:
    """Which silence this is: since that update, or of this deadline when there was none."""
    return f"{s.touched_at:%Y-%m-%dT%H%M%S}" if s.touched_at else str(s.deadline)
