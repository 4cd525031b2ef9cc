"""The day a line tells of, in words or figures: "yesterday", "last friday", "3 days ago", "on Monday", "3 Nov"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_WORDS = (
    r"today|yesterday|tomorrow|\d{4}-\d{2}-\d{2}|(?P<back>\d{1,3}|an?|one|two|three) (?P<unit>day|week)s? ago|"
    rf"(?P<which>last|on|next) (?P<weekday>{'|'.join(_WEEKDAYS)})|(?P<other>last|next) week"
)
_DAY = re.compile(rf"\s*(?P<all>{_DAY_WORDS})(?=[\s:,])[\s:,]*(?=\S)", re.IGNORECASE)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}

_SHORT_DAYS = "mon|tues?|wed|thurs?|thu|fri|sat|sun"
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_WITHIN = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<plain>today|yesterday)
    | (?P<before>the\ day\ before\ yesterday)
    | (?P<back>\d{{1,3}}|an?|one|two|three)\ (?P<unit>day|week)s?\ ago
    | (?P<lastweek>last\ week)
    | (?:(?P<which>last|on|this)\ )?(?P<weekday>{"|".join(_WEEKDAYS)})
    | (?P<short_which>last|on|this)\ (?P<short>{_SHORT_DAYS})\b\.?
    | (?:on\ )?(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})
    | (?:on\ )?(?:the\ )?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.?(?:\ of)?\ (?P<m1>{_MONTH})\b\.?(?:,?\ (?P<y1>\d{{4}}))?
    | (?:on\ )?(?P<m2>{_MONTH})\.?\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\ (?P<y2>\d{{4}}))?
    | (?:on\ )?(?P<d3>\d{{1,2}})\.(?P<m3>\d{{1,2}})\.(?P<y3>\d{{4}})?
    )(?![\w/-])""",
    re.IGNORECASE | re.VERBOSE,
)
# A full stop behind a title ends no sentence.
_CLAUSE_ENDS = re.compile(
    r"[,;:!?–—()]|(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bProf)\.(?=\s|$)|\s-\s", re.IGNORECASE
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:will|won['’]?t|shall|going|next|until|till|by|before|after|due|since|starting|starts?|launch\w*|goes|go|live|"
    r"they|she|he|we|plan\w*|schedul\w*|again|wants?|needs?|expect\w*|deadline|ends?|expir\w*|renews?)\b"
    # "From Monday", "to 3 Nov": a day to which or from which something else runs.
    r"|\b(?:from|to|for)\s*$",
    re.IGNORECASE,
)
_STOPS = " .,:;!"
_AS_OF = re.compile(r"(?:^|\s)(?:as (?:of|at)|at)\s*$", re.IGNORECASE)
_ASIDE = 3
"""A clause of so many words at most, as in "…, on Monday", says when the rest of the line was."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as typed, the words behind it, and the day meant; None when there is none such, or it lies ahead.

    `is_plain`: it can stand for nothing else than the day of what follows.
    """

    typed: str
    rest: str
    on: date | None
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Within:
    """A day inside a line: what it means, and from where to where it stands."""

    on: date
    start: int
    end: int


def day_in_front(line: str, today: date) -> Day | None:
    """The day that a line begins with, if it begins with one and something follows."""
    found = _DAY.match(line)
    if found is None:
        return None
    typed = found["all"]
    is_plain = typed[0].isdigit() or typed.casefold() in ("today", "yesterday")
    return Day(typed, line[found.end() :], _meant(found, today), is_plain)


def day_behind(line: str, today: date) -> Day | None:
    """The day that a line ends with, written in any of the ways in which a line tells one, and what stands before it.

    A date without a year is the last such day; one with its year may lie ahead.
    """
    found = next((one for one in _WITHIN.finditer(line) if not line[one.end() :].strip(_STOPS)), None)
    if found is None:
        return None
    rest = _AS_OF.sub("", line[: found.start()]).rstrip(_STOPS)
    return Day(found[0], rest, _meant_within(found, today), True)


def day_within(line: str, today: date, doing: int) -> Within | None:
    """The first day anywhere in a line that says when the contact was; never one that lies ahead.

    "yesterday" and "two days ago" always do. A weekday or a date does in the clause of what was done, which begins
    before `doing` (a place in the line), or in an aside, unless something else is told to happen then: "they launch on
    Monday", "by 3 Nov". A date without a year is the last such day.
    """
    for found in _WITHIN.finditer(line):
        on = _meant_within(found, today)
        is_all = not line[: found.start()].strip() and not line[found.end() :].strip(_STOPS)
        if on is None or on > today or is_all:
            continue
        is_past = found["plain"] or found["before"] or found["back"] or found["lastweek"] or found["which"] == "last"
        if is_past or _is_of_contact(line, found.start(), found.end(), doing):
            return Within(on, found.start(), found.end())
    return None


def _is_of_contact(line: str, start: int, end: int, doing: int) -> bool:
    before, after = _CLAUSE_ENDS.split(line[:start])[-1], _CLAUSE_ENDS.split(line[end:])[0]
    begins = start - len(before)
    if begins > doing and len(f"{before}{line[start:end]}{after}".split()) > _ASIDE:
        return False
    if begins < doing <= start:
        # What was done is told before: only what stands between that and the day can be something else.
        return not _OF_SOMETHING_ELSE.search(line[doing:start])
    return not _OF_SOMETHING_ELSE.search(before) and not _OF_SOMETHING_ELSE.search(after)


def _meant(found: re.Match[str], today: date) -> date | None:
    word = found["all"].casefold()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    if found["back"]:
        count = _COUNTS.get(found["back"].casefold()) or int(found["back"])
        return today - timedelta(days=count * (7 if found["unit"].casefold() == "week" else 1))
    if found["other"]:
        return today - timedelta(days=7) if found["other"].casefold() == "last" else None
    if found["weekday"]:
        which = found["which"].casefold()
        return None if which == "next" else _weekday(today, found["weekday"], which == "last")
    return _iso(word)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _meant_within(found: re.Match[str], today: date) -> date | None:
    if found["plain"]:
        return today - timedelta(days=found["plain"].casefold() == "yesterday")
    if found["before"]:
        return today - timedelta(days=2)
    if found["back"]:
        count = _COUNTS.get(found["back"].casefold()) or int(found["back"])
        return today - timedelta(days=count * (7 if found["unit"].casefold() == "week" else 1))
    if found["lastweek"]:
        return today - timedelta(days=7)
    if weekday := found["weekday"] or found["short"]:
        is_last = any(which and which.casefold() == "last" for which in (found["which"], found["short_which"]))
        return _weekday(today, weekday, is_last)
    if found["iso"]:
        return _iso(found["iso"])
    for number in ("1", "2", "3"):
        if found[f"d{number}"]:
            month = found[f"m{number}"]
            named = month if month.isdecimal() else str(_MONTHS.index(month[:3].casefold()) + 1)
            return _day(found[f"y{number}"], named, found[f"d{number}"], today)
    return None


def _weekday(today: date, name: str, is_last: bool) -> date:
    number = next(n for n, day in enumerate(_WEEKDAYS) if day.startswith(name.casefold()))
    back = (today.weekday() - number) % 7
    return today - timedelta(days=7 if is_last and back == 0 else back)


def _day(year: str | None, month: str, day: str, today: date) -> date | None:
    """This day; without a year the last one that has come. None when there is none such."""
    for one in [int(year)] if year else [today.year - back for back in range(5)]:
        try:
            on = date(one, int(month), int(day))
        except ValueError:
            continue
        if year or on <= today:
            return on
    return None
