"""Words on screen: what people typed is shown as they typed it, and nobody is pinged by it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

from bot.core import days
from bot.core.days import countdown, spoken_day
from bot.core.person import Person

NAME_LENGTH = 80
WORDS_LENGTH = 300

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_CODE = re.compile(r"^(-?[A-Z]{3})(?=\d)")
_HALF_ENTITY = re.compile("&(a|am|amp|l|lt|g|gt)?$")
_LEFT_ALONE = re.compile(r"(https?://[^\s|]+|`[^`\n]+`(?!/[a-z]))")
"""Addresses, and words between backticks: Slack takes no marks in there, and people copy what stands there.

A backtick before a command opens that command's span, whatever backtick stood in a name before it."""

_GAP = "\u200b"
_COVER = "\x01"
"""Stands for a character of an address or of code, where no mark counts."""


def one_line(text: str) -> str:
    """The text without line breaks, control characters and marks that turn the direction of what follows."""
    visible = "".join(" " if unicodedata.category(c) == "Cc" else c for c in _DIRECTION_MARKS.sub("", text))
    return " ".join(visible.split())


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters, with … for what is left out."""
    if len(text) <= limit:
        return text
    # Of an entity that the cut goes through nothing is left: half of one would be shown as letters.
    return _HALF_ENTITY.sub("", text[: limit - 1]).rstrip() + "…"


def plain(text: str, limit: int = NAME_LENGTH) -> str:
    """Someone's words for a place that knows no markup: a header, a button, an option."""
    return _isolated(bounded(one_line(text), limit))


def typed(text: str, limit: int = WORDS_LENGTH) -> str:
    """Someone's words for a place with markup: `&`, `<`, `>`, stars and the like come out as they were typed."""
    return _isolated(_escaped(bounded(one_line(text), limit)))


def ours(text: str, limit: int = 1000) -> str:
    """A sentence of ours that may hold names, as message text: those ping nobody, and only they are isolated.

    Commands in it stand in code, and come out of a copy as they are.
    """
    parts = _LEFT_ALONE.split(bounded(one_line(text), limit))
    return _escaped("".join(part if at % 2 else _RTL_RUN.sub(_isolated_run, part) for at, part in enumerate(parts)))


def sentence(text: str, limit: int = WORDS_LENGTH) -> str:
    """Someone's words at the end of a sentence of ours, with a full stop if they have none."""
    words = typed(text, limit)
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def who(person: Person | None) -> str:
    """Who did something, by name; "Someone" where that is not known."""
    return name(person.name) if person else "Someone"


def name(text: str) -> str:
    """A name inside a sentence."""
    return typed(text, NAME_LENGTH)


def quoted(text: str, limit: int = 1000) -> str:
    """Someone's words as a quotation, in their own lines."""
    lines = [one_line(line) for line in bounded(text.strip(), limit).splitlines()]
    return "\n".join(f">{_isolated(_escaped(line))}" for line in lines if line)


def mention(slack_id: str) -> str:
    """A person, told by Slack that they were named."""
    return f"<@{slack_id}>"


def channel(slack_id: str | None) -> str:
    """A channel as a link."""
    return f"<#{slack_id}>" if slack_id else "none"


def money(amount: str | Decimal | None, currency: str | None) -> str:
    """ "€48,000": no cents when there are none. Without a currency the amount says so; without an amount, too."""
    if amount is None or amount == "":
        return "value not known"
    if not currency:
        return f"{Decimal(amount):,} (currency not known)"
    return _money(str(amount), currency)


@lru_cache(maxsize=4096)
def _money(amount: str, currency: str) -> str:
    number = Decimal(amount)
    whole = number == number.to_integral_value()
    pattern = "¤#,##0" if whole else None
    written = str(format_currency(number, currency, format=pattern, locale="en_US", currency_digits=not whole))
    return _CODE.sub("\\1\u00a0", written)


def moneys(values: Mapping[str, str], unknown: int = 0) -> str:
    """Several currencies beside each other, never added, largest codes first by name; unknown ones are counted."""
    parts = [money(amount, currency) for currency, amount in sorted(values.items())]
    if unknown:
        parts.append(f"{_count(unknown, 'contract')} without a known value")
    return " + ".join(parts) if parts else "value not known"


def number(value: float) -> str:
    """ "90,000.50" or "90,000"; nothing is "none"."""
    return f"{value:,.2f}".removesuffix(".00") if value else "none"


