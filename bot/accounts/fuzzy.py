"""How alike two names are, for someone who has mistyped one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

ENOUGH = 72
"""Of 100; below it two names share little but a few letters."""

SHORT, MOST_GRAMS = 6, 6
NO_CHANCE = 0.6
WORD_WEIGHT = 0.98
"""A name of which only the words that were typed are alike comes behind one that is alike as a whole."""


def grams(key: str) -> list[str]:
    """Pieces of a key, for LIKE: a name it is a mistyping of still has some of them.

    Three letters each, at most six, evenly spread. Of a short key, in which one wrong letter breaks all of those, two
    letters each, and letters with a hole between them: "acme" has `me`, `a_m` and `a__e` of "akme".
    """
    if len(key) < SHORT:
        holes = [f"{before}_{after}" for before, after in zip(key, key[2:], strict=False)]
        frame = [key[0] + "_" * (len(key) - 2) + key[-1]] if len(key) > 3 else []
        return list(dict.fromkeys([*_pieces(key, 2), *holes, *frame]))
    pieces = _pieces(key, 3)
    if len(pieces) <= MOST_GRAMS:
        return pieces
    return [pieces[at * (len(pieces) - 1) // (MOST_GRAMS - 1)] for at in range(MOST_GRAMS)]


def _pieces(key: str, size: int) -> list[str]:
    return list(dict.fromkeys(key[at : at + size] for at in range(max(1, len(key) - size + 1))))


def alike(key: str, candidates: Sequence[str], limit: int) -> Iterable[tuple[int, int]]:
    """(place, score 0–100) of the candidates that are alike enough, best first."""
    scores = {at: score for _, score, at in process.extract(key, candidates, limit=None, score_cutoff=ENOUGH)}
    typed = key.split()
    for at, candidate in enumerate(candidates):
        by_words = _by_words(typed, candidate.split())
        if by_words >= ENOUGH:
            scores[at] = max(by_words, scores.get(at, 0))
    best = sorted(scores.items(), key=lambda one: (-one[1], len(candidates[one[0]]), one[0]))
    return [(at, round(score)) for at, score in best[:limit]]


def _by_words(typed: Sequence[str], words: Sequence[str]) -> float:
    """How alike each typed word is to the word it is most like: "akme" is one wrong letter away from Acme Robotics."""
    total = 0.0
    for one in typed:
        best = max((OSA.normalized_similarity(one, word) for word in words), default=0.0)
        if best < NO_CHANCE:
            return 0.0
        total += best
    return 100 * WORD_WEIGHT * total / len(typed)


def nearest(key: str, candidates: Sequence[str], limit: int) -> list[int]:
    """The places of the candidates that are most like it, best first, however little that is."""
    found = process.extract(key, candidates, limit=limit, scorer=fuzz.WRatio)
    return [at for _, score, at in found if score > 0]
