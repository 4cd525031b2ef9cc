"""An insight is corrected, retired or put back: the proposals of it that are open follow."""

from __future__ import annotations

from sqlalchemy import update

from bot.db.scope import is_row
from bot.db.work import Work
from bot.insights.events import InsightChanged
from bot.models import NurtureTouch
from bot.nurture import show
from bot.nurture.rules import TouchState

AT_A_TIME = 500


def on_insight_changed(work: Work, event: InsightChanged) -> None:
    """Whoever is about to send it reads it as it is now, or that it was retired and another is to be chosen."""
    rows = work.session.execute(
        work.select(NurtureTouch.id, NurtureTouch.opening).where(
            NurtureTouch.insight_id == event.insight_id, NurtureTouch.state == TouchState.OPEN
        )
    ).all()
    for number, opening in rows:
        # What a person wrote around it in their opening stays.
        if event.now != event.was and event.was in opening:
            work.session.execute(
                update(NurtureTouch)
                .where(is_row(NurtureTouch, work.workspace_id, number))
                .values(opening=opening.replace(event.was, event.now))
                .execution_options(synchronize_session=False)
            )
    for place in range(0, len(rows), AT_A_TIME):
        show.update(work, [row.id for row in rows[place : place + AT_A_TIME]])
