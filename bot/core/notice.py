"""Notice periods in the unit that the contract uses, and the last day on which one can still say no.

"3 months", "30 working days", "6 weeks to the end of the quarter". Months are counted back on the calendar; where a
wording or a date can be read in two ways, the earlier day counts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.core.calendar import NO_HOLIDAYS, SATURDAY_SUNDAY
from bot.core.durations import DAYS, MONTHS, Length, Unit, folded, iso_length, number_of, tokens, unit_of, word_set
from bot.core.month_names import month_named
from bot.core.months import month_end, shifted

LONGEST_DAYS = 1000
LONGEST_MONTHS = 33
_LONGEST_MONTH = 31
_SHORTEST_MONTH = 28
_MONTHS_OF_FOUR_YEARS = tuple(date(year, month, 1) for year in range(2023, 2027) for month in range(1, 13))
_BARE_MONTHS = frozenset({1, 2, 3, 4, 6, 9, 12})
_ONE_DAY = timedelta(days=1)


_ARTICLES = word_set("a an to un due en um et een ein eine einem einen einer eines una uno")


class PeriodEnd(StrEnum):
    """What a notice period has to end with, when the contract says "to the end of the …"."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


_MONTHS_IN = {PeriodEnd.MONTH: 1, PeriodEnd.QUARTER: 3, PeriodEnd.HALF_YEAR: 6, PeriodEnd.YEAR: 12}


@dataclass(frozen=True, slots=True)
class NoticePeriod:
    """How long before a term's end one has to say no: an amount of a unit, counted back from the end of the term.

    With `to_end_of` it is counted back from the last end of such a period that the term reaches.
    """

    amount: int = 0
    unit: Unit = Unit.DAY
    to_end_of: PeriodEnd | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("A notice period is 0 days or more.")

    def __bool__(self) -> bool:
        return self.amount > 0 or self.to_end_of is not None

    def __str__(self) -> str:
        plural = "" if self.amount == 1 else "s"
        return f"{self.amount} {self.unit}{plural}{f' to the end of the {self.to_end_of}' if self.to_end_of else ''}"

    @classmethod
    def of(cls, days: int, words: str | None = None) -> NoticePeriod:
        """A stored notice period: `words` as `str` gives them, or else so many calendar days."""
        return stored_notice(words) if words else NoticePeriod(days)

    @property
    def stored(self) -> tuple[int, str | None]:
        """As it is stored: calendar days, or the words of everything else."""
        return (self.amount, None) if self.unit is Unit.DAY and self.to_end_of is None else (0, str(self))

    @property
    def longest_days(self) -> int:
        """The most calendar days that it can be; only for comparing two."""
        days = {Unit.WORKING_DAY: 2, **DAYS}.get(self.unit) or MONTHS[self.unit] * _LONGEST_MONTH
        return self.amount * days + (_MONTHS_IN[self.to_end_of] * _LONGEST_MONTH if self.to_end_of else 0)

    def before(
        self,
        day: date,
        is_last_day: bool = False,
        holidays: Container[date] = NO_HOLIDAYS,
        weekend: Container[int] = SATURDAY_SUNDAY,
    ) -> date:
        """The last day on which one can say no to what ends on `day`.

        `day` is the renewal date, or with `is_last_day` the last day of the term. Working days leave out `holidays` and
        `weekend` (Monday is 0). Of two ways to count, the earlier day.
        """
        if self.to_end_of is not None:
            day = _period_end(day, _MONTHS_IN[self.to_end_of])
        if self.unit is Unit.WORKING_DAY:
            return _working_days_before(day, self.amount, holidays, weekend)
        if self.unit in DAYS:
            return day - timedelta(days=self.amount * DAYS[self.unit])
        months = self.amount * MONTHS[self.unit]
        counted = shifted(day, -months)
        # The day after the last one is where the next term begins: counted from there a clamped day may be earlier.
        return min(counted, shifted(day + _ONE_DAY, -months) - _ONE_DAY) if is_last_day else counted


NO_NOTICE = NoticePeriod()


