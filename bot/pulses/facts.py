"""What messages about pulses must show: plain values that features write and messages read. Days are ISO days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from bot.core.facts import Facts
from bot.core.person import Person
from bot.pulses.rules import Colour
from bot.touchpoints.facts import NextStep

REASONS_KEPT = 10
EARLIER_KEPT = 3
WORDS_KEPT = 400
"""Characters of someone's words that a summary carries; the story has all of them."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What one answer says: its only shape, from the form to the table's columns of these names and to every post.

    `heard_on` is the day on which the customer said so, and `heard_from` who of them, as it was typed; without a day it
    is an impression. A field added here needs a default: what was answered before has none.
    """

    colour: Colour
    reasons: tuple[str, ...] = ()
    words: str = ""
    heard_on: date | None = None
    heard_from: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The same by name, without what a kind of answer carries besides."""
        return {one.name: getattr(self, one.name) for one in fields(GivenAnswer)}

    @property
    def told(self) -> dict[str, Any]:
        """All but how it is known: an answer that differs in this is another one."""
        return {**self.values, **GivenAnswer(self.colour).how_known}

    @property
    def how_known(self) -> dict[str, Any]:
        """How it is known, by name: all that a press which repeats the colour leaves as it was."""
        return {"heard_on": self.heard_on, "heard_from": self.heard_from}

    @property
    def shortened(self) -> dict[str, Any]:
        """As much of it as a post carries; the story has all of it."""
        return {**self.values, "reasons": self.reasons[:REASONS_KEPT], "words": self.words[:WORDS_KEPT]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(GivenAnswer, Facts):
    """One person's answer, as a closed round's summary shows it; `earlier` is what they said before, oldest first."""

    by: Person
    earlier: tuple[GivenAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A round beside those before it. `change`: better, same or worse by the worst colour of each, `worst` that of this
    one. `since` is the day of the last round that was as bad, None when there was none since `first_on`, the first.
    """

    change: str
    worst: str
    before: str
    since: str | None
    first_on: str


@dataclass(frozen=True, slots=True)
class Own:
    """One's own answer, as it is confirmed to the one who gave it. `is_asked`: how it is known is still to be said.
    `hears` names who is told before the round closes: owner, or stand_in while they are away, and manager.
    """

    round_id: int
    account: str
    as_of: str
    closes_on: str
    given: GivenAnswer
    is_asked: bool = False
    is_closed: bool = False
    hears: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PulseCard(Facts):
    """A round, in the account's channel. While it is open it holds who has answered, and nothing of what they said.

    `closes_on` is the day on whose morning it closes, `closed_on` is set once it has. `counts` is {colour: answers},
    `before_counts` those of the round of `before_on`, `change` better, same or worse. `cadence` are the days between
    rounds; `started_by` is set when a person started this one. `routed` says why it stands here when this is not the
    account's own channel; "personal" when each of the team gets it alone. `heard` counts the answers heard from the
    customer. `absent` are those of the asked who are told when they are back at work; once it has closed, those who
    were away then. `alarms` say why a closed one needs a next step (red, apart), `steps` are the next steps there are,
    and without any `hears` (a name) is told on `hears_on`.
    """

    round_id: int
    account_id: int
    account: str
    as_of: str
    opened_on: str
    closes_on: str
    cadence: int
    asked: tuple[Person, ...] = ()
    answered: tuple[Person, ...] = ()
    started_by: Person | None = None
    insight: str = ""
    insight_url: str = ""
    closed_on: str | None = None
    said: tuple[Said, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    before_on: str | None = None
    before_counts: Mapping[str, int] = field(default_factory=dict)
    change: str | None = None
    next_on: str | None = None
    routed: str = ""
    absent: tuple[Person, ...] = ()
    heard: int = 0
    compared: Compared | None = None
    alarms: tuple[str, ...] = ()
    steps: tuple[NextStep, ...] = ()
    hears: str = ""
    hears_on: str | None = None

    @property
    def silent(self) -> tuple[Person, ...]:
        """Who was asked, could answer, and has not."""
        others = {person.slack_id for person in (*self.answered, *self.absent)}
        return tuple(person for person in self.asked if person.slack_id not in others)


@dataclass(frozen=True, slots=True)
class PulseSummary(Facts):
    """Who is asked for the next step that a closed round needs: the card above says what came of it.

    `mentions` are their Slack ids. `alarms` say why (red, apart; empty once a corrected answer made it needless),
    `steps` are the next steps once there are any; without one, `hears` is told on `hears_on`. `is_alone`: it stands
    under no card, since its reader was away when the round closed, and `said` are the answers that ask for a step.
    """

    round_id: int
    account_id: int
    account: str
    as_of: str
    counts: Mapping[str, int]
    asked: int
    silent: tuple[str, ...] = ()
    before_on: str | None = None
    change: str | None = None
    alarms: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    mentions: tuple[str, ...] = ()
    escalates_to: str = ""
    escalates_on: str | None = None
    steps: tuple[NextStep, ...] = ()
    absent: tuple[str, ...] = ()
    is_alone: bool = False
    heard: int = 0
    compared: Compared | None = None
    hears: str = ""


@dataclass(frozen=True, slots=True)
class PulseReminder(Facts):
    """One round in a reminder. Once it is answered, or the round has closed, it asks for nothing more.

    `was_absent`: its reader was away, or not at work, when the others were asked.
    """

    round_id: int
    account_id: int
    account: str
    as_of: str
    opened_on: str
    closes_on: str
    working_days: int
    is_answered: bool = False
    is_closed: bool = False
    was_absent: bool = False


@dataclass(frozen=True, slots=True)
class PulseReminders(Facts):
    """What one person is reminded of on one day, in one direct message: the rounds that wait for their answer."""

    rounds: tuple[PulseReminder, ...]

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The message back from JSON; one that an earlier version wrote holds a single round."""
        return cls(tuple(PulseReminder.from_facts(one) for one in facts.get("rounds", (facts,))))


@dataclass(frozen=True, slots=True)
class PulseUntouched(Facts):
    """Nobody did anything about a round that asked for a next step: what a manager, or leadership, is told.

    `asked` are the names of those who were asked to, `absent` of those who could not be, since they are away; `steps`
    says what was done about it since. `instead_of` is the manager whose place the reader takes, who is away to
    `away_until`; empty when it is theirs.
    """

    round_id: int
    account_id: int
    account: str
    as_of: str
    closed_on: str
    working_days: int
    alarms: tuple[str, ...]
    asked: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    steps: tuple[NextStep, ...] = ()
    absent: tuple[str, ...] = ()
    instead_of: str = ""
    away_until: str = ""


@dataclass(frozen=True, slots=True)
class PulseRed(Facts):
    """Somebody answered red, and whoever keeps the account hears of it before the round closes.

    `to`: owner, manager, leadership, admin, "instead" of the owner, or in place of the manager ("above"); `instead_of`
    is who is away, to `away_until`, and `owner` the owner's name; empty where there is none. `said_on` is the day of
    the answer. An answer that was changed since is no longer red.
    """

    round_id: int
    account_id: int
    account: str
    as_of: str
    said_on: str
    closes_on: str
    said: Said
    to: str
    owner: str = ""
    is_closed: bool = False
    instead_of: str = ""
    away_until: str = ""
