"""Which account a line such as "acme called Dana about the roll-out" begins with, and where its words begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.core.company_names import name_key
from bot.db.work import Work
from bot.touchpoints.rules.line import beginnings, is_quoted, kind_of, may_be_name, name_alone, says_little

EXACT, BEGINS = 100, 90
ALIKE = 82
"""Of 100, by rapidfuzz: a slip of the keyboard, not another name."""

SHORTEST = 3
"""Fewer letters are no beginning of a name worth guessing from."""


@dataclass(frozen=True, slots=True)
class Named:
    """The account a line names and the words behind it. Without an account, `offered` are those that may be meant."""

    account: Found | None
    words: str
    offered: Sequence[Found] = ()


def named(work: Work, line: str, here: Found | None) -> Named:
    """Read a line; `here` is the account of the channel it was typed in, which need not be named.

    There another account's full name, or an alias, at the beginning means that one, and what another one's name begins
    with means that one or this one: both are offered, with the whole line. Everything else is words. A word that tells
    what was done ("met", "call") names an account only in quotes.
    """
    tries = [
        _Try(head, rest, account_search.find_accounts(work, head), may_be_name(head) or is_quoted(line))
        for head, rest in beginnings(line)
    ]
    exact = next((one for one in tries if one.is_exact and one.may_name), None)
    if here is not None:
        if exact is None:
            # "acme called Ruth" in Acme Robotics' own channel: a part of the name, which need not be there.
            own = [one for one in tries if one.may_name and [a.id for a in one.found] == [here.id]]
            for one in own:
                # "acme", "acme Ruth": nothing is told yet, and the channel's own name is no part of it.
                is_name = [a.id for a in one.whole_words()] == [here.id]
                if is_name and not kind_of(one.rest)[0] and (says_little(one.rest) or name_alone(one.rest)):
                    return Named(here, one.rest)
            rest = next((one.rest for one in own if kind_of(one.rest)[0]), None)
            others = [] if rest is not None else _others(tries, here)
            return Named(None, line, [*others, here]) if others else Named(here, line if rest is None else rest)
        # "Acme is worried" is a sentence about Acme; "acme called Dana" is a name and a sentence.
        is_sentence = exact.found[0].id == here.id and exact.rest != "" and not kind_of(exact.rest)[0]
        return Named(exact.found[0], line if is_sentence else exact.rest)
    if exact is not None:
        return Named(exact.found[0], exact.rest)
    for one in tries:
        if len(one.found) > 1 and one.found[0].score == EXACT and one.may_name:
            return Named(None, one.rest, one.found)
    for one in tries:
        begins = one.whole_words() if one.may_name else []
        if begins:
            return Named(begins[0], one.rest) if len(begins) == 1 else Named(None, one.rest, begins)
    return _misspelt(tries) or Named(None, line, _likely(tries))


@dataclass(frozen=True, slots=True)
class _Try:
    """The first words of a line taken as a name: what is found by them, and whether they can be one at all."""

    head: str
    rest: str
    found: Sequence[Found]
    may_name: bool

    @property
    def is_exact(self) -> bool:
        return len(self.found) == 1 and self.found[0].score == EXACT

    def whole_words(self) -> list[Found]:
        """Accounts whose name begins with these words. One word alone must be one of the name's: "met" is not."""
        key = name_key(self.head)
        if len(key) < SHORTEST:
            return []
        end = "" if " " in key else " "
        return [a for a in self.found if a.score == BEGINS and f"{name_key(a.name)} ".startswith(key + end)]


def _others(tries: Sequence[_Try], here: Found) -> Sequence[Found]:
    """Other accounts than the channel's own that the first words may name."""
    for one in tries:
        if begins := one.whole_words():
            return [] if here.id in (a.id for a in begins) or not one.may_name else begins
    slip = _misspelt(tries)
    if slip is not None and slip.account is not None and slip.account.id != here.id and kind_of(slip.words)[0]:
        return [slip.account]
    return []


def _likely(tries: Sequence[_Try]) -> list[Found]:
    """What a single first word may stand for, for a form to offer: "acm", or an account that is called Visit."""
    first = tries[-1] if tries else None
    if first is None or len(name_key(first.head)) < SHORTEST:
        return []
    return [
        account for account in first.found if account.score == EXACT or (account.score == BEGINS and first.may_name)
    ]


def _misspelt(tries: Sequence[_Try]) -> Named | None:
    """The name that the first words come closest to, if they come close to one."""
    best, at_best = ALIKE - 0.1, None
    for one in tries:
        for account in one.found if one.may_name and len(name_key(one.head)) >= SHORTEST else ():
            alike = fuzz.ratio(name_key(one.head), name_key(account.name))
            if alike > best:
                best, at_best = alike, Named(account, one.rest)
    return at_best