class ReadNotice(NamedTuple):
    """What a cell says. `doubt` says how it was read where it could have meant something else, else it is empty."""

    notice: NoticePeriod
    doubt: str = ""


@lru_cache(maxsize=512)
def stored_notice(words: str) -> NoticePeriod:
    """The notice period whose `str` was stored."""
    return read_notice(words).notice


def read_notice(text: str, unit: Unit | None = None) -> ReadNotice:
    """A notice period as contracts word it. `unit` is what the column's header says that bare numbers count.

    Of several lengths, and of a number without a unit that may be months, the one that gives the earlier day counts.
    ValueError says what to write instead.
    """
    whole = iso_length(text)
    if whole is not None:
        return ReadNotice(_checked(text, [whole], None))
    plain = folded(text)
    if _NO_NOTICE.fullmatch(plain):
        return ReadNotice(NO_NOTICE)
    if re.search(r"(?:^|[\s(])-\s?\d", text) or _FROM_NEXT_MONTH.search(plain):
        raise _unreadable(text)
    named, is_rough = _without_days(plain)
    words = tokens(named)
    lengths, bare, rest = _lengths(words, text)
    to_end_of = _to_end_of(rest)
    strange = [word for word in rest if word not in _FILLERS and not _is_end(word)]
    if _AFTER & set(rest) or (strange and not lengths) or (is_rough and to_end_of is None):
        raise _unreadable(text)
    if lengths and bare:
        # "30-60 days", "30 or 60 days": the unit stands once.
        lengths += [Length(number, lengths[-1].unit) for number in bare]
    elif bare and not lengths:
        units = {found[0] for word in rest if (found := unit_of(word)) and found[1] == 1 and to_end_of is None}
        return _bare(text, bare, units.pop() if len(units) == 1 else unit, to_end_of)
    if not lengths:
        raise _unreadable(text)
    notice = _checked(text, lengths, to_end_of)
    is_rough = is_rough or len(set(lengths)) > 1 or any(one.amount % 1 for one in lengths) or "werktag" in plain
    counted = {found[0] for word in set(words) - set(rest) if (found := unit_of(word))}
    is_rough = is_rough or bool(strange) or (notice.unit is Unit.DAY and not counted.isdisjoint(MONTHS))
    return ReadNotice(notice, str(notice) if is_rough else "")


_NO_NOTICE = re.compile(
    r"(?:(?:no|zero) notice(?: period)?|none|keine kundigungsfrist)(?: (?:is )?(?:required|needed))?"
)
_FROM_NEXT_MONTH = re.compile(
    r"\b(?:(?:current|running|laufende[nrms]?|lopende|lobende|lopande) (?:calendar )?"
    r"(?:month|monat\w*|maand|maned|manad)|mois (?:en cours|courant))\b"
)
"""A notice period that begins when the month of the notice is over: longer than what it names."""
_NAMED_BY_DAYS = (
    (re.compile(r"\b(monats|quartals|vierteljahres|halbjahres|jahres)(?:letzte[nr]?|schluss|ultimo)\b"), r"\1ende "),
    (re.compile(r"\b(?:zum|per|till) ultimo\b"), "monatsende "),
    (re.compile(r"\b(?:last|final) (?:calendar )?day of\b|\bletzten tag\b"), "ende "),
    (
        re.compile(
            r"(?<!month )(?<!quarter )(?<!year )\b(?:zum|per|til|till|to|tegen) "
            r"(?:(?:the|a|any|een|naechsten|nachsten) )?"
            r"(kalenderquartal|quartal|quarter|kvartal|kwartaal|halbjahr|half[ -]year)\b(?![ -]?(?:end|ultimo))"
        ),
        r"\1 ende",
    ),
    (re.compile(r"\bqe\b"), "quartal ende"),
    (
        re.compile(
            r"\b31(?:\. ?12\.?(?!\.?\d)|/12\b(?!/)|(?:st|\.)?(?: of)? (?:dec|dez|dic)[a-z]*\.?)|\bdec[a-z]* 31(?:st)?\b"
            r"|\b0?1(?:\. ?0?1\.(?!\.?\d)|(?:st|\.|er)?(?: of)? jan[a-z]*\.?)|\bjan[a-z]* 1(?:st)?\b"
        ),
        " jahresende ",
    ),
)
"""Ends of periods that are named by their last day, and how their end is said."""
_DAY = re.compile(
    r"\b\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})?|\b\d{1,2}/\d{1,2}/\d{4}|\b\d{4}-\d\d-\d\d"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|(?<=\bzum )\d{1,2}\.(?!\d)|(?<=\bden )\d{1,2}\.(?!\d)"
)
_FIRST_OF_MONTH = re.compile(r"\b(?:monats|quartals|jahres)erste[nr]?\b|\b(?:first|1st) day of\b")


