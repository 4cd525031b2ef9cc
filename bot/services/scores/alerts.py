"""A score that fell is told to the owner, once per fall, at work; one that has recovered by then stays untold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.rules.calendar import add_working_days, local_moment
from bot.rules.health_cards import HealthAlert
from bot.rules.score import band
from bot.rules.score_words import band_name, change_words, input_name, known_words, newest_words, reason
from bot.services import agenda, owners, posts
from bot.services.agenda import Due, Thought
from bot.services.owners import Kept
from bot.services.posts import Wanted
from bot.services.renewals import office
from bot.services.renewals.office import Office
from bot.services.scores import standing
from bot.services.scores.rescoring import Rescored
from bot.services.scores.standing import Standing

KIND = "score_alert"


def plan_alerts(session: Session, here: Office, rescored: Sequence[Rescored], now: datetime) -> None:
    """Plan to tell of the falls among these accounts when their owners are at work."""
    falls = {one.account_id: one.fall for one in rescored if one.fall is not None}
    kept = owners.load(session, here.workspace_id, list(falls))
    thoughts = [
        Thought(
            KIND,
            f"account:{account_id}",
            f"{falls[account_id].since}>{falls[account_id].score}@{account.today(here, now)}",
            account.soon(here, now, here.policies.of(account.tier).alert_time),
            facts={"before": falls[account_id].before, "since": str(falls[account_id].since)},
        )
        for account_id, account in kept.items()
        if account.is_active
    ]
    agenda.plan(session, here.workspace_id, thoughts)


def think_score_alert(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Tell the owner; while the owner is away, the manager; an account without an owner tells it where it speaks."""
    here = office.load(session, workspace_id)
    ids = [row.subject_id for row in rows]
    kept, stood = owners.load(session, workspace_id, ids), standing.load(session, workspace_id, ids)
    wanted: list[Wanted] = []
    later: list[Thought] = []
    for row in rows:
        account, row_now = kept.get(row.subject_id), stood.get(row.subject_id)
        if account is None or row_now is None or not account.is_active or _is_over(row_now, row):
            continue
        start = here.policies.of(account.tier).alert_time
        if not account.may_speak(here, now, start):
            later.append(_again(row, account.soon(here, now, start)))
            continue
        alert, back_on = _alert(here, account, row_now, row, now), account.owner_away
        to = _reader(here, account, account.today(here, now))
        if to is None and back_on is not None:
            day = add_working_days(back_on, 1, here.holidays)
            later.append(_again(row, local_moment(day, start, account.zone(here))))
        elif to is not None:
            wanted.append(Wanted(f"health:{account.id}:alert:{row.slot}", "health_alert", alert.to_facts(), **to))
    posts.want(session, workspace_id, now, wanted)
    agenda.plan(session, workspace_id, later)


def _is_over(stood: Standing, row: Due) -> bool:
    return stood.score is None or stood.alerted_score is None or stood.score >= row.facts["before"]


def _reader(here: Office, account: Kept, today: date) -> dict[str, str | None] | None:
    if account.owner_slack and not account.is_owner_away(today):
        return {"recipient": account.owner_slack}
    if account.owner_slack:
        is_there = account.manager_slack and not (account.manager_away and account.manager_away >= today)
        return {"recipient": account.manager_slack} if is_there else None
    to = account.destination(here)
    return {"channel": to.channel} if to.channel else None


def _again(row: Due, at: datetime) -> Thought:
    slot = f"{row.slot.partition('~')[0]}~{at:%Y-%m-%dT%H%M}"
    return Thought(row.kind, row.subject, slot, at, facts=dict(row.facts))


def _alert(here: Office, account: Kept, stood: Standing, row: Due, now: datetime) -> HealthAlert:
    policy, today = here.policies.of(account.tier), account.today(here, now)
    score = standing.score_of(stood, today)
    assert score.score is not None
    return HealthAlert(
        account_id=account.id,
        account=account.name,
        score=score.score,
        before=row.facts["before"],
        since=row.facts["since"],
        as_of=str(today),
        band=band_name(band(score.score, policy)),
        summary=f"{change_words(standing.change_of(stood, today, policy))}, {known_words(score.confidence)}",
        ages=newest_words(score.parts),
        reasons=tuple(reason(part, policy) for part in score.reasons(policy.score_reasons)),
        missing=tuple(input_name(name) for name in score.missing),
        bands=policy.bands,
        fall=policy.score_fall,
        fall_days=policy.score_fall_days,
        instead_of=(account.owner_name or "") if account.is_owner_away(today) else "",
    )
