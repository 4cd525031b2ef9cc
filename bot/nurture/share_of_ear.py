"""Share of ear: how much of what customers were told in a window was about ourselves."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, select

from bot.accounts.figure_facts import FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.models import Insight, NurtureTouch
from bot.workspace import context

_NAME = "Share of ear about ourselves"
_MIDNIGHT = time()


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