def first_moneys(values: Mapping[str, str], unknown: int = 0, most: int = 3) -> str:
    """ "€310,000 + $9,000 and 2 more currencies": the first of them, never added; the rest is counted."""
    parts = [money(amount, currency) for currency, amount in list(values.items())[:most]]
    rest = len(values) - len(parts)
    said = " + ".join(parts) + (f" and {_count(rest, 'more currency', 'more currencies')}" if rest else "")
    missing = moneys({}, unknown)
    return f"{said} + {missing}" if said and unknown else said or missing


def day(iso: str, as_of: str | date) -> str:
    """ "Fri 12 Dec", with the year when it is another one."""
    return spoken_day(date.fromisoformat(iso[:10]), _date(as_of))


def short_day(iso: str) -> str:
    """ "12 Dec", for a sum beside which the whole date stands."""
    one = date.fromisoformat(iso[:10])
    return f"{one.day} {one:%b}"


def away(person: str, until: str, as_of: str | date) -> str:
    """ "Marco is away to Fri 11 Dec." """
    return f"{name(person)} is away to {day(until, as_of)}."


def have_left(people: Sequence[str]) -> str:
    """ "Ruth Okafor and Tom Hale have left.", of one "has"; empty for nobody."""
    return f"{listed(name(one) for one in people)} {'has' if len(people) == 1 else 'have'} left." if people else ""


def distance(iso: str, as_of: str | date) -> str:
    """ "in 21 days", "today", "3 days ago"."""
    return countdown(date.fromisoformat(iso[:10]), _date(as_of))


def left(iso: str, as_of: str | date) -> str:
    """ "12 days left", "1 day left", "today"; for a day that has not passed."""
    number = (date.fromisoformat(iso[:10]) - _date(as_of)).days
    return f"{_count(number, 'day')} left" if number > 0 else "today"


def overdue(iso: str, as_of: str | date) -> str:
    """ "⛔ 3 days overdue"."""
    return days.overdue(date.fromisoformat(iso[:10]), _date(as_of))


def due(deadline: str, renewal_date: str, auto_renew: bool, as_of: str | date) -> str:
    """When an unsigned renewal is due; `renewal_date` may be empty, as in what an older version wrote."""
    ends = date.fromisoformat(renewal_date[:10]) if renewal_date else None
    return days.due(date.fromisoformat(deadline[:10]), ends, auto_renew, _date(as_of))


def listed(words: Iterable[str]) -> str:
    """ "Dana, Priya and Jonas"."""
    all_words = list(words)
    if len(all_words) < 2:
        return "".join(all_words)
    return f"{', '.join(all_words[:-1])} and {all_words[-1]}"


def count(number: int, noun: str, several: str = "") -> str:
    """ "1 contract", "3 contracts"; `several` where an s does not do: "2 people"."""
    return _count(number, noun, several)


def _count(number: int, noun: str, several: str = "") -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {several or f'{noun}s'}"


def _date(value: str | date) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _escaped(text: str) -> str:
    entities = "".join(_ENTITIES.get(c, c) for c in text)
    # Slack has no escape for its own marks: a space of no width behind one keeps it from pairing with another. Only
    # behind those that would pair; and not inside an address, which it would break, nor inside code, which people copy.
    covered = _LEFT_ALONE.sub(lambda found: _COVER * len(found[0]), entities)
    pairing = _pairing(covered)
    if entities.count("`") > 1:
        pairing |= {at for at, c in enumerate(covered) if c == "`"}
    return "".join(c + _GAP if at in pairing else c for at, c in enumerate(entities))


def _pairing(text: str) -> set[int]:
    """Where a star, a line or a wave begins or ends what Slack would draw bold, slanted or struck through."""
    found: set[int] = set()
    for mark in "*_~":
        begins = [one.start() for one in re.finditer(rf"(?<![^\W_])\{mark}(?=\S)", text)]
        ends = [one.start() for one in re.finditer(rf"(?<=\S)\{mark}(?![^\W_])", text)]
        found |= {at for at in begins if any(end > at for end in ends)}
        found |= {at for at in ends if any(begin < at for begin in begins)}
    return found


# From one right-to-left letter to the last of the same words.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_RTL_RUN = re.compile(f"[{_RTL}](?:[^.,;:!?“”]*[{_RTL}])?")


def _isolated_run(found: re.Match[str]) -> str:
    return _isolated(found[0])


def _isolated(text: str) -> str:
    # A right-to-left name would otherwise turn the punctuation and numbers that follow it.
    turns = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)
    return f"\u2068{text}\u2069" if turns else text
