"""Share of ear: how much of what customers were told was about ourselves, in a window and in an account's story."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import case, func, select

from bot.accounts.figure_facts import FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.accounts.story_parts import StoryLine
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.insights import matching
from bot.insights.rules import ShareOfEar
from bot.models import Insight, NurtureTouch
from bot.nurture.messages import ear_words
from bot.workspace import context

_NAME = "Share of ear about ourselves"
_MIDNIGHT = time()


def ear_lines(work: Work, over: FigureWindow, among: Among) -> list[FigureLine]:
    """Nurture touches sent in the window: those about ourselves ÷ all. Source: nurture_touches, insights."""
    zone = context.of(work).zone
    told, own = work.session.execute(
        select(func.count(), func.coalesce(func.sum(case((Insight.is_about_us, 1), else_=0)), 0))
        .select_from(NurtureTouch)
        .join(Insight, Insight.id == NurtureTouch.insight_id)
        .where(
            NurtureTouch.workspace_id == work.workspace_id,
            NurtureTouch.state == "sent",
            NurtureTouch.closed_at >= local_moment(over.start + timedelta(days=1), _MIDNIGHT, zone),
            NurtureTouch.closed_at < local_moment(over.day + timedelta(days=1), _MIDNIGHT, zone),
            *condition(work, NurtureTouch.account_id, among),
        )
    ).one()
    if not told:
        return [FigureLine(_NAME, str(over), "none", "No nurture touch was sent.")]
    return [FigureLine(_NAME, str(over), f"{100 * own / told:.2f} %", f"{own:,} of {told:,} nurture touches")]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """What an account was told this quarter; nothing where that was nothing."""
    ear = matching.ears_of(work, [account_id]).get(account_id, ShareOfEar())
    return [StoryLine(ear_words(ear.own, ear.told), title="Told")] if ear.told else []
