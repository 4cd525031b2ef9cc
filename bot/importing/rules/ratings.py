"""Satisfaction as helpdesks write it. A column has one scale: it is found from all its answers, not cell by cell."""

from __future__ import annotations

import re
from collections import Counter

_BARE = re.compile(r"-?\d{1,3}(?:[.,]\d+)?")
_SCORE = re.compile(
    r"\s*(\d+(?:[.,]\d+)?)\s*(?:(%)|(?:/|of|out of|von|sur|de)\s*(\d+))?(?:\s*(?:stars?|points?|sterne?))?\s*",
    re.IGNORECASE,
)
_STATED = re.compile(r"(?:1|0)?\s*(?:-|–|to|bis|of|/)\s*(5|7|10|100)\b|(%)|\b(nps)\b|\b(stars?)\b", re.IGNORECASE)
_SMILEYS = {"103": 5, "102": 5, "101": 4, "100": 3, "-101": 2, "-102": 1, "-103": 1}
_WORDS = {
    "good": 5, "bad": 1, "satisfied": 5, "dissatisfied": 1, "unsatisfied": 1, "positive": 5, "negative": 1,
    "extremelyhappy": 5, "veryhappy": 5, "happy": 4, "neutral": 3, "unhappy": 2, "veryunhappy": 1,
    "extremelyunhappy": 1, "verysatisfied": 5, "verydissatisfied": 1,
}  # fmt: skip
_UNRATED = frozenset((
    "offered", "unoffered", "notoffered", "noresponse", "norating", "notrated", "unrated", "pending",
    "notsurveyed",
))  # fmt: skip
_BESIDE = re.compile(r"\bwith(?:out)? comment\b|[^a-z]+")
"""What stands beside a word and says nothing: signs, blanks, Zendesk's "with comment"."""
_REMEMBERED = 2000
_FEW, _SHARE = 10, 50
SMILEYS, BINARY = 103, 1
"""Scales that are no highest number: Freshdesk's 103 to -103, and 1 or 0 for good or bad."""


class ScaleGuess:
    """Finds a column's scale while its values stream by: how often each bare number stands there."""

    def __init__(self) -> None:
        self._answers: Counter[str] = Counter()

    def see(self, value: str) -> None:
        """Take one value into account; words, 80 % and 8/10 say their scale themselves."""
        if value in self._answers or len(self._answers) < _REMEMBERED:
            self._answers[value] += 1

    @property
    def _counts(self) -> Counter[str]:
        found = Counter[str]()
        for value, count in self._answers.items():
            if _BARE.fullmatch(word := value.strip()):
                found[word] += count
        return found

    def scale(self, header: str) -> int:
        """The column's highest mark: what its header says, else the scale that its answers fit. 5 where it is empty.

        A few odd ones do not change the scale: they are of no use themselves.
        """
        if found := _STATED.search(header):
            return int(found[1]) if found[1] else 100 if found[2] else 10 if found[3] else 5
        counts = self._counts
        if counts and counts.keys() <= _SMILEYS.keys():
            return SMILEYS
        if counts.keys() == {"0", "1"}:
            return BINARY
        numbers = Counter[float]()
        for word, count in counts.items():
            numbers[float(word.replace(",", "."))] += count
        total = sum(numbers.values())
        above = {best: sum(n for value, n in numbers.items() if value > best) for best in (5, 10)}
        upto_ten = above[5] - above[10]
        if above[10] * 2 > total:
            return 100
        if upto_ten and (total < _FEW or upto_ten * _SHARE >= total) and (total < _FEW or upto_ten > 1):
            return 10
        return 5

    @property
    def is_bare(self) -> bool:
        """Whether there were numbers that do not say their scale."""
        return bool(self._counts)


def satisfaction(text: str, best: int = 5) -> int | None:
    """1–5. `best` is the highest mark of the column. "Good" and "bad", as some helpdesks say, are 5 and 1; 80% and 8/10
    are 4; no answer says nothing. ValueError for what is none."""
    word = _BESIDE.sub("", text.casefold())
    if word in _WORDS:
        return _WORDS[word]
    if word in _UNRATED:
        return None
    if best == SMILEYS and text.strip() in _SMILEYS:
        return _SMILEYS[text.strip()]
    found = _SCORE.fullmatch(text)
    if found:
        score = float(found[1].replace(",", "."))
        highest = 100.0 if found[2] == "%" else float(found[3] or best)
        if highest == BINARY:
            return 5 if score == 1 else 1
        # A 0 of five is one where the five stands beside it; alone it is none of 1 to 5.
        if highest and score <= highest and (found[3] or highest != 5 or score >= 1):
            return max(1, int(score * 5 / highest + 0.5))
    raise ValueError(f"{text!r} is no satisfaction. Write 1 to {best}, or leave it empty.")
