"""Cells into values. The same few words fill most columns, so each reader remembers what it has read, within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale

from bot.core.durations import Unit
from bot.core.money import currency_of, parse_amount
from bot.core.notice import ReadNotice, read_notice
from bot.importing.rules.booleans import parse_flag, parse_removed
from bot.importing.rules.dates import DateOrder, parse_date
from bot.importing.rules.record_ids import clean_id, several_ids
from bot.importing.rules.spreadsheets import is_error
from bot.renewals.rules.price_rise import PriceRise, read_price_rise
from bot.renewals.rules.terms import months_of

Reader = Callable[[str], Any]
"""A cell's value, None for a blank one. ValueError says what to write instead."""

REMEMBERED = 2048
LARGEST_AMOUNT = Decimal(10) ** 12
_COUNTRIES = {name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2}
_COUNTRIES |= {"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB", "holland": "NL"}
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3}){1,4}\.[0-9]{2}")
_ENDED = frozenset((
    "ended", "expired", "cancelled", "canceled", "churned", "terminated", "closed", "lost", "inactive", "lapsed",
    "nonrenewed", "closedlost", "void", "voided", "superseded", "replaced", "abgelaufen", "beendet", "gekündigt",
    "résilié", "terminé", "expiré", "vencido", "rescindido", "scaduto", "disdetto", "verlopen", "beëindigd",
    "opgezegd", "avslutad", "uppsagd",
))  # fmt: skip
_ACTIVE = frozenset((
    "active", "activated", "current", "live", "signed", "won", "closedwon", "executed", "inforce", "ineffect",
    "running", "renewed", "renewing", "upforrenewal", "inrenewal", "pendingrenewal", "paying", "paid", "pastdue",
    "unpaid", "overdue", "started", "effective",
))  # fmt: skip
_REMOVED = frozenset(("deleted", "archived", "trashed", "gelöscht", "archiviert", "supprimé", "archivé", "eliminado"))
REMOVED = "removed"
STATUSES = ("active", "ended", "trial", REMOVED)
_TRIAL = frozenset(("trial", "trialing", "trialling", "intrial", "ontrial", "freetrial", "pilot", "evaluation"))
_ONE_OFF = frozenset((
    "oneoff", "onetime", "once", "nonrecurring", "services", "service", "project", "perpetual",
    "professionalservices", "implementation",
))  # fmt: skip


_NO_NAME = frozenset(("null", "(null)", "<null>", "[null]", "n/a", "#n/a", "#ref!", "(blank)", "-", "--", "—", "–"))
_NO_COMPANY = _NO_NAME | frozenset((
    "none", "(none)", "--none--", "- none -", "nil", "nan", "undefined", "true", "false", "wahr", "falsch", "vrai",
    "faux",
    "[object object]", "0", "(empty)", "(blanks)", "(no value)", "no value", "(no account)", "no account",
    "(no company)", "no company",
))  # fmt: skip
_NOTHING = _NO_NAME | frozenset((
    "none", "(none)", "nil", "nan", "na", "n.a.", "k.a.", "unknown", "tbd", "tba", "tbc", "not set", "not available",
    "not applicable", "no response",
))  # fmt: skip
_NO_END = re.compile(r"(?<!\d)(?:2999|9999)(?!\d)|2099-12-31|evergreen|perpetual|ongoing|open.?ended|indefinite|until "
                     r"(?:cancell?ed|terminated|further notice)|unbefristet|auf unbestimmte zeit|bis auf weiteres|"
                     r"indétermin|indefinid|indeterminat|indeterminad|onbepaalde|tills vidare|no end date",
                     re.IGNORECASE)  # fmt: skip

_SEATS = re.compile(
    r"([0-9]{1,7}|[0-9]{1,3}(?:[,.' ][0-9]{3}){1,2})(?:\.0+)?(?: ?(?:seats?|users?|licen[cs]es?))?", re.IGNORECASE
)
_NO_DATE = re.compile(
    r"^[\s0./:TZ-]*0[\s0./:TZ-]*$|^(?:0000|0001|1601|1753|1899)[-/.]|^\d{1,2}[-/.]\d{1,2}[-/.](?:0000|0001|1601|1753|1899)(?!\d)"
    r"|^(?:1[-/.]0|0?0[-/.]0?1)[-/.]1900(?!\d)|^1900-0?1-0?0(?!\d)"
)
_NO_DATES = frozenset((date(1970, 1, 1), date(1969, 12, 31), date(1900, 1, 1), date(1904, 1, 1)))
"""Where computers begin to count days: what an empty date becomes on its way through them."""


def says_nothing(cell: str) -> bool:
    """Whether a cell for a date, a number or a choice carries nothing: blank, NULL, N/A, "$ -" …"""
    word = cell.strip().casefold()
    return not word or word in _NOTHING or not any(map(str.isalnum, word))


