"""What counts as a loss, what a signal's verdict is, and which signals tell most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bot.core.labelled import Labelled
from bot.renewals.rules.stages import Stage

ANSWERED_WITHIN = timedelta(days=14)
"""How long after a signal was seen something that was done still counts as done because of it."""

TOO_SHORT = timedelta(days=2)
"""Seen less than this before the decision, a signal says nothing of how the team works."""

WINDOW_MONTHS = 12
"""How far an autopsy looks back."""

TELLING = 3


class Loss(Labelled):
    """What became of the renewal."""

    LOST = "lost", "Lost"
    SHRUNK = "shrunk", "Renewed for less"


class SignalKind(Labelled):
    """What could have told that the renewal was in danger, the most telling first."""

    PULSE_RED = "pulse_red", "Red pulse"
    ESCALATED = "escalated", "Escalation"
    PROMISE = "promise", "Overdue promise"
    SCORE = "score", "Health score fell"
    SILENCE = "silence", "Silence"
    LEFT = "left", "Somebody left the team"
    RETURNED = "returned", "Handoff returned"
    PULSE_YELLOW = "pulse_yellow", "Yellow pulse"
    REMINDER = "reminder", "Reminder with nobody on it"
    HANDOFF = "handoff", "Handoff"


class SignalVerdict(Labelled):
    """What became of a signal, in the order in which they are told."""

    NOT_ACTED = "not_acted", "Present and not acted on"
    NOT_DETECTED = "not_detected", "Not detected"
    ACTED = "acted", "Present and acted on"
    UNKNOWN = "unknown", "Too little known"


class Weighed(NamedTuple):
    """As much of a signal as its rank depends on."""

    kind: SignalKind
    verdict: SignalVerdict
    on: date


def loss_of(stage: str, values: Mapping[str, Decimal], signed: Mapping[str, Decimal] | None) -> Loss | None:
    """Whether a renewal was lost, or signed for a third less than it was worth; None for neither."""
    if stage == Stage.LOST:
        return Loss.LOST
    return Loss.SHRUNK if signed is not None and shrank(values, signed) else None


def shrank(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> bool:
    """Whether amounts a year came down by a third or more, whatever the rates between their currencies are.

    Formula: 3 × after ≤ 2 × before in each currency, with something before. Where that holds in each, it holds of the
    sum at any rates; where it holds in some only, the sum cannot be told without a rate, and it is not said.
    """
    if not any(amount > 0 for amount in before.values()):
        return False
    return all(3 * after.get(one, Decimal(0)) <= 2 * before.get(one, Decimal(0)) for one in {*before, *after})


def verdict(
    seen_at: datetime | None, acted_at: datetime | None, decided_at: datetime, is_sure: bool = True
) -> SignalVerdict:
    """What became of a signal that was told to somebody at `seen_at` (None: to nobody).

    Formula, the first that holds: *too little known* when our own records do not reach (`is_sure` is false); *not
    detected* when nobody was told before the decision; *present and acted on* when something was done from then on,
    within `ANSWERED_WITHIN` and before the decision; *too little known* when it was seen less than `TOO_SHORT` before
    the decision; else *present and not acted on*.
    """
    if not is_sure:
        return SignalVerdict.UNKNOWN
    if seen_at is None or seen_at >= decided_at:
        return SignalVerdict.NOT_DETECTED
    if acted_at is not None and seen_at <= acted_at < decided_at and acted_at - seen_at <= ANSWERED_WITHIN:
        return SignalVerdict.ACTED
    return SignalVerdict.UNKNOWN if decided_at - seen_at < TOO_SHORT else SignalVerdict.NOT_ACTED


def counted(verdicts: Sequence[SignalVerdict]) -> dict[SignalVerdict, int]:
    """How many of each, in the order in which they are told; those of which there is none are left out."""
    found = Counter(verdicts)
    return {one: found[one] for one in SignalVerdict if found[one]}


def most_telling(signals: Sequence[Weighed], most: int = TELLING) -> tuple[int, ...]:
    """The places of the signals that tell most, in the order in which they came.

    Those not acted on go first, then those not detected; of alike ones each kind once before any a second time, the
    kind that tells more before others, and the latest of a kind.
    """
    verdicts, kinds = list(SignalVerdict), list(SignalKind)
    latest_first = sorted(range(len(signals)), key=lambda place: (-signals[place].on.toordinal(), place))
    times: Counter[tuple[SignalVerdict, SignalKind]] = Counter()
    ranks: list[tuple[int, int, int, int]] = []
    for place in latest_first:
        one = signals[place]
        times[one.verdict, one.kind] += 1
        ranks.append((verdicts.index(one.verdict), times[one.verdict, one.kind], kinds.index(one.kind), place))
    return tuple(sorted((rank[-1] for rank in sorted(ranks)[:most]), key=lambda place: (signals[place].on, place)))
