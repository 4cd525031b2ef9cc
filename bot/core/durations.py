"""Lengths of time as people write them, in the languages of the files we read: "3 months", "12 meses", "P1Y"."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


def word_set(words: str) -> frozenset[str]:
    """The words of a text, apart by spaces."""
    return frozenset(words.split())


class Unit(StrEnum):
    """What a length is counted in."""

    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Length(NamedTuple):
    """One length as it is written."""

    amount: Decimal
    unit: Unit


MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
"""The units that are counted on the calendar, as months."""

DAYS = {Unit.DAY: 1, Unit.WEEK: 7}

# Words without accents and capitals. A word may be two: "working days".
_WORDS: dict[Unit, str] = {
    Unit.DAY: "d day days tag tage tagen kalendertag kalendertage kalendertagen jour jours dia dias giorno giorni dag "
    "dagen dagar dage dager dzien dni dniach",
    Unit.WORKING_DAY: "wd bd workday workdays weekday weekdays arbeitstag arbeitstage arbeitstagen werktag werktage "
    "werktagen bankarbeitstage geschaftstage werkdag werkdagen arbetsdag arbetsdagar arbejdsdage virkedager "
    "arbeidsdager",
    Unit.WEEK: "w wk wks wo week weeks woche wochen semaine semaines semana semanas settimana settimane weken vecka "
    "veckor uge uger uke uker tydzien tygodnie tygodni",
    Unit.MONTH: "m mo mos mon mth mths mnth mnths month months monat monate monaten monats mois mes meses mese mesi "
    "maand maanden man manad manader maned maneder miesiac miesiace miesiecy kalendermonat kalendermonate "
    "kalendermonaten",
    Unit.QUARTER: "q qtr qtrs quarter quarters quartal quartale quartalen quartals kalendervierteljahr vierteljahr "
    "vierteljahre kalenderquartal trimestre trimestres trimestri kwartaal kwartalen kvartal kvartaler kwartal kwartaly",
    Unit.YEAR: "y yr yrs year years jahr jahre jahren jahres an ans annee annees ano anos anno anni jaar jaren ar aar "
    "rok lata lat kalenderjahr kalenderjahres",
}  # fmt: skip
UNITS: dict[str, Unit] = {word: unit for unit, words in _WORDS.items() for word in words.split()}
_FORTNIGHTS = word_set("fortnight")
_HALF_YEARS = word_set("halbjahr halbjahre halbjahren semestre semestres semestri semester halfjaar")
_WORKING = re.compile(
    r"\b(?:(?:working|business|bus|work|banking|trading|week)[ .-]+days?|jours? (?:ouvres?|ouvrables?)|"
    r"dias? (?:habil|habiles|laborables?|uteis)|dia util|giorn[oi] lavorativ[oi]|dni robocz(?:e|ych))\b"
)
_CALENDAR_DAYS = re.compile(
    r"\b(calendar|cal\.?|consecutive|kalender|calendar\w*) (?=days?\b|months?\b|quarters?\b|years?\b)"
)
_TWO_WORDS = (
    (re.compile(r"\bhalf[ -]?years?\b|\bhalb(?:es|en)? jahr\b"), "halbjahr"),
    (re.compile(r"\bhalf a year\b"), "1 halbjahr"),
    (re.compile(r"\bfortnights?\b"), "fortnight"),
)
_ISO = re.compile(r"p(?=\d)(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(?:t[\dhms.]*)?")
_NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "one a ein eine einem einen einer eines un une uno una um uma een en ett et jeden",
        2: "two zwei deux dos due dois duas twee tva to dwa",
        3: "three drei trois tres tre drie trzy",
        4: "four vier quatre cuatro quattro quatro fyra fire cztery",
        5: "five funf cinq cinco cinque vijf fem",
        6: "six sechs seis sei zes sex seks szesc",
        7: "seven sieben",
        8: "eight acht",
        9: "nine neun neuf nueve nove",
        10: "ten zehn dix diez dieci dez tien",
        12: "twelve zwolf douze doce dodici doze twaalf tolv",
        14: "fourteen vierzehn",
        15: "fifteen funfzehn quinze quince",
        18: "eighteen achtzehn",
        24: "twentyfour",
        30: "thirty dreissig trente treinta trenta trinta dertig trettio",
        36: "thirtysix",
        45: "fortyfive",
        60: "sixty sechzig soixante sesenta sessanta sessenta zestig sextio",
        90: "ninety neunzig noventa novanta negentig nittio",
    }.items()
    for word in words.split()
}
# A folded text has no capitals; should one come in by a fault of ours, it is not passed over in silence.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[A-Za-z]+")
_WRITTEN_TWICE = re.compile(r"\b[a-z]+(?:[ -][a-z]+)? \((\d{1,4})\)")
_COUNTED_TWICE = re.compile(r"\b(\d{1,4}) \(([a-z]+(?:[ -][a-z]+)*)\)")
_HALF = re.compile(r"(\d*) ?½|(?<![\d/])1 ?[/⁄] ?2(?= ?[a-z])", re.IGNORECASE)
_MOST = Decimal(1_000_000)
"""More counts as this: it is too long in every unit, and a number of 30 digits cannot be divided by Decimal's rules."""

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TEN = rf"(?P<ten>{'|'.join(_TENS)})"
_ONE = rf"(?P<one>{'|'.join(_ONES)})"
_IN_WORDS = re.compile(
    rf"\b(?:(?P<hundred>one|two|three|a) hundred(?:(?: and)? (?={'|'.join(_TENS)}))?)?(?:{_TEN}(?:[ -]{_ONE})?)?\b"
)
_PLURALISED = re.compile(r"\b([a-z]+)\((?:s|e|n|en|es)\)")
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "’": "'", "‐": "-", "‑": "-", "–": "-"}
)


