"""Figures of nurture: how many customers were told something, who is paused, and how much was about ourselves."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select

from bot.accounts.account_states import active_on
from bot.accounts.figure_facts import FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.models import Account, AccountStanding, Insight, NurturePause, NurtureTouch
from bot.nurture.messages import coverage_line
from bot.workspace import context

_NAME = "Share of ear about ourselves"
_MIDNIGHT = time()
_NAMED = 20
"""Paused customers that are named."""


def coverage_lines(work: Work, over: FigureWindow, among: Among) -> list[FigureLine]:
    """Of the customers of the window's last day, those who were told something in it; those who are paused, by name.

    Source: account_states, nurture_touches, nurture_pauses.
    """
    zone = context.of(work).zone
    after, until = (local_moment(day + timedelta(days=1), _MIDNIGHT, zone) for day in (over.start, over.day))
    customers = work.select(AccountStanding.account_id).where(
        *active_on(work, over.day), *condition(work, AccountStanding.account_id, among)
    )
    told = (
        select(NurtureTouch.account_id)
        .where(
            NurtureTouch.workspace_id == work.workspace_id,
            NurtureTouch.state == "sent",
            NurtureTouch.closed_at >= after,
            NurtureTouch.closed_at < until,
        )
        .distinct()
    )
    kept = customers.subquery()
    total = work.session.scalar(select(func.count()).select_from(kept)) or 0
    if not total:
        return []
    reached = work.session.scalar(select(func.count()).select_from(kept).where(kept.c.account_id.in_(told))) or 0
    paused = work.session.execute(
        work.select(Account.name, NurturePause.until, func.count().over())
        .join(NurturePause, NurturePause.account_id == Account.id)
        .where(
            NurturePause.workspace_id == work.workspace_id,
            NurturePause.paused_at < until,
            or_(NurturePause.ended_at.is_(None), NurturePause.ended_at >= until),
            Account.id.in_(customers),
        )
        .order_by(Account.name, Account.id)
        .limit(_NAMED)
    ).all()
    known = [(name, str(day) if day else "") for name, day, _ in paused]
    return [coverage_line(str(over), reached, total, known, paused[0][2] if paused else 0)]


def ear_lines(work: Work, over: FigureWindow, among: Among) -> list[FigureLine]:
    """Nurture touches sent in the window: those about ourselves ÷ all. Source: nurture_touches, insights."""
    zone = context.of(work).zone
    begins = local_moment(over.start + timedelta(days=1), _MIDNIGHT, zone)
    ends = local_moment(over.day + timedelta(days=1), _MIDNIGHT, zone)
    told, own = told_between(work, begins, ends, *condition(work, NurtureTouch.account_id, among))
    if not told:
        return [FigureLine(_NAME, str(over), "none", "No nurture touch was sent.")]
    return [FigureLine(_NAME, str(over), f"{100 * own / told:.2f} %", f"{own:,} of {told:,} nurture touches")]


def told_between(work: Work, begins: datetime, ends: datetime, *among: ColumnElement[bool]) -> tuple[int, int]:
    """(nurture touches that were sent from `begins` on and before `ends`, those of them about ourselves)."""
    told, own = work.session.execute(
        select(func.count(), func.coalesce(func.sum(case((Insight.is_about_us, 1), else_=0)), 0))
        .select_from(NurtureTouch)
        .join(Insight, Insight.id == NurtureTouch.insight_id)
        .where(
            NurtureTouch.workspace_id == work.workspace_id,
            NurtureTouch.state == "sent",
            NurtureTouch.closed_at >= begins,
            NurtureTouch.closed_at < ends,
            *among,
        )
    ).one()
    return told, own
