"""Scores for screens: one account's whole explanation, or a page of accounts in a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select

from bot.accounts import customer_people
from bot.core.calendar import local_date
from bot.core.policy import Policy
from bot.db.work import Work
from bot.errors import Refused
from bot.health import inputs, stored
from bot.health.compute import tiers
from bot.health.rules import score as health_score
from bot.health.rules.score import Band, Score, band
from bot.health.rules.score_history import Alert, Point, ScoreChange, change, with_age
from bot.health.rules.score_words import findings, known_words, newest_words, reason, summary_words, without_points
from bot.models import Account, AccountHealth
from bot.workspace import context

CHART_DAYS = 180


class BriefScore(NamedTuple):
    """A score as a list of many accounts shows it; each as in `Current`."""

    score: int | None
    band: Band | None
    change: int | None
    confidence: int
    worst: int | None


class Current(NamedTuple):
    """A score as it stands, 0–100 or None.

    `words` are the dearest reasons in points, without a score what is known to be less than good, and what is wrong
    with whom we know there, which costs none; `summary` its change and how much of its weight it knows, in words,
    `known` only the latter, `ages` how old each input is. `worst`: of what is known and less than good, the lowest
    value (0–100).
    """

    score: int | None
    words: tuple[str, ...]
    band: Band | None
    change: int | None
    confidence: int
    summary: str
    ages: str
    known: str
    worst: int | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """All there is to say about one account's score on a day. `history` goes back 180 days, oldest first.

    `reasons` are in points; where too little is known for a score they are what is known to be less than good.
    """

    account_id: int
    account: str
    tier: str
    today: date
    score: Score
    band: Band | None
    change: ScoreChange | None
    reasons: tuple[str, ...]
    history: tuple[Point, ...]
    policy: Policy


_NAMED = select(Account.name, Account.tier).where(
    Account.workspace_id == bindparam("of"), Account.id == bindparam("account")
)


def alerted(work: Work, account_ids: Sequence[int]) -> Mapping[int, Alert]:
    """The last fall of each account's score that was told, of those of which one was."""
    told = work.select(AccountHealth.account_id, AccountHealth.alerted_on, AccountHealth.alerted_score).where(
        AccountHealth.account_id.in_(account_ids), AccountHealth.alerted_on.is_not(None)
    )
    return {row.account_id: Alert(row.alerted_on, row.alerted_score) for row in work.session.execute(told)}


def of(work: Work, account_id: int) -> Explained:
    """The score of one account as of `now`, made from what is known. Raises Refused when there is no such account."""
    row = work.rows(_NAMED, account=account_id).first()
    if row is None:
        raise Refused("This account is not here any more. Choose another one.")
    return of_known(work, account_id, row.name, row.tier)


def of_known(work: Work, account_id: int, name: str, tier: str) -> Explained:
    """The same of an account that has been read already."""
    ws = context.of(work)
    policy, today = ws.policies.of(tier), local_date(work.now, ws.zone)
    seen = inputs.load(work, {account_id: policy}, ws.zone)[account_id].on(today, policy)
    made = health_score.score(seen, today, policy)
    points = stored.points_since(work, [account_id], today - timedelta(days=CHART_DAYS)).get(account_id, [])
    return Explained(
        account_id,
        name,
        tier,
        today,
        made,
        None if made.score is None else band(made.score, policy),
        with_age(
            change(points, made.score, health_score.weights_digest(policy), today, policy),
            seen,
            today,
            policy,
        ),
        _reasons(made, policy),
        tuple(points),
        policy,
    )


def current(work: Work, account_ids: Sequence[int]) -> dict[int, Current]:
    """The scores of many accounts as they were last made, with the ages of today; those never scored are left out."""
    return current_in(work, account_ids)


def in_brief(work: Work, policies: Mapping[int, Policy]) -> dict[int, BriefScore]:
    """The scores of these accounts as they were last made, without words; those never scored are left out."""
    today = local_date(work.now, context.of(work).zone)
    found = {}
    for account_id, row in stored.load(work, list(policies)).items():
        policy = policies[account_id]
        moved = stored.change_of(row, today, policy)
        found[account_id] = BriefScore(
            row.score,
            None if row.score is None else band(row.score, policy),
            moved.points if moved else None,
            row.confidence,
            _worst(stored.score_of(row, today, policy)),
        )
    return found


def current_in(work: Work, account_ids: Sequence[int]) -> dict[int, Current]:
    """The same, where the workspace's settings are at hand."""
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    found = stored.load(work, account_ids)
    people = customer_people.concerns_in_words(work, list(found))
    return {
        account_id: _current(found[account_id], ws.policies.of(tier), today, people.get(account_id, ()))
        for account_id, tier in tiers(work, found)
    }


def _current(row: stored.StoredScore, policy: Policy, today: date, people: Sequence[str]) -> Current:
    score, moved = stored.score_of(row, today, policy), stored.change_of(row, today, policy)
    return Current(
        row.score,
        (*_reasons(score, policy), *map(without_points, people)),
        None if row.score is None else band(row.score, policy),
        moved.points if moved else None,
        row.confidence,
        summary_words(row.score, moved, row.confidence),
        newest_words(score.parts),
        known_words(row.confidence),
        _worst(score),
    )


def _worst(score: Score) -> int | None:
    return min((part.value for part in score.parts if part.is_low), default=None)


def _reasons(made: Score, policy: Policy) -> tuple[str, ...]:
    if made.score is None:
        return findings(made.parts, policy, policy.score_reasons)
    return tuple(reason(part, policy) for part in made.reasons(policy.score_reasons))
