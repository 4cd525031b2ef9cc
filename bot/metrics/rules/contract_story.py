"""A contract's story: what it was from which day on; and what the ledger adds when something of it turns out otherwise.

What is written is the difference between two stories, the one that the ledger tells and the one that is true now, so
that nothing in it is ever changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.core.months import shifted

CENT = Decimal("0.01")
ZERO = Decimal(0)
NONE = "none"
"""The status of what turned out not to be a contract yet on that day."""


class Cause(StrEnum):
    """What wrote an entry."""

    IMPORTED = "imported"
    ROLLED = "rolled"
    AGREED = "agreed"
    MOVED = "moved"
    ENDED = "ended"
    REOPENED = "reopened"
    UNDONE = "undone"


class LedgerState(NamedTuple):
    """What a contract is. `value` is a year's, `ends_on` the renewal date."""

    account_id: int
    kind: str
    status: str
    value: Decimal | None
    currency: str | None
    term_months: int
    ends_on: date | None

    @property
    def recurring(self) -> Decimal:
        """What it adds to the recurring value of its account: nothing for trials, one-offs, and what has ended."""
        counts = self.status == "active" and self.kind == "recurring" and self.value is not None and self.currency
        return self.value if counts and self.value is not None else ZERO


class LedgerEntry(NamedTuple):
    """A row to add: the state from a day on, and by how much it changes the account's value in the state's currency."""

    day: date
    state: LedgerState
    change: Decimal
    agreed_rise: Decimal = ZERO


Story = Mapping[date, LedgerState]
"""Day → what the contract is from that day on."""


class Now(NamedTuple):
    """A contract as its row stands. `is_last_day`: `state.ends_on` is the last day of its term, not the first after it.

    `rise_percent` is the price rise that it agrees for its next term, where that is a percentage.
    """

    state: LedgerState
    start: date | None
    is_last_day: bool
    rise_percent: Decimal | None = None

    @property
    def gone_on(self) -> date | None:
        """The first day on which it does not run any more, if it ends with its term: the last day counts in full."""
        return None if self.state.ends_on is None else self.state.ends_on + timedelta(days=self.is_last_day)

    def first_day(self, today: date) -> date:
        """Its start; where nobody says it, the first day of the term that runs, or today."""
        if self.start is not None:
            return self.start
        if self.gone_on is None:
            return today
        return min(today, shifted(self.gone_on, -self.state.term_months))


def story_now(told: Story, now: Now, cause: Cause, today: date, day: date | None = None) -> dict[date, LedgerState]:
    """The story as it is true after `cause` has written the contract's row. `day`: from when, where that is known.

    A value without a day of its own counts from today. What a cause corrects (an agreed value, a payment taken back) it
    corrects on the day of the last entry. A file that moves the start moves the first entry, and a file that says a
    contract runs which it had called ended says that it never ended.
    """
    story = {on: state for on, state in told.items() if state.status != NONE}
    if not story:
        return _first_story(now, today)
    last = max(story)
    if cause in (Cause.AGREED, Cause.UNDONE):
        return _from(story, last, now.state)
    if cause is Cause.ROLLED and day is not None:
        return _from(story, day, now.state)
    ended_now = now.state.status == "ended" != story[last].status
    if cause is Cause.IMPORTED:
        story = _with_start(story, now)
        last = max(story)
        if story[last].account_id != now.state.account_id:
            story = {on: state._replace(account_id=now.state.account_id) for on, state in story.items()}
        if story[last] == now.state:
            return story
        if story[last].status == "ended" != now.state.status:
            return _from(story, last, now.state)
        if not ended_now:
            return _from(story, _counts_from(story[last], now, last, today), now.state)
    if ended_now:
        gone = now.gone_on
        if cause is not Cause.IMPORTED:
            gone = today if gone is None else min(gone, today)
        return _from(story, gone or today, now.state)
    return _from(story, max(last, today), now.state)


def _first_story(now: Now, today: date) -> dict[date, LedgerState]:
    first = now.first_day(today)
    if now.state.status != "ended":
        return {first: now.state}
    gone = now.gone_on or today
    return {first: now.state._replace(status="active"), gone: now.state} if gone > first else {first: now.state}


def _counts_from(before: LedgerState, now: Now, last: date, today: date) -> date:
    """From when a file's news counts: the first day of the term that has just followed another, else today."""
    ended, ends = before.ends_on, now.state.ends_on
    if ended is not None and ends is not None and last < ended < ends and ended <= today:
        return ended + timedelta(days=now.is_last_day)
    return max(last, today)


def _with_start(story: dict[date, LedgerState], now: Now) -> dict[date, LedgerState]:
    first = min(story)
    before = story[max(story)]
    if now.start is None or now.start == first:
        return story
    if before.ends_on is not None and now.start >= before.ends_on:
        return story  # the start of a later term
    if now.start < first:
        return {now.start: story[first]} | {on: state for on, state in story.items() if on != first}
    return {now.start: on_day(story, now.start) or story[first]} | {on: s for on, s in story.items() if on > now.start}


def _from(story: Story, day: date, state: LedgerState) -> dict[date, LedgerState]:
    """The story with this state from a day on, whatever it said of later days."""
    return {on: was for on, was in story.items() if on < day} | {day: state}


def on_day(story: Story, day: date) -> LedgerState | None:
    """What the contract is on a day; None before its story begins."""
    before = [on for on in story if on <= day]
    return story[max(before)] if before and story[max(before)].status != NONE else None


def entries(told: Story, true: Story, rise_percent: Decimal | None = None) -> list[LedgerEntry]:
    """What is to be added to the ledger, which tells `told`, so that it tells `true`; in the order of writing."""
    if told == true:
        return []
    if not told and len(true) == 1:
        # Most contracts are new, and have been nothing else yet.
        return [LedgerEntry(day, state, state.recurring) for day, state in true.items()]
    found: list[LedgerEntry] = []
    tells = dict(told)
    for day in sorted({*told, *true}):
        was, becomes = on_day(told, day), on_day(true, day)
        eve = day - timedelta(days=1)
        changes = _step(on_day(true, eve), becomes)
        for key, amount in _step(on_day(told, eve), was).items():
            changes[key] = changes.get(key, ZERO) - amount
        changes = {key: amount for key, amount in changes.items() if amount}
        if on_day(tells, day) == becomes and not changes:
            continue
        state = becomes or true[min(true)]._replace(status=NONE, value=None)
        tells[day] = state
        own = changes.pop((state.account_id, state.currency), ZERO)
        # What changes another currency or account comes first: of one day's rows the last one says what it is.
        for (account_id, currency), amount in changes.items():
            found.append(LedgerEntry(day, state._replace(account_id=account_id, currency=currency), amount))
        found.append(LedgerEntry(day, state, own, _agreed(on_day(true, eve), own, rise_percent)))
    return found


def _step(before: LedgerState | None, after: LedgerState | None) -> dict[tuple[int, str | None], Decimal]:
    found: dict[tuple[int, str | None], Decimal] = {}
    for state, sign in ((before, -1), (after, 1)):
        if state is not None:
            key = (state.account_id, state.currency)
            found[key] = found.get(key, ZERO) + sign * state.recurring
    return found


def _agreed(before: LedgerState | None, change: Decimal, percent: Decimal | None) -> Decimal:
    """The part of a change that the contract's own price rise makes: never more than the change."""
    if percent is None or before is None or change <= 0:
        return ZERO
    return min(change, (before.recurring * percent / 100).quantize(CENT, ROUND_HALF_UP))
