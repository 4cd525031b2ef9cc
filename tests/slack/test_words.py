"""The words on screen: none that nobody would say, none that is not explained, none that cannot be seen.

Each list of exceptions names what stands there today; a test fails when one is needless, so they only get shorter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest

from tests.slack.said import WORDY, all_samples, in_the_code, strings_in

BANNED = (
    "next word",
    "as they come",
    "heard of",
    "asked in vain",
    "sells nothing",
    "it is over when it is paid",
    "know no account like",
    "stood at",
    "of its weight known",
    "newest:",
    "managers set the days",
    r"drop( it)?$",
    r"\brung\b",
)
"""What nobody says, as SCREENS lists it; the last two only where a person reads them."""

WHY_IT_CAME = re.compile(
    r"\b(you (get|got|read|hear)|(this|it) (comes|came)( here| to you)?)\b.{0,30}\bbecause\b", re.IGNORECASE | re.DOTALL
)
"""What only "Why am I seeing this?" says, in the modules that answer it."""

UNEXPLAINED = (
    *("TCV", "ARR", "ACV", "MRR", "NRR", "GRR", "QBR", "EBR", "CSM", "CSAT", "NPS", "CES", "ICP", "SLA", "KPI", "OKR"),
    *("POC", "MQL", "SQL", "CRO", "VP", "ROI", "TTV", "DAU", "MAU", "YoY", "QoQ", "MoM", "EOD", "EOM", "EOQ", "TBD"),
    *("TBC", "ETA", "FYI", "ASAP", "WIP", "DM"),
)
"""What a newcomer in sales or support would have to ask about. CRM is none: it is the name on the door."""

_JOINERS = {0x200D, 0xFE0F}
"""Parts of an emoji."""

_BASELINES = {
    "was": r"\b(?:was|were|before:) (?:[🔴🟡🟢*]+ ?)*[€$£]?\d",
    "in so long": r"[−+±]\s?\d[\d,.]* in \d",
    "since": r"[−+±]\s?\d[\d,.]* (?:since|from|against|over)\b",
    "last": r"\blast (?:time|year|quarter|month) \d|[−+±]\s?\d[\d,.]* (?:to|on) last\b",
}
"""Ways to say what a number is held against."""


def seen() -> Iterator[tuple[str, str]]:
    """(where, words) of everything: samples by kind, code by file. Ids and keys, which hold no space, are no words."""
    for sample in all_samples():
        kind = "answer: help" if sample.kind.startswith("answer: help") else sample.kind
        yield from ((kind, text) for text in strings_in(dict(sample.body)))
    for file, words in in_the_code():
        if " " in words.strip() or words[:1].isupper():
            yield file, words


SEEN = list(seen())


def places(holds: Callable[[str], object], *, everywhere: bool = False) -> set[str]:
    """Where something is said; unless `everywhere`, only in samples and in modules that are nothing but words."""
    return {where for where, text in SEEN if (everywhere or is_wordy(where)) and holds(text)}


def is_wordy(where: str) -> bool:
    return not where.endswith(".py") or bool(set(WORDY) & set(where.removesuffix(".py").split("/")))


@pytest.mark.parametrize("phrase", BANNED)
def test_nobody_reads_what_nobody_would_say(phrase: str) -> None:
    pattern = re.compile(phrase, re.IGNORECASE)
    assert places(pattern.search, everywhere=True) == set(), "say it as a native speaker would"


def test_no_message_says_why_it_came_to_who_has_not_asked() -> None:
    found = places(WHY_IT_CAME.search, everywhere=True)
    assert found == {"bot/renewals/messages/reasons.py"}, "it is said by Why am I seeing this?"


def test_no_message_holds_what_cannot_be_seen() -> None:
    """The samples hold no right-to-left words and no marks that pair; only those need one, and test_text says where."""

    def unseen(text: str) -> bool:
        return any(unicodedata.category(c) in ("Cf", "Co", "Cn") and ord(c) not in _JOINERS for c in text)

    assert places(unseen) == set()


def test_no_abbreviation_is_left_unexplained() -> None:
    pattern = re.compile(rf"\b(?:{'|'.join(UNEXPLAINED)})s?\b")
    assert places(pattern.search) == set()


def test_a_number_is_held_against_one_other_in_a_line() -> None:
    def two(text: str) -> bool:
        lines = re.split(r"\n|(?<=[.!?])\s", text)
        return any(sum(bool(re.search(way, line)) for way in _BASELINES.values()) > 1 for line in lines)

    assert places(two) == set()


@pytest.mark.parametrize(
    ("line", "is_two"),
    [
        ("Adoption 2 (was 4) · Relationship 2 (was 4)", False),
        ("Health 47, was 68, −3 in 30 days", True),
        ("−3 in 30 days, −20 since 2 Feb", True),
    ],
)
def test_two_baselines_are_told_from_one(line: str, is_two: bool) -> None:
    assert (sum(bool(re.search(way, line)) for way in _BASELINES.values()) > 1) is is_two
