"""What speaks for and against asking, read for several accounts at once out of what the team has learnt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.core.policy import Policy, Tier
from bot.db.scope import within
from bot.db.work import Work
from bot.health.inputs import URGENT
from bot.models import (
    Account,
    AccountHealth,
    FollowUp,
    PulseAnswer,
    PulseRound,
    Referral,
    Renewal,
    Teammate,
    Touchpoint,
)
from bot.referrals.rules import AccountMoment, ReferralLimits, near_deadline
from bot.workspace import context

WINDOW_MONTHS = 12
TROUBLED = ("red", "yellow")


@dataclass(frozen=True, slots=True)
class TouchShare:
    """Touches of who would ask, and those of them near a deadline; `is_own`: theirs alone, else the whole team's."""

    touches: int = 0
    near: int = 0
    is_own: bool = False


def limits_of(policy: Policy) -> ReferralLimits:
    """The workspace's numbers for a tier."""
    return ReferralLimits(
        policy.referral_pause_days,
        policy.referral_green_days,
        policy.referral_score,
        policy.referral_quiet_days,
        policy.referral_near_percent,
        policy.referral_near_days,
    )


def moments(work: Work, account_ids: Collection[int], shares: Mapping[int, TouchShare]) -> dict[int, AccountMoment]:
    """What is known of each of these accounts as of now; `shares` is what `touch_shares` found."""
    today = local_date(work.now, context.of(work).zone)
    green, trouble = _pulses(work, account_ids)
    for account_id, on in _tickets(work, account_ids, today):
        trouble[account_id] = max(trouble.get(account_id, on), on)
    scores = _scores(work, account_ids)
    unpaid, promises = _unpaid(work, account_ids, today), _overdue(work, account_ids, today)
    found = {}
    for account_id in account_ids:
        share = shares.get(account_id, TouchShare())
        found[account_id] = AccountMoment(
            green.get(account_id),
            trouble.get(account_id),
            scores.get(account_id),
            unpaid[account_id],
            promises[account_id],
            share.touches,
            share.near,
        )
    return found