def _without_days(plain: str) -> tuple[str, bool]:
    """The words without days of the calendar that they name; whether one was left out, so that they are not all said.

    The end of a period that is named by its last day is named as the period's end.
    """
    for pattern, words in _NAMED_BY_DAYS:
        plain = pattern.sub(words, plain)
    left, days = _DAY.subn(" ", plain)
    months = filter(month_named, re.findall(r"[a-z]{4,}", left))
    return left, any((days, *months, _FIRST_OF_MONTH.search(left)))


def _lengths(words: list[str], text: str) -> tuple[list[Length], list[Decimal], list[str]]:
    """Lengths, numbers that have no unit, and the words that are left."""
    lengths: list[Length] = []
    before: Length | None = None
    bare: list[Decimal] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        number = number_of(word) if word[0].isdigit() or _counts(words, at) else None
        unit = unit_of(words[at + 1]) if number is not None and at + 1 < len(words) else None
        if number is None:
            rest.append(word)
            before = before if word in _AND else None
        elif unit is None:
            bare.append(number)
            before = None
        else:
            if not word[0].isdigit():
                number += _tens_before(rest, text)
            length = _whole(Length(number * unit[1], unit[0]))
            joined = None if before is None else _sum(before, length, bool(rest) and rest[-1] in _AND)
            lengths = [*lengths[:-1], joined] if joined else [*lengths, length]
            before = None if _RANGE & set(rest) else lengths[-1]
            at += 1
        at += 1
    return lengths, bare, rest


_AND = word_set("and plus und et y e i en och og")
_RANGE = word_set("between zwischen entre tra fra tussen mellan mellem mellom od")


def _tens_before(rest: list[str], text: str) -> int:
    """The tens that stand before a number in words: "treinta y cinco". ValueError for a word that may be a number."""
    at = len(rest) - 1 if not rest or rest[-1] not in _AND else len(rest) - 2
    tens = number_of(rest[at]) if at >= 0 else None
    if tens is not None and tens % 10 == 0:
        del rest[at:]
        return int(tens)
    if rest and at == len(rest) - 1 and rest[at] not in _FILLERS and not _is_end(rest[at]):
        raise _unreadable(text)
    return 0


def _whole(length: Length) -> Length:
    """Parts of a year, a quarter or a week in the next smaller unit."""
    if length.amount % 1 == 0 or length.unit not in (Unit.YEAR, Unit.QUARTER, Unit.WEEK):
        return length
    if length.unit is Unit.WEEK:
        return Length(length.amount * 7, Unit.DAY)
    return Length(length.amount * MONTHS[length.unit], Unit.MONTH)


def _sum(one: Length, more: Length, says_and: bool) -> Length | None:
    """Two lengths that belong together, "1 month and 2 weeks"; None where the second says the first in other words.

    Months and days together count the most days that the months can have.
    """
    if Unit.WORKING_DAY in (one.unit, more.unit) or one.unit is more.unit:
        return None
    if one.unit in MONTHS and more.unit in MONTHS:
        months, rest = one.amount * MONTHS[one.unit], more.amount * MONTHS[more.unit]
        return Length(months + rest, Unit.MONTH) if rest < MONTHS[one.unit] else None
    days = [
        NoticePeriod(int(part.amount.to_integral_value(ROUND_CEILING)), part.unit).longest_days for part in (one, more)
    ]
    one_of_it = NoticePeriod(1, one.unit).longest_days
    if not (says_and or days[1] < min(one_of_it, _SHORTEST_MONTH)):
        return None
    return Length(Decimal(sum(days)), Unit.DAY)


