"""Calls: kept as they are made, and kept on purpose by somebody who knows better than the figures."""

from __future__ import annotations

from bot.agenda import jobs
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.forecast.job_kinds import ForecastJob
from bot.forecast.look import look_at
from bot.models import ForecastCall
from bot.renewals import view
from bot.renewals.actions_base import ActionResult, acting, done, opened
from bot.renewals.events import ForecastChanged
from bot.renewals.line_codes import Line
from bot.workspace import context


def on_forecast_changed(work: Work, event: ForecastChanged) -> None:
    """Keep the call with its day, and look at it on the next morning."""
    work.session.add(
        ForecastCall(
            workspace_id=work.workspace_id,
            account_id=event.account_id,
            renewal_id=event.renewal_id,
            by_id=event.by_id,
            forecast=event.forecast,
            at=work.now,
        )
    )
    work.session.flush()
    subject = f"renewal:{event.renewal_id}"
    if event.forecast is None:
        jobs.cancel(work, [ForecastJob.LOOK], [subject])
        return
    s = view.load(work, [event.renewal_id], locked=False)[event.renewal_id]
    jobs.schedule(work, [look_at(subject, s.hours(context.of(work)).next_morning(work.now))])


def keep(work: Work, renewal_id: int, by_id: int, reason: str) -> ActionResult:
    """Keep a call that the figures speak against, and say why: its row is settled, and it counts as made anew today.

    Raises FieldErrors (reason) without a reason, Refused when it is signed or over, or has no call.
    """
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    if not s.is_unsigned:
        raise Refused(f"{s.account}'s renewal is {s.outcome or s.stage} already. There is no call to keep.")
    if s.forecast is None:
        raise Refused(f"{s.account}'s renewal has no forecast any more. Press Update… to call it.")
    if not (reason := reason.strip()):
        raise FieldErrors({"reason": "Say in a few words why the call stands."})
    told = {"forecast": s.forecast, "reason": reason}
    event = batch.record(s, Line.CALL_KEPT, who.id, told)
    batch.post_in_thread(s, Line.CALL_KEPT, str(event), told, by=who.person)
    return done(work, batch, s)
