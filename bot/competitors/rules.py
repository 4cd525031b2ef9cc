"""What becomes of an account that a competitor courted, and which answers come first in the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.competitors.facts import CompetitorRecord, KnownAnswer

TAKEN_BACK = "claim_taken_back"
"""What it is to a timeline that a claim was none."""

KEPT, LOST = "kept", "lost"
_ORDER = {KEPT: 0, "": 1, LOST: 2}


class Decided(NamedTuple):
    """How a renewal ended (kept: it was paid, or lost), and when."""

    account_id: int
    outcome: str
    at: datetime


class ClaimRow(NamedTuple):
    """One claim of the library: `answer` is empty where there is none; `on` is the ISO day of the answer."""

    claim_id: int
    account_id: int
    account: str
    competitor: str
    name_key: str
    words: str
    heard_at: datetime
    answer: str
    by: str
    on: str


def outcome_since(account_id: int, since: datetime, decided: Iterable[Decided]) -> str:
    """How the account's first renewal ended that was decided after this moment; empty when none was.

    The first, not the last: what we answered in spring is no reason for what happened two renewals later.
    """
    after = [one for one in decided if one.account_id == account_id and one.at > since]
    # Of two that ended at the same moment the worse one is told.
    return min(after, key=lambda one: (one.at, one.outcome != LOST)).outcome if after else ""


def records(rows: Sequence[ClaimRow], decided: Sequence[Decided], most: int) -> list[CompetitorRecord]:
    """The library: the competitor that courts most accounts first, with `most` answers each, those that worked first.

    An account counts once for a competitor, by its earliest claim.
    """
    by_account: dict[int, list[Decided]] = {}
    for one in decided:
        by_account.setdefault(one.account_id, []).append(one)
    by_competitor: dict[str, list[ClaimRow]] = {}
    for row in sorted(rows, key=lambda row: (row.heard_at, row.claim_id)):
        by_competitor.setdefault(row.name_key, []).append(row)
    found = [_record(own, by_account, most) for own in by_competitor.values()]
    return sorted(found, key=lambda one: (-(one.kept + one.lost + one.open), one.competitor.casefold()))


def _record(own: Sequence[ClaimRow], by_account: dict[int, list[Decided]], most: int) -> CompetitorRecord:
    first = {row.account_id: row for row in reversed(own)}
    ends = [outcome_since(row.account_id, row.heard_at, by_account.get(row.account_id, ())) for row in first.values()]
    answered = [row for row in own if row.answer]
    known = [
        KnownAnswer(
            row.claim_id,
            row.account,
            row.words,
            row.answer,
            row.by,
            row.on,
            outcome_since(row.account_id, row.heard_at, by_account.get(row.account_id, ())),
        )
        for row in answered
    ]
    known = sorted(known, key=lambda one: (_ORDER[one.outcome], -one.claim_id))
    return CompetitorRecord(
        competitor=own[-1].competitor,
        claims=len(own),
        answered=len(answered),
        kept=ends.count(KEPT),
        lost=ends.count(LOST),
        open=ends.count(""),
        answers=tuple(known[:most]),
    )
