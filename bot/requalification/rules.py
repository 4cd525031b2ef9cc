"""When one-off work is looked at again after its delivery, and what may come of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from bot.core.labelled import Labelled

STOPPED = "stopped"
"""The outcome of a question that nobody need answer any more."""


REMOVED, KEPT = "removed", "kept"
"""What became of the opportunity that a need had opened: it is gone, or stays though the answer is another by now."""

TAKEN_BACK = "one_off_taken_back"
"""What it is to a timeline that an answer was none."""


class RequalifyOutcome(Labelled):
    """What came of a question."""

    NEED = "need", "They need something"
    NOT_NOW = "not_now", "Not now: ask again on a day"
    GONE = "gone", "Gone: there is nothing to do here"


class StillThere(Labelled):
    """Whether somebody at the customer is still there; not chosen where nobody knows."""

    YES = "yes", "Yes, still there"
    NO = "no", "No, has left"


def is_answered(outcome: str) -> bool:
    """Whether somebody has answered a question: it is neither open nor stopped."""
    return outcome in set(RequalifyOutcome)


def planned(delivered: date, days: Iterable[int], today: date) -> dict[int, date]:
    """Days after delivery → the day on which the owner is asked, of those that have not passed."""
    found = {one: delivered + timedelta(days=one) for one in days}
    return {one: day for one, day in found.items() if day >= today}


def stopped_by(outcome: RequalifyOutcome, until: date | None, open_days: Collection[date]) -> frozenset[date]:
    """Which of the days still to come are no longer asked on, once a question was answered.

    A need, and gone, end all of it; not now ends what would come up to the day that it waits for.
    """
    if outcome is not RequalifyOutcome.NOT_NOW or until is None:
        return frozenset(open_days)
    return frozenset(day for day in open_days if day <= until)
