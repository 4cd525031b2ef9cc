"""Coverage, for managers: how many accounts were heard of, and whether all year or only at its end."""

from __future__ import annotations

from datetime import date

from bot.core.days import spoken_day
from bot.pulses.coverage_rules import EVEN_SHARE, Coverage, Year
from bot.slack import blocks, text
from bot.slack.message import Message, message

BAR = 12
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHY = (
    "An account counts as answered when somebody on its team answered, and as heard from them when one of the answers "
    "came from the customer. Silence and running rounds do not count."
)


def coverage_message(coverage: Coverage) -> Message:
    """The answer to `/pulse coverage`."""
    head = " ".join(words for words in (heard(coverage), how_heard(coverage)) if words)
    rest = not_heard(coverage)
    years = [year_words(year, coverage) for year in coverage.years]
    months = [
        f"{name}: {number}{f' ({month.from_them:,} from the customer)' if month.from_them else ''}"
        for (name, number), month in zip(month_lines(coverage), coverage.months, strict=True)
    ]
    longest = longest_lines(coverage)
    parts = [
        blocks.header("Pulse coverage"),
        blocks.section(f"*{head}*\n{rest}" if rest else f"*{head}*"),
        blocks.section("\n".join(["*Accounts answered, by month*", *_chart(coverage)])),
        blocks.section("\n".join(["*Is it all year, or only Q4?*", *years])),
    ]
    if longest:
        parts.append(blocks.section("\n".join(["*Longest without an answer*", *(f"• {line}" for line in longest)])))
    parts.append(blocks.context(WHY, f"As of {spoken_day(coverage.as_of, coverage.as_of)}."))
    by_month = f"Accounts answered by month: {', '.join(months)}."
    spoken = [head, rest, by_month, *years, f"Longest without an answer: {'; '.join(longest)}." if longest else "", WHY]
    return message(" ".join(one for one in spoken if one), parts)


def heard(coverage: Coverage) -> str:
    """The first sentence: how many of how many."""
    if not coverage.active:
        return "There are no active accounts yet."
    accounts = text.count(coverage.active, "account")
    return f"{coverage.heard:,} of {accounts} answered in the last {coverage.days} days ({coverage.share}%)."


def how_heard(coverage: Coverage) -> str:
    """How many of those were heard from the customer, and how many are impressions only; empty when there are none."""
    if not coverage.heard:
        return ""
    return f"From the customer: {coverage.from_them:,}. Impressions only: {coverage.impressions:,}."


def not_heard(coverage: Coverage) -> str:
    """What is with the others."""
    parts = [
        f"{coverage.silent:,} asked, no answer" if coverage.silent else "",
        f"{coverage.asking:,} being asked now" if coverage.asking else "",
        f"{coverage.not_asked:,} not asked" if coverage.not_asked else "",
    ]
    known = [part for part in parts if part]
    return f"The others: {text.listed(known)}." if known else ""


def month_lines(coverage: Coverage) -> list[tuple[str, int]]:
    """Each month and its number of accounts, oldest first; this month's is not over."""
    return [(month_name(month.first), month.accounts) for month in coverage.months]


def month_name(first: date) -> str:
    """ "Mar 2026"."""
    return f"{_MONTHS[first.month - 1]} {first.year}"


def year_words(year: Year, coverage: Coverage) -> str:
    """How much of a year fell in its last quarter, beside what an even year has."""
    if not year.rounds:
        return f"{year.year}: no pulse was answered."
    so_far = " so far" if year.year == coverage.as_of.year else ""
    rounds = text.count(year.rounds, "answered pulse")
    if year.year == coverage.as_of.year and coverage.as_of.month < 10:
        return f"{year.year}{so_far}: {rounds}. Q4 has not begun."
    return (
        f"{year.year}{so_far}: {rounds}, {year.in_last_quarter:,} of them in Q4 ({year.last_quarter_share}%; "
        f"an even year has {EVEN_SHARE}%)."
    )


def longest_lines(coverage: Coverage) -> list[str]:
    """Accounts of which nobody has said anything for longest, and whose they are."""
    return [
        f"{text.name(one.account)} ({text.name(one.owner) if one.owner else 'no owner'}), "
        + (f"last {spoken_day(one.last_on, coverage.as_of)}" if one.last_on else "never yet")
        for one in coverage.longest
    ]


def _chart(coverage: Coverage) -> list[str]:
    lines = month_lines(coverage)
    most = max((number for _, number in lines), default=0)
    return [
        f"`{name}` {'▇' * _bar(number, most)} {number:,}".replace("  ", " ")
        + (f", {month.from_them:,} from the customer" if month.from_them else "")
        for (name, number), month in zip(lines, coverage.months, strict=True)
    ]


def _bar(number: int, most: int) -> int:
    return max(1, round(BAR * number / most)) if number else 0
