"""A person's digest as plain values: what waits, and the accounts that hurt most."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts


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
class Logged:
    """A touchpoint that somebody else logged: about which account, by whom, of which kind (may be empty), the words."""

    account: str
    by: str
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Digest(Facts):
    """What waits on the day `as_of`. `every` is daily or weekly; names are those of accounts.

    `logged` are the newest of `logged_count` touchpoints since the digest before that no channel was told of.
    """

    as_of: str
    every: str
    renewals: tuple[str, ...] = ()
    renewal_count: int = 0
    pulses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    hurting: tuple[Hurting, ...] = ()
    logged: tuple[Logged, ...] = ()
    logged_count: int = 0
    handoffs: tuple[str, ...] = ()
    pulse_count: int = 0
    step_count: int = 0