def touch_shares(work: Work, askers: Mapping[int, int | None]) -> dict[int, TouchShare]:
    """Account → the touches of who would ask there, over the twelve months up to now.

    Their own where they have any; else those of the account's whole team, as after a handoff. Notes are no touches.
    """
    zone = context.of(work).zone
    today = local_date(work.now, zone)
    start = shifted(today, -WINDOW_MONTHS)
    teams = _teams(work, askers)
    policies = context.of(work).policies
    longest = timedelta(days=max(policies.of(tier).referral_near_days for tier in Tier))
    deadlines = _deadlines(work, askers, start, today + longest)
    rows = work.session.execute(
        select(Touchpoint.account_id, Touchpoint.by_id, Touchpoint.at, Account.tier)
        .join(Account, Account.id == Touchpoint.account_id)
        .where(
            within(Touchpoint.workspace_id, work.workspace_id),
            Touchpoint.account_id.in_(askers),
            Touchpoint.by_id.is_not(None),
            Touchpoint.at >= local_moment(start + timedelta(days=1), time(), zone),
            Touchpoint.at <= work.now,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
    )
    own: dict[int, list[bool]] = defaultdict(list)
    whole: dict[int, list[bool]] = defaultdict(list)
    for account_id, by_id, at, tier in rows:
        near_days = policies.of(tier).referral_near_days
        is_near = near_deadline(local_date(at, zone), deadlines.get(account_id, ()), near_days)
        if by_id == askers[account_id]:
            own[account_id].append(is_near)
        if by_id in teams[account_id]:
            whole[account_id].append(is_near)
    return {
        account_id: TouchShare(len(found), sum(found), account_id in own)
        for account_id in askers
        if (found := own.get(account_id) or whole.get(account_id, []))
    }


def asked_days(work: Work, person_ids: Collection[int]) -> dict[int, list[date]]:
    """Person → the days on which they were asked for a referral, or named somebody without being asked."""
    zone = context.of(work).zone
    rows = work.session.execute(
        select(Referral.person_id, Referral.asked_at, Referral.given_at).where(
            within(Referral.workspace_id, work.workspace_id), Referral.person_id.in_(person_ids)
        )
    )
    found: dict[int, list[date]] = defaultdict(list)
    for person_id, asked_at, given_at in rows:
        at: datetime | None = asked_at or given_at
        if at is not None:
            found[person_id].append(local_date(at, zone))
    return found


def _pulses(work: Work, account_ids: Collection[int]) -> tuple[dict[int, date], dict[int, date]]:
    """The last green that was heard, and the last red or yellow, of rounds that have closed: others nobody has read."""
    zone = context.of(work).zone
    closed = (
        within(PulseRound.workspace_id, work.workspace_id),
        PulseRound.account_id.in_(account_ids),
        PulseRound.closed_at.is_not(None),
    )
    of_rounds = select(PulseRound.account_id).join(PulseAnswer, PulseAnswer.round_id == PulseRound.id).where(*closed)
    heard = of_rounds.add_columns(func.max(PulseAnswer.heard_on)).where(
        PulseAnswer.colour == "green", PulseAnswer.heard_on.is_not(None)
    )
    bad = of_rounds.add_columns(func.max(PulseAnswer.answered_at, type_=PulseAnswer.answered_at.type)).where(
        PulseAnswer.colour.in_(TROUBLED)
    )
    green = {row[0]: row[1] for row in work.session.execute(heard.group_by(PulseRound.account_id))}
    trouble = {row[0]: local_date(row[1], zone) for row in work.session.execute(bad.group_by(PulseRound.account_id))}
    return green, trouble


def _tickets(work: Work, account_ids: Collection[int], today: date) -> list[tuple[int, date]]:
    """The day of each escalation and urgent ticket: of one that is open, today, as long as the score counts it."""
    ws = context.of(work)
    lasts = timedelta(days=ws.policies.of(Tier.MID).expires_support)
    rows = work.session.execute(
        select(Touchpoint.account_id, Touchpoint.at, Touchpoint.closed_at).where(
            within(Touchpoint.workspace_id, work.workspace_id),
            Touchpoint.account_id.in_(account_ids),
            or_(Touchpoint.priority.in_(URGENT), Touchpoint.escalated.is_(True)),
            Touchpoint.deleted_at.is_(None),
            Touchpoint.at <= work.now,
        )
    )
    found = []
    for account_id, at, closed_at in rows:
        is_open = closed_at is None and work.now - at < lasts
        found.append((account_id, today if is_open else min(today, local_date(closed_at or at, ws.zone))))
    return found


def _scores(work: Work, account_ids: Collection[int]) -> dict[int, int | None]:
    rows = work.session.execute(
        select(AccountHealth.account_id, AccountHealth.score).where(
            within(AccountHealth.workspace_id, work.workspace_id), AccountHealth.account_id.in_(account_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def _unpaid(work: Work, account_ids: Collection[int], today: date) -> Counter[int]:
    """Renewals that are signed and not paid, or whose date has passed."""
    rows = work.session.scalars(
        select(Renewal.account_id).where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(account_ids),
            Renewal.closed_at.is_(None),
            Renewal.paid_at.is_(None),
            or_(Renewal.signed_at.is_not(None), Renewal.renewal_date < today),
        )
    )
    return Counter(rows)


def _overdue(work: Work, account_ids: Collection[int], today: date) -> Counter[int]:
    rows = work.session.scalars(
        select(FollowUp.account_id).where(
            within(FollowUp.workspace_id, work.workspace_id),
            FollowUp.account_id.in_(account_ids),
            FollowUp.is_promise.is_(True),
            FollowUp.done_at.is_(None),
            FollowUp.due_on < today,
        )
    )
    return Counter(rows)


def _teams(work: Work, account_ids: Iterable[int]) -> dict[int, set[int]]:
    ids = list(account_ids)
    teams: dict[int, set[int]] = {account_id: set() for account_id in ids}
    helped = select(Teammate.account_id, Teammate.member_id).where(
        within(Teammate.workspace_id, work.workspace_id), Teammate.account_id.in_(ids)
    )
    owned = select(Account.id, Account.owner_id).where(
        within(Account.workspace_id, work.workspace_id), Account.id.in_(ids), Account.owner_id.is_not(None)
    )
    for statement in (helped, owned):
        for account_id, member_id in work.session.execute(statement):
            if member_id is not None:
                teams[account_id].add(member_id)
    return teams


def _deadlines(work: Work, account_ids: Iterable[int], after: date, until: date) -> dict[int, list[date]]:
    rows = work.session.execute(
        select(Renewal.account_id, Renewal.deadline).where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(list(account_ids)),
            Renewal.deadline > after,
            Renewal.deadline <= until,
            or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
        )
    )
    found: dict[int, list[date]] = defaultdict(list)
    for account_id, deadline in rows:
        found[account_id].append(deadline)
    return found
