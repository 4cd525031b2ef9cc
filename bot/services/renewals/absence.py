"""A renewal whose words go to its owner alone, while the owner is away: it waits, or someone stands in."""

from __future__ import annotations

from datetime import date

from bot.rules.escalation import Audience
from bot.rules.story import Notice
from bot.services.agenda import Due
from bot.services.renewals import schedule, telling
from bot.services.renewals.batch import Batch
from bot.services.renewals.office import Office
from bot.services.renewals.state import State


def owner_is_away(here: Office, s: State, today: date) -> bool:
    """Whether what is said now would reach nobody but an owner who is away."""
    to_owner = s.destination(here).recipient == s.owner_slack and s.owner_slack is not None
    return to_owner and telling.is_away(s.owner_away, today)


def wait_or_stand_in(batch: Batch, s: State, row: Due) -> State | None:
    """Put a reminder off until the owner is back; None then.

    When the deadline comes before that, a first card goes to whoever stands in, which the returned state knows; of a
    card that the owner has already, the manager is told by a notice (None).
    """
    here = batch.office
    assert s.owner_away is not None
    back, today = telling.back_on(here, s.owner_away), schedule.today_of(here, s, batch.now)
    stand_in = _stand_in(here, s, today)
    if back < s.deadline or stand_in is None:
        batch.think(schedule.again(row, schedule.morning(here, s, back)))
        return None
    if s.carded_at is None:
        return batch.change(s, facts={**s.facts, "stand_in": stand_in, "stand_in_for": s.owner_slack})
    rung = schedule.rung_now(here, s, today)
    batch.think(schedule.following_rung(here, s, batch.now))
    if rung is not None:
        s = batch.change(s, rung=rung, rung_on=today)
        telling.tell(batch, s, Notice.OWNER_AWAY, f"{rung}@{s.deadline}", Audience.MANAGER)
        batch.card(s)
    return None


def _stand_in(here: Office, s: State, today: date) -> str | None:
    if s.manager_slack and not telling.is_away(s.manager_away, today):
        return s.manager_slack
    return here.leadership if s.carded_at is not None else here.routes.fallback