def _counts(words: list[str], at: int) -> bool:
    # "a", "to", "due" and the like are numbers only where a text begins: "a month", but "3 months to quarter end".
    is_before_unit = at + 1 < len(words) and unit_of(words[at + 1]) is not None
    if at + 2 < len(words) and words[at + 1] in _AND and number_of(words[at + 2]) is not None:
        return False  # "treinta y cinco días"
    return number_of(words[at]) is not None and is_before_unit and (at == 0 or words[at] not in _ARTICLES)


def _bare(text: str, bare: list[Decimal], unit: Unit | None, to_end_of: PeriodEnd | None) -> ReadNotice:
    meant = unit or (Unit.MONTH if max(bare) in _BARE_MONTHS else Unit.DAY)
    notice = _checked(text, [Length(number, meant) for number in bare], to_end_of)
    is_clear = len(bare) == 1 and (unit is not None or meant is Unit.DAY)
    return ReadNotice(notice, "" if is_clear else str(notice))


def _checked(text: str, lengths: Iterable[Length], to_end_of: PeriodEnd | None) -> NoticePeriod:
    found = [NoticePeriod(int(one.amount.to_integral_value(ROUND_CEILING)), one.unit) for one in lengths]
    notice = replace(_earliest(max(found, key=lambda one: one.longest_days), found), to_end_of=to_end_of)
    too_long = (
        notice.amount * MONTHS[notice.unit] > LONGEST_MONTHS
        if notice.unit in MONTHS
        else notice.amount * DAYS.get(notice.unit, 1) > LONGEST_DAYS
    )
    if too_long:
        raise ValueError(f"A notice period of {text!r} is out of range. Write 0 to {LONGEST_DAYS} days.")
    return notice


def _earliest(longest: NoticePeriod, found: Sequence[NoticePeriod]) -> NoticePeriod:
    """The longest of some notice periods, or days that are never fewer: 3 months may be 89 days, where 90 stand too."""
    others = [one for one in found if one.unit not in MONTHS and one.amount]
    if longest.unit not in MONTHS or not others:
        return longest
    months = longest.amount * MONTHS[longest.unit]
    if all(one.longest_days <= months * _SHORTEST_MONTH for one in others):
        return longest
    days = [(shifted(start, months) - start).days for start in _MONTHS_OF_FOUR_YEARS]
    return NoticePeriod(max(*days, *(one.longest_days for one in others)))