def folded(text: str) -> str:
    """The text without capitals and accents, with plain spaces: "Février " is "fevrier"."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def tokens(text: str) -> list[str]:
    """The numbers and words of a text, a unit of two words as one; `number_of` and `unit_of` say what they mean.

    A number that stands in words and again in brackets, "three (3)", stands once.
    """
    plain = _PLURALISED.sub(r"\1", folded(_HALF.sub(lambda found: f" {found[1] or 0}.5 ", text)))
    plain = _WRITTEN_TWICE.sub(r"\1", plain)
    plain = _COUNTED_TWICE.sub(lambda found: found[0] if any(map(unit_of, found[2].split())) else found[1], plain)
    plain = _IN_WORDS.sub(_in_figures, plain)
    plain = _CALENDAR_DAYS.sub("", plain)
    plain = _WORKING.sub(" workdays ", plain)
    for pattern, word in _TWO_WORDS:
        plain = pattern.sub(word, plain)
    return _TOKEN.findall(plain)


def _in_figures(found: re.Match[str]) -> str:
    """An English number of several words as figures: "forty-five", "one hundred and twenty"."""
    if not found["hundred"] and not found["ten"]:
        return ""
    hundreds = {"a": 1, **_ONES}[found["hundred"]] if found["hundred"] else 0
    return str(100 * hundreds + _TENS.get(found["ten"], 0) + _ONES.get(found["one"], 0))


def number_of(token: str) -> Decimal | None:
    """What a token counts: digits or a number in words."""
    if token[0].isdigit():
        return min(Decimal(token.replace(",", ".")), _MOST)
    return Decimal(_NUMBER_WORDS[token]) if token in _NUMBER_WORDS else None


def unit_of(token: str) -> tuple[Unit, int] | None:
    """The unit that a word means, and how many of it: a half-year is six months, a fortnight two weeks."""
    if token in UNITS:
        return UNITS[token], 1
    if token in _HALF_YEARS:
        return Unit.MONTH, 6
    return (Unit.WEEK, 2) if token in _FORTNIGHTS else None


def iso_length(text: str) -> Length | None:
    """An ISO 8601 duration such as P12M, P1Y6M, P2W or P90D; None when it is none, or mixes months and days."""
    found = _ISO.fullmatch(folded(text))
    if not found:
        return None
    years, months, weeks, days = (int(min(Decimal(part or 0), _MOST)) for part in found.groups())
    if years or months:
        if weeks or days:
            return None
        return Length(Decimal(years), Unit.YEAR) if not months else Length(Decimal(12 * years + months), Unit.MONTH)
    return Length(Decimal(weeks), Unit.WEEK) if not days else Length(Decimal(7 * weeks + days), Unit.DAY)


def unit_in_header(header: str) -> Unit | None:
    """The unit that a column's header names: "Notice Period (months)", "Term in years", "Frist [Tage]"."""
    found = [unit for token in tokens(header.replace("_", " ")) if len(token) > 1 and (unit := unit_of(token))]
    units = {unit for unit, factor in found if factor == 1}
    return units.pop() if len(units) == 1 else None
