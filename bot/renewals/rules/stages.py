"""The life of a renewal: its stages, what may follow what, and what a person can do about it now."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.calendar import NO_HOLIDAYS, working_day_on_or_after, working_day_on_or_before
from bot.core.days import spoken_day
from bot.core.labelled import Labelled


class Stage(Labelled):
    """Where a renewal stands. Not over until paid, or lost."""

    UPCOMING = "upcoming", "Upcoming"
    ENGAGED = "engaged", "Engaged"
    PROPOSED = "proposed", "Proposed"
    NEGOTIATING = "negotiating", "Negotiating"
    APPROVAL = "approval", "Waiting for approval"
    SIGNED = "signed", "Signed"
    INVOICED = "invoiced", "Invoiced"
    PAID = "paid", "Paid"
    LOST = "lost", "Lost"


class Forecast(Labelled):
    """How sure the people on it are."""

    COMMIT = "commit", "Commit"
    PROBABLE = "probable", "Probable"
    BEST_CASE = "best_case", "Best case"
    AT_RISK = "at_risk", "At risk"


class Whose(StrEnum):
    """Who could have changed why a customer left."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobody's"
    UNKNOWN = "not known"


class LostReason(Labelled):
    """Why a customer did not renew, in the order of the form. What the person writes beside it says the rest.

    Each is ours, theirs or nobody's to change. It is ours where a better offer, service or more care could have kept
    them: who stops answering was not kept warm. It is theirs where they may not even have wanted to leave, as when a
    budget is cut, and nobody's where nobody is left to renew.
    """

    def __init__(self, value: str, label: str = "", whose: Whose | None = None) -> None:
        if whose is None:
            raise TypeError(f"{value!r} does not say whose it was to change")
        self.whose = whose

    PRICE = "price", "Price", Whose.OURS
    COMPETITOR = "competitor", "Went to a competitor", Whose.OURS
    PRODUCT_GAP = "product_gap", "Product gap", Whose.OURS
    LOW_USE = "low_use", "Not used enough", Whose.OURS
    SUPPORT_EXPERIENCE = "support_experience", "Support experience", Whose.OURS
    BROKEN_PROMISE = "broken_promise", "Broken promise", Whose.OURS
    CHAMPION_LEFT = "champion_left", "Champion left", Whose.THEIRS
    BUDGET_CUT = "budget_cut", "Budget cut", Whose.THEIRS
    COMPANY_CHANGE = "company_change", "Closed, sold or merged", Whose.NOBODYS
    NO_ANSWER = "no_answer", "Stopped answering", Whose.OURS
    OTHER = "other", "Something else", Whose.UNKNOWN


def whose(reason: str) -> Whose:
    """Whose a stored reason was to change; one that an older version wrote is not known."""
    return LostReason(reason).whose if reason in set(LostReason) else Whose.UNKNOWN


class Button(Labelled):
    """What can be pressed on a renewal's card."""

    CLAIM = "claim", "I'm on it"
    UPDATE = "update", "Update…"
    SNOOZE = "snooze", "Snooze…"
    INVOICED = "invoiced", "Invoiced"
    PAID = "paid", "Paid"
    UNDO = "undo", "Undo Paid"


_TALKING = (Stage.UPCOMING, Stage.ENGAGED, Stage.PROPOSED, Stage.NEGOTIATING, Stage.APPROVAL)
_UNSIGNED = frozenset(_TALKING)


def label(choice: Stage | Forecast | LostReason | Button) -> str:
    """The words on screen for a stage, a forecast, a reason or a button."""
    return choice.label


def is_open(stage: Stage) -> bool:
    """Whether something is still to be done: neither paid nor lost."""
    return stage not in (Stage.PAID, Stage.LOST)


def is_unsigned(stage: Stage) -> bool:
    """Whether the customer can still say no: the ladder and its escalations speak only then."""
    return stage in _UNSIGNED


def is_won(stage: Stage) -> bool:
    """Whether it is paid; a signature alone is not the end."""
    return stage is Stage.PAID


def next_steps(stage: Stage) -> tuple[Stage, ...]:
    """The stages that may follow, nearest first.

    Before the signature every order is possible, back and forth. After it only money follows, but a
    signature or an invoice recorded by mistake can be taken back, and a lost customer can come back.
    Paid is final: the contract has rolled to its next term.
    """
    if stage is Stage.PAID:
        return ()
    if stage is Stage.LOST:
        return _TALKING
    if stage is Stage.SIGNED:
        return (Stage.INVOICED, Stage.PAID, Stage.LOST, Stage.APPROVAL, Stage.NEGOTIATING)
    if stage is Stage.INVOICED:
        return (Stage.PAID, Stage.LOST, Stage.SIGNED)
    at = _TALKING.index(stage)
    return (*_TALKING[at + 1 :], Stage.SIGNED, Stage.LOST, *reversed(_TALKING[:at]))


