"""Usage in words: how it went in a quarter, and of which months that is said."""

from __future__ import annotations

from bot.slack import text
from bot.usage.rules import MONTHS, Trend, months_before


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