def _unreadable(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a notice period. Write it like 60 days or 3 months.")


_AFTER = word_set("after since following nach apres despues dopo depois na efter po")
_ENDS = word_set(
    "end ends ende udgang udgangen fin fine fim final einde eind slut slutet slutning utgang utgangen utlop koniec "
    "konca ultimo close eom eoq eoy"
)
_COMPOUND_END = re.compile(r"(kalender)?(monats|quartals|vierteljahres|halbjahres|jahres|maand|kwartaal|jaar|manads|"
                           r"kvartals|ars)(ende|einde|eind|slut|schluss|ultimo)")  # fmt: skip
_COMPOUNDS = {
    "monats": PeriodEnd.MONTH, "maand": PeriodEnd.MONTH, "manads": PeriodEnd.MONTH, "eom": PeriodEnd.MONTH,
    "quartals": PeriodEnd.QUARTER, "vierteljahres": PeriodEnd.QUARTER, "kwartaal": PeriodEnd.QUARTER,
    "kvartals": PeriodEnd.QUARTER, "eoq": PeriodEnd.QUARTER,
    "halbjahres": PeriodEnd.HALF_YEAR,
    "jahres": PeriodEnd.YEAR, "jaar": PeriodEnd.YEAR, "ars": PeriodEnd.YEAR, "eoy": PeriodEnd.YEAR,
}  # fmt: skip
_OF_PERIOD: dict[Unit, PeriodEnd] = {
    Unit.MONTH: PeriodEnd.MONTH, Unit.QUARTER: PeriodEnd.QUARTER, Unit.YEAR: PeriodEnd.YEAR,
}  # fmt: skip
_MORE_PERIODS = {
    "vierteljahres": PeriodEnd.QUARTER, "kalendervierteljahres": PeriodEnd.QUARTER, "manaden": PeriodEnd.MONTH,
    "kvartalet": PeriodEnd.QUARTER, "kvartalets": PeriodEnd.QUARTER, "aret": PeriodEnd.YEAR, "arets": PeriodEnd.YEAR,
    "manadens": PeriodEnd.MONTH, "halbjahres": PeriodEnd.HALF_YEAR, "miesiaca": PeriodEnd.MONTH,
    "kwartalu": PeriodEnd.QUARTER, "roku": PeriodEnd.YEAR, "maneden": PeriodEnd.MONTH, "halbjahr": PeriodEnd.HALF_YEAR,
    "kalendermonats": PeriodEnd.MONTH, "kalenderquartals": PeriodEnd.QUARTER, "monthend": PeriodEnd.MONTH,
}  # fmt: skip
# What the end belongs to when it is the contract's own and not the calendar's.
_CONTRACT = word_set(
    "term terms contract agreement subscription renewal anniversary duration expiry expiration vertrag vertrags "
    "vertragsende vertragslaufzeit vertragsjahr vertragsjahres laufzeit laufzeitende ablauf contrat contrato "
    "contratto looptijd echeance terme vencimiento plazo scadenza termo vigencia afloop avtal avtalet avtalstiden "
    "kontrakt"
)
_FILLERS = _CONTRACT | _ENDS | word_set(
    "a an and any at the of to on by for from in is or per with within before prior previous notice written "
    "advance least minimum min no not less later than its his their each every respective calendar days weeks "
    "months auto cancel cancellation cancelling termination terminate non renew renewing date day deadline "
    "required effective given give must be customer either party clear full fiscal initial "
    "period current service services then applicable mindestlaufzeit mindestens "
    "kundigungsfrist kundigung frist vor vorher vorab zum zur bis jeweils jeweilige jeweiligen jeder jedes je "
    "des der dem den die das eines einer einem ein eine auf ende schriftlich im voraus s kalender kundbar "
    "preavis avant la le les l du de des d au aux moins fin ecrit par jour minimum chaque a preaviso "
    "previo previa previos aviso antes con del el los las al dia final anticipacion antelacion escrito cada "
    "prima preavviso della dello dei delle il lo gli con di da anticipo antecedencia do da dos das com previo "
    "aviso opzegtermijn voor van het de per minimaal tegen uppsagning uppsagningstid fore till vid i av senast "
    "oppsigelse opsigelse inden til ved pr lobende okres wypowiedzenia przed z ze"
)  # fmt: skip


def _is_end(word: str) -> bool:
    return word in _ENDS or word in _MORE_PERIODS or unit_of(word) is not None or bool(_COMPOUND_END.fullmatch(word))


def _to_end_of(rest: list[str]) -> PeriodEnd | None:
    """Whether the words that are left speak of a calendar period's end: which one. The contract's own end is none."""
    for word in rest:
        if found := _COMPOUND_END.fullmatch(word):
            return _COMPOUNDS[found[2]]
        if word in ("eom", "eoq", "eoy"):
            return _COMPOUNDS[word]
    if not any(word in _ENDS for word in rest) or any(word in _CONTRACT for word in rest):
        return None
    for word in rest:
        if word in _MORE_PERIODS:
            return _MORE_PERIODS[word]
        unit = unit_of(word)
        if unit is not None and unit[0] in _OF_PERIOD:
            return PeriodEnd.HALF_YEAR if unit[1] == 6 else _OF_PERIOD[unit[0]]
    return None


def _period_end(day: date, months: int) -> date:
    """The last end of a calendar period of so many months that lies on or before `day`."""
    end = month_end(day.year, (day.month - 1) // months * months + months)
    if end <= day:
        return end
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first - _ONE_DAY


def _working_days_before(day: date, amount: int, holidays: Container[date], weekend: Container[int]) -> date:
    left = amount
    while left:
        day -= _ONE_DAY
        left -= day.weekday() not in weekend and day not in holidays
    return day
