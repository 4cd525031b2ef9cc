"""A person's digest as plain values: what is new since the last one, what is still open, and what was logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.accounts.digest_parts import DigestItem
from bot.core.facts import Facts, decode


@dataclass(frozen=True, slots=True)
class Hurting:
    """An account that hurts: its score (None: not known) and the ISO day of its next deadline."""

    account_id: int
    account: str
    score: int | None = None
    deadline: str | None = None
    renewal_date: str = ""
    auto_renew: bool = False


@dataclass(frozen=True, slots=True)
class LoggedTouch:
    """A touchpoint that somebody else logged: about which account, by whom, of which kind (may be empty), the words."""

    account: str
    by: str
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """What an earlier version told of one kind: some of the `count` that waited, by their names."""

    place: int
    title: str
    names: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Digest(Facts):
    """What is worth telling on the day `as_of`. `every` is daily, weekly, monthly or quarterly.

    `news` are the first of `news_count` things that are new, and of `changed_count` that were told before and have
    changed since; `still` names the accounts of some of the `still_count` that are as they were. `logged` are the
    newest of `logged_count` touchpoints since the digest before that no channel was told of. `waiting` and `hurting`
    are what an earlier version told. `setup_id` is the digest as it was set up. `sent_at` is the ISO moment
    where its reader is, `late_since` the one at which it was due, if it comes late.
    """

    as_of: str
    every: str
    waiting: tuple[EarlierLine, ...] = ()
    hurting: tuple[Hurting, ...] = ()
    logged: tuple[LoggedTouch, ...] = ()
    logged_count: int = 0
    news: tuple[DigestItem, ...] = ()
    news_count: int = 0
    changed_count: int = 0
    still: tuple[str, ...] = ()
    still_count: int = 0
    setup_id: int = 0
    late_since: str = ""
    sent_at: str = ""

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """Back from JSON; one that a much earlier version wrote has a field for each kind of what waits."""
        if "waiting" in facts:
            return decode(cls, facts)
        lines = [
            {"place": n, "title": title, "names": names, "count": facts.get(counted) or len(names)}
            for n, (title, key, counted) in enumerate(_BEFORE, 1)
            if (names := facts.get(key))
        ]
        return decode(cls, {**facts, "waiting": lines})


_BEFORE = (
    ("Renewals that need a step", "renewals", "renewal_count"),
    ("Handoffs to accept", "handoffs", ""),
    ("Pulses to answer", "pulses", "pulse_count"),
    ("Follow-ups due", "steps", "step_count"),
)
