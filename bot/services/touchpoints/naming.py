"""Which account a line such as "acme called Dana about the roll-out" begins with, and where its words begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.rules.names import name_key
from bot.rules.touch import beginnings, kind_of
from bot.services import finding
from bot.services.finding import Found

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


def named(session: Session, workspace_id: int, line: str, here: Found | None) -> Named:
    """Read a line; `here` is the account of the channel it was typed in, which need not be named.

    There only another account's full name, or an alias, at the beginning means another one; everything else is words.
    """
    tries = [(head, rest, finding.find_accounts(session, workspace_id, head)) for head, rest in beginnings(line)]
    exact = next(((found, rest) for _, rest, found in tries if len(found) == 1 and found[0].score == EXACT), None)
    if here is not None:
        if exact is None:
            # "acme called Ruth" in Acme Robotics' own channel: a part of the name, which need not be there.
            rests = (rest for _, rest, found in tries if [a.id for a in found] == [here.id] and kind_of(rest)[0])
            return Named(here, next(rests, line))
        account, rest = exact[0][0], exact[1]
        # "Acme is worried" is a sentence about Acme; "acme called Dana" is a name and a sentence.
        is_sentence = account.id == here.id and rest != "" and not kind_of(rest)[0]
        return Named(account, line if is_sentence else rest)
    if exact is not None:
        return Named(exact[0][0], exact[1])
    for _, rest, found in tries:
        if len(found) > 1 and found[0].score == EXACT:
            return Named(None, rest, found)
    for head, rest, found in tries:
        begins = [a for a in found if a.score == BEGINS] if len(name_key(head)) >= SHORTEST else []
        if begins:
            return Named(begins[0], rest) if len(begins) == 1 else Named(None, rest, begins)
    return _misspelt(tries) or Named(None, line)


def _misspelt(tries: Sequence[tuple[str, str, Sequence[Found]]]) -> Named | None:
    """The name that the first words come closest to, if they come close to one."""
    best, at_best = ALIKE - 0.1, None
    for head, rest, found in tries:
        for account in found if len(name_key(head)) >= SHORTEST else ():
            alike = fuzz.ratio(name_key(head), name_key(account.name))
            if alike > best:
                best, at_best = alike, Named(account, rest)
    return at_best
