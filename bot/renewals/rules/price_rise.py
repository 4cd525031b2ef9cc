"""The price rise that a contract agrees for its next term: so much money, so many per cent, or an index, with a cap.

"3%", "€500", "CPI + 2%, at most 5%". It may have to be announced some time before the term ends: a notice of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.core.money import parse_amount
from bot.core.notice import NO_NOTICE, NoticePeriod, read_notice

LONGEST = 200
"""Characters of a stored price rise."""

_PERCENT = (
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,4})?)\s?(?:%|per ?cent|pct|prozent|pour ?cent|por ?ciento|per ?cento|procent)"
)
_HIGHEST = Decimal(100)
_INDEXES = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in {
    "CPI-U": r"cpi[- ]?u", "CPI": r"cpi|consumer price index|inflation|ipc|inflación|inflazione|prijsindex",
    "RPI": r"rpi|retail price index", "HICP": r"hicp|hvpi", "VPI": r"vpi|verbraucherpreisindex|preisindex",
    "PPI": r"ppi|producer price index", "ECI": r"eci|employment cost index", "Syntec": r"syntec", "ILC": r"ilc",
    "ISTAT": r"istat|foi", "index": r"index(?:ed|ation|iert|ierung)?|indexé|indexée|indice|índice",
}.items()}  # fmt: skip
_CAP = re.compile(
    r"(?:[,;(]\s*)?(?:(?:and|but|not|nicht|no|et|y)\s+)*(?:capped|cap|at most|up to|max(?:imum|imal|\.)?|not to exceed|"
    r"no more than|not more than|limited to|ceiling|höchstens|gedeckelt|plafonné|plafond|máximo|massimo|hasta)"
    r"(?:\s+(?:at|of|to|bei|auf|à|de))?\s*:?\s*" + _PERCENT + r"\)?",
    re.IGNORECASE,
)
_CAP_AFTER = re.compile(_PERCENT + r"\s*(?:cap|max(?:imum|\.)?|ceiling|höchstens)\b", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:greater|higher|lesser|lower|larger|or|oder|ou|o)\b", re.IGNORECASE)
_ANNOUNCED = re.compile(r",? ?announced (\d.*?) before$")
_NOTICE = re.compile(
    r"[,;(]?\s*(?:(?:with|on|upon|mit|bei)\s+)?(?:notice(?: period)?(?: of)?:?\s*(?P<after>\d+ ?[a-z]+)"
    r"|(?P<before>\d+ ?[a-z]+)['’]?s?['’]?\s+(?:prior |written |advance )*notice)\)?",
    re.IGNORECASE,
)
_CAPPED_BY_INDEX = re.compile(r"\b(?:cap(?:ped)?|at most|up to|max(?:imum|\.)?|limited)\b", re.IGNORECASE)
_LESSER = re.compile(r"\b(?:lesser|lower|smaller|smallest) of\b", re.IGNORECASE)
_FALL = re.compile(r"(?:^|[\s(])[-−–]\s?\d|\b(?:decrease|discount|reduction|rabatt|senkung|remise)\b", re.IGNORECASE)
_A_YEAR = re.compile(r"\b(?:per|a|each|every|p\.?) ?(?:year|annum|a\.?)|p\.?a\.?$|/ ?(?:yr|year)|\+", re.IGNORECASE)
_NONE = re.compile(r"(?:none|no|nein|flat|fixed price|no increase|0 ?%?|0[.,]0+ ?%?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PriceRise:
    """What the next term costs more: `percent`, `amount` (in `currency`, a year), `index`, or no more than a `cap`.

    `percent` beside an index is added to it; `cap` is the most, in per cent. `notice`: how long before the next term it
    has to be announced.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    index: str | None = None
    cap: Decimal | None = None
    notice: NoticePeriod = NO_NOTICE

    def __str__(self) -> str:
        """What rises and by how much, and when it is announced; `stored_price_rise` reads it again."""
        announced = f", announced {self.notice} before" if self.notice else ""
        return f"{self.words}{announced}"

    @property
    def words(self) -> str:
        """By how much: "3%", "EUR 500", "CPI + 2%, at most 5%"."""
        money = f"{self.currency or ''} {self.amount:f}".strip() if self.amount is not None else ""
        percent = f"{_plain(self.percent)}%" if self.percent is not None else ""
        what = " + ".join(part for part in (self.index or "", money, percent) if part)
        return what if self.cap is None else f"{what}{', ' if what else ''}at most {_plain(self.cap)}%"


def read_price_rise(text: str) -> PriceRise | None:
    """A price rise as contracts word it; None for none. A bare number counts per cent.

    ValueError says what to write instead.
    """
    words = " ".join(text.split())
    if _NONE.fullmatch(words):
        return None
    notice = NO_NOTICE
    if announced := _ANNOUNCED.search(words):
        notice, words = read_notice(announced[1]).notice, words[: announced.start()]
    elif told := _NOTICE.search(words):
        notice = read_notice(told["after"] or told["before"]).notice
        words = f"{words[: told.start()]} {words[told.end() :]}"
    if _FALL.search(words):
        raise _unreadable(text)
    cap = None
    if found := _CAP.search(words) or _CAP_AFTER.search(words):
        cap = _number(found[1])
        words = f"{words[: found.start()]} {words[found.end() :]}"
    percents = [_number(number) for number in re.findall(_PERCENT, words, re.IGNORECASE)]
    rest = re.sub(_PERCENT, " ", words, flags=re.IGNORECASE)
    index = next((name for name, pattern in _INDEXES.items() if pattern.search(rest)), None)
    amount, currency = _money(_INDEXES[index].sub(" ", rest) if index else rest)
    if index or percents:
        if currency is not None:
            # "3% + EUR 500": one of them would be lost.
            raise _unreadable(text)
        amount = None
    if amount is not None and currency is None:
        # A bare "3" in a column of rises is per cent; an amount of money names its currency.
        percents, amount = [amount * 100 if amount < 1 else amount], None
    if len(percents) > 2 or (index is None and amount is None and cap is None and not percents):
        raise _unreadable(text)
    percent = max(percents) if percents else None
    if index and _LESSER.search(words) and len(percents) == 1 and cap is None:
        percent, cap = None, percent
    elif index and percent is not None and (_EITHER.search(words) or _CAPPED_BY_INDEX.search(words)):
        raise _unreadable(text)
    if any(number is not None and number > _HIGHEST for number in (percent, cap)):
        raise _unreadable(text)
    return PriceRise(percent or None, amount, currency, index, cap, notice)


@lru_cache(maxsize=512)
def stored_price_rise(words: str) -> PriceRise:
    """The price rise whose `str` was stored."""
    found = read_price_rise(words)
    if found is None:
        raise _unreadable(words)
    return found


def _money(text: str) -> tuple[Decimal | None, str | None]:
    try:
        return parse_amount(_A_YEAR.sub(" ", text).strip())
    except ValueError:
        return None, None


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _unreadable(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a price rise. Write it like 3%, EUR 500 or CPI + 2%, at most 5%.")