def says_no_end(cell: str) -> bool:
    """Whether a cell for an end date says that there is none: 31/12/9999, evergreen …"""
    return _NO_END.search(cell) is not None


def says_no_date(cell: str) -> bool:
    """Whether a cell for a date holds what databases and spreadsheets write where there is none: 0000-00-00,
    1/0/1900."""
    return _NO_DATE.match(cell) is not None


class RowReader:
    """Reads one row's cells into a list of values, in the order of `readers`; a field without a column is None."""

    def __init__(self, readers: Mapping[str, Reader], columns: Mapping[str, int], headers: Sequence[str]) -> None:
        self._plan = [(slot, columns[name], readers[name]) for slot, name in enumerate(readers) if name in columns]
        self._nothing: list[Any] = [None] * len(readers)
        self._headers = headers

    def read(self, cells: list[str]) -> list[Any]:
        """The row's values. ValueError names the column whose cell cannot be read."""
        values = self._nothing.copy()
        try:
            for slot, at, reader in self._plan:
                values[slot] = reader(cells[at])
        except ValueError:
            raise ValueError(" ".join(self._complaints(cells))) from None
        return values

    def _complaints(self, cells: list[str]) -> list[str]:
        found = []
        for _, at, reader in self._plan:
            try:
                reader(cells[at])
            except ValueError as error:
                found.append(f"{self._headers[at].strip()}: {error}")
        return found


def identity(longest: int) -> Reader:
    """Ids and other words that hardly repeat: trimmed, at most `longest` characters."""

    def read(cell: str) -> str | None:
        word = cell.strip()
        if len(word) > longest or "\0" in word:
            raise ValueError(_too_long(word, longest))
        return word if word and word.casefold() not in _NO_NAME else None

    return read


class Several(str):
    """A cell that names several accounts where one belongs."""

    __slots__ = ()


def record_id(longest: int) -> Reader:
    """A record's own id, without what a spreadsheet adds to numbers; None for one that is null."""

    def read(cell: str) -> str | None:
        word = clean_id(cell)
        if word is not None and (len(word) > longest or "\0" in word):
            raise ValueError(_too_long(word, longest))
        return word

    return read


def account_id(longest: int) -> Reader:
    """The id of the account that a record belongs to; `Several` for a list of them."""
    one = record_id(longest)

    def read(cell: str) -> str | None:
        parts = several_ids(cell) if any(mark in cell for mark in ";,|\n") else ()
        if len(parts) > 1:
            return Several("; ".join(parts)[:longest])
        found: str | None = one(parts[0] if parts else cell)
        return found

    return lru_cache(REMEMBERED)(read)


def company(longest: int) -> Reader:
    """An account's name on one line; `Several` for a list of them. What a spreadsheet leaves for an error is
    refused."""
    one = words(longest, cuts=False)

    def read(cell: str) -> str | None:
        parts = dict.fromkeys(part.strip() for part in re.split(r"[;\n]", cell) if part.strip()) if ";" in cell else {}
        if len(parts) > 1:
            return Several("; ".join(parts)[:longest])
        name: str | None = one(next(iter(parts), cell))
        if name is None or name.casefold() in _NO_COMPANY or not any(map(str.isalnum, name)):
            return None
        if is_error(name):
            raise ValueError(f"{name!r} is a spreadsheet's error and no name. Export the file again.")
        return name

    return lru_cache(REMEMBERED)(read)


def one_account(external_id: str | None, name: str | None) -> tuple[str | None, str | None]:
    """The one account that an id and a name mean. Where one of them is a list, the other says which; else
    ValueError."""
    if not isinstance(external_id, Several) and not isinstance(name, Several):
        return external_id, name
    if not isinstance(external_id, Several) and external_id:
        return external_id, None
    if not isinstance(name, Several) and name:
        return None, name
    listed = name if isinstance(name, Several) else external_id
    raise ValueError(f"The row names several accounts: {str(listed)!r}. Keep the one it belongs to.")


def words(longest: int, cuts: bool = True) -> Reader:
    """Text on one line, cut to `longest` characters; refused instead where two that are cut could be taken for one."""

    def read(cell: str) -> str | None:
        text = " ".join(cell.split())
        if len(text) > longest and not cuts:
            raise ValueError(_too_long(text, longest))
        text = _cut(text, longest)
        return text if text and text.casefold() not in _NO_NAME else None

    return lru_cache(REMEMBERED)(read)


def body(longest: int) -> Reader:
    """Text that hardly repeats, line breaks and all, cut to `longest` characters."""
    return lambda cell: _cut(cell.strip(), longest) or None


def blank(cell: str) -> None:
    """What a field without a column says."""


def day(order: DateOrder) -> Reader:
    """A date, in the order its column is written in."""

    def read(cell: str) -> date | None:
        if says_nothing(cell) or says_no_date(cell):
            return None
        found = parse_date(cell, order, numbers=True)
        return None if found in _NO_DATES else found

    return lru_cache(REMEMBERED)(read)