def can_move(frm: Stage, to: Stage) -> bool:
    """Whether a renewal may go from one stage to the other. Staying where it is is no move."""
    return to in next_steps(frm)


def needs_reason(choice: Stage | Forecast) -> bool:
    """Whether the choice must be explained: lost, or at risk."""
    return choice in (Stage.LOST, Forecast.AT_RISK)


def buttons(
    stage: Stage,
    claimed: bool,
    deadline: date | None = None,
    today: date | None = None,
    holidays: Container[date] = NO_HOLIDAYS,
    may_undo: bool = False,
) -> tuple[Button, ...]:
    """The buttons that make sense now, in their order on the card. `may_undo`: the payment can still be taken back.

    Paid comes after Invoiced and never beside it, so that neither is pressed for the other.

    Snooze is there only while there is a working day before the deadline to snooze to. With no dates given
    that is taken to be so.
    """
    if stage is Stage.PAID:
        return (Button.UNDO,) if may_undo else ()
    if stage is Stage.LOST:
        return (Button.UPDATE,)
    if stage is Stage.SIGNED:
        return (Button.INVOICED, Button.UPDATE)
    if stage is Stage.INVOICED:
        return (Button.PAID, Button.UPDATE)
    sensible = [Button.UPDATE] if claimed else [Button.CLAIM, Button.UPDATE]
    if deadline is None or today is None or snooze_limit(deadline, today, holidays) is not None:
        sensible.append(Button.SNOOZE)
    return tuple(sensible)


@dataclass(frozen=True, slots=True)
class SnoozeChoice:
    """One press in the snooze form: `days` as offered, and the working day on which the card speaks again."""

    days: int
    label: str
    until: date


def snooze_limit(deadline: date, today: date, holidays: Container[date] = NO_HOLIDAYS) -> date | None:
    """The last day to snooze to: the deadline, or the working day before it. None when that is not ahead."""
    limit = working_day_on_or_before(deadline, holidays)
    return limit if limit > today else None


def snooze_until(wanted: date, deadline: date, today: date, holidays: Container[date] = NO_HOLIDAYS) -> date:
    """The working day on which a renewal snoozed to `wanted` speaks again: that day or the next working day.

    A weekend just before the deadline ends early, on the last working day. ValueError, with what to choose,
    when `wanted` is not ahead or lies beyond the deadline.
    """
    limit = snooze_limit(deadline, today, holidays)
    if limit is None:
        raise ValueError("The deadline is too near to snooze. Update the renewal instead.")
    if wanted <= today:
        raise ValueError("Choose a day after today.")
    if wanted > deadline:
        raise ValueError(f"Choose a day up to the deadline, {spoken_day(deadline, today)}.")
    return min(limit, working_day_on_or_after(wanted, holidays))


def snooze_choices(
    deadline: date,
    today: date,
    holidays: Container[date] = NO_HOLIDAYS,
    days: Sequence[int] = (1, 3, 7),
) -> tuple[SnoozeChoice, ...]:
    """What to offer beside a date: the given days ahead, as far as the deadline allows, each working day once.

    Empty when none fits. Where weekends and holidays bring two of them to the same day, the shorter one is offered.
    """
    if snooze_limit(deadline, today, holidays) is None:
        return ()
    offered: dict[date, SnoozeChoice] = {}
    for ahead in days:
        day = today + timedelta(days=ahead)
        if day <= deadline:
            until = snooze_until(day, deadline, today, holidays)
            offered.setdefault(until, SnoozeChoice(ahead, _snooze_label(ahead, until == day), until))
    return tuple(offered.values())


def _snooze_label(days: int, exactly: bool) -> str:
    tomorrow = "Until tomorrow" if exactly else "Until the next working day"
    return {1: tomorrow, 7: "For a week"}.get(days, f"For {days} days")


UNDO_FOR = timedelta(days=1)


def may_undo(stage: str, paid_by: str | None, paid_at: datetime | None, now: datetime) -> bool:
    """Whether a payment can still be taken back: for a day after it was recorded."""
    return stage == Stage.PAID and paid_by is not None and paid_at is not None and now - paid_at < UNDO_FOR
