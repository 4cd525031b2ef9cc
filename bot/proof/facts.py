"""What a proof sheet shows: plain values, of which none is a name, an amount or anything of a single customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FEWEST = 5
"""Fewer accounts behind a figure than this are too few to say: who knows one of them could work out another."""


@dataclass(frozen=True, slots=True)
class ProofFigure:
    """One figure over the twelve months: as text, or empty where too few accounts are behind it; `made_of` says how."""

    name: str
    value: str
    made_of: str


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """What a customer of a tier got in the month that begins on `first`, on average; None where they are too few."""

    first: date
    touches: float | None
    heard: float | None
    reviews: float | None


@dataclass(frozen=True, slots=True)
class TierYear:
    """Twelve months of one tier, oldest first; `tier` is its word on the sheet."""

    tier: str
    months: tuple[KeptMonth, ...]


@dataclass(frozen=True, slots=True)
class ProofSheet:
    """All of it. `day` is the last day that counts; figures look at the twelve months up to it, from `since` on."""

    day: date
    since: date
    figures: tuple[ProofFigure, ...]
    tiers: tuple[TierYear, ...]