def end_day(order: DateOrder) -> Reader:
    """The same for the day a contract ends, None where it has no end."""
    read = day(order)
    return lru_cache(REMEMBERED)(lambda cell: None if says_no_end(cell) else read(cell))


def hint(parse: Callable[[str], Any]) -> Reader:
    """What `parse` reads, and the text itself where it cannot: whether that matters is for the row to say."""

    def read(cell: str) -> Any:
        try:
            return None if says_nothing(cell) else parse(cell.strip())
        except ValueError:
            return cell.strip()

    return lru_cache(REMEMBERED)(read)


def remembered(parse: Callable[[str], Any]) -> Reader:
    """What `parse` reads, None for a blank cell."""

    def read(cell: str) -> Any:
        return None if says_nothing(cell) else parse(cell.strip())

    return lru_cache(REMEMBERED)(read)


def seats(text: str) -> int | None:
    """How many seats; None for what is no such count ("unlimited"), which costs no row."""
    found = _SEATS.fullmatch(text.strip())
    return int(re.sub(r"[,.' ]", "", found[1])) if found else None


def money_in(decimal: str, scale: Decimal) -> Reader:
    """Amounts of a column with this mark before decimals, whose numbers count `scale` of the amount's own unit."""
    if not decimal and scale == 1:
        return money

    def read(text: str) -> tuple[Decimal, str | None]:
        value, currency = amount(text, decimal)
        if value * scale >= LARGEST_AMOUNT:
            raise ValueError(f"{text!r} is out of range in what its column counts.")
        return value * scale, currency

    return remembered(read)


def amount(text: str, decimal: str = "") -> tuple[Decimal, str | None]:
    """An amount that something may be worth, and the currency written beside it."""
    # Most cells are plain numbers; the rules read those the same way, at many times the cost.
    plain = decimal != "," and _PLAIN.fullmatch(text)
    value, currency = (Decimal(text.replace(",", "")), None) if plain else parse_amount(text, decimal)
    if value < 0 or value >= LARGEST_AMOUNT:
        raise ValueError(f"{text!r} is out of range. Write an amount from 0 to {LARGEST_AMOUNT:,.0f}.")
    return value, currency


def notice(text: str, unit: Unit | None = None) -> ReadNotice:
    """A notice period, and how it was read where that is not clear. `unit` is what the column's header counts in."""
    return read_notice(text, unit)


def term(unit: Unit | None = None) -> Reader:
    """A term in months, None where it never ends. `unit` is what the column's header counts bare numbers in."""
    return remembered(lambda text: None if says_no_end(text) else months_of(text, unit or Unit.MONTH))


def price_rise(text: str) -> PriceRise | str | None:
    """An agreed price rise; the text itself where nobody can say what it means, which costs no row."""
    try:
        return read_price_rise(text)
    except ValueError:
        return text[:100]


def status(text: str) -> str:
    """active, ended, trial or removed (its CRM has thrown it away), when the word for a contract's status means one of
    them; else the word as it is."""
    key = "".join(c for c in text.casefold() if c.isalnum())
    if key in _REMOVED:
        return REMOVED
    return "ended" if key in _ENDED else "trial" if key in _TRIAL else "active" if key in _ACTIVE else text[:100]


def kind(text: str) -> str:
    """recurring or one_off, from a contract's type or a yes/no in a column called recurring."""
    key = "".join(c for c in text.casefold() if c.isalnum())
    return "one_off" if key in _ONE_OFF or key in ("no", "false", "0") else "recurring"


def country(text: str) -> tuple[str, str | None]:
    """The text, and the country's two-letter code when it is a code or an English name."""
    code = _COUNTRIES.get(text.casefold()) or text.upper()
    return text[:100], code if code in _CODES else None


def names(text: str) -> tuple[str, ...]:
    """Several names in one cell, apart by ; or | or line breaks, else by commas; at most 20."""
    parts = re.split(r"[;|\n]", text) if re.search(r"[;|\n]", text) else text.split(",")
    found = dict.fromkeys(" ".join(part.split())[:255] for part in parts)
    return tuple(name for name in found if name)[:20]


_CODES = frozenset(_COUNTRIES.values())

flag = lru_cache(REMEMBERED)(parse_flag)
removed = lru_cache(REMEMBERED)(parse_removed)
months = remembered(months_of)
money = remembered(amount)
currency = remembered(currency_of)


def _cut(text: str, longest: int) -> str:
    if "\0" in text:
        raise ValueError(_too_long(text, longest))
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _too_long(text: str, longest: int) -> str:
    if "\0" in text:
        return "It holds a character that is no text. Export the file as UTF-8."
    return f"It has {len(text):,} characters. Shorten it to {longest}."
