"""Usage in words: how it went in a quarter, and of which months that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.slack import text
from bot.usage.rules import MONTHS, Stopped, Trend, months_before

SECTION_TITLE = "At risk"
"""As renewals and health call it, who tell of it too."""

_WHY = "They may use it no more, or the file lacks them"


def change_words(one: Trend) -> str:
    """ "up 24 % since June (logins, June to August against March to May)"."""
    months = months_before(one.ends_on)
    since = f"{one.began_on:%B}"
    spans = " against ".join(f"{part[0]:%B} to {part[-1]:%B}" for part in (months[MONTHS:], months[:MONTHS]))
    way = "up" if one.change > 0 else "down"
    return f"{way} {abs(one.change):,} % since {since} ({text.name(one.measure)}, {spans})"


def story_words(one: Trend) -> str:
    """ "Usage is down 30 % since June (logins, …)."."""
    return f"Usage is {change_words(one)}."


def digest_words(one: Trend) -> str:
    """The same for a line of a digest."""
    return f"usage is {change_words(one)}"


def stopped_words(one: Stopped, today: date) -> str:
    """ "No figures of their usage have come since Fri 31 Jul, while those of others reach to Sat 12 Sep. …"."""
    last, others = (text.day(str(on), today) for on in (one.last_on, one.reached))
    return f"No figures of their usage have come since {last}, while those of others reach to {others}. {_WHY}."


def stopped_digest_words(one: Stopped, today: date) -> str:
    """ "no usage figures since Fri 31 Jul; those of others reach to Sat 12 Sep", for a line of a digest."""
    last, others = (text.day(str(on), today) for on in (one.last_on, one.reached))
    return f"no usage figures since {last}; those of others reach to {others}"


def fell_line(total: int, first: Sequence[tuple[str, Trend]]) -> str:
    """ "Usage fell against the quarter before at *7 accounts*: Acme by 40 % (logins), … and 4 more"."""
    named = [f"{text.name(name)} by {abs(one.change):,} % ({text.name(one.measure)})" for name, one in first]
    return f"Usage fell against the quarter before at *{text.count(total, 'account')}*: {_listed(named, total)}"


def stopped_line(total: int, of: int, first: Sequence[tuple[str, Stopped]], today: date) -> str:
    """ "Figures of usage come no more from *2 of 60 accounts*: Acme (until Fri 31 Jul) and Harborline (…). They …"."""
    named = [f"{text.name(name)} (until {text.day(str(one.last_on), today)})" for name, one in first]
    whose = f"*{total:,} of {text.count(of, 'account')}*"
    return f"Figures of usage come no more from {whose}: {_listed(named, total)}. {_WHY}"


def fell_why(one: Trend) -> str:
    """Why an account stands in the list of what is at risk."""
    return f"Usage is {change_words(one)}"


def stopped_why(one: Stopped) -> str:
    """The same for one whose figures stopped."""
    return f"No figures of usage since {one.last_on}"


def _listed(named: Sequence[str], total: int) -> str:
    more = total - len(named)
    return text.listed([*named, f"{more:,} more"] if more > 0 else named)
