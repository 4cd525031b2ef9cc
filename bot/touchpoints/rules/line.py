"""What someone types after `/touch`, and what it says by itself: the day, the kind of contact, who it was with.

Only what stands there in plain words is read out of it; everything else is left unsaid, for the form to ask.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.touchpoints.rules.churn_words import churn_word
from bot.touchpoints.rules.line_days import day_in_front, day_within


class TouchKind(StrEnum):
    """How the customer was reached. A note never reached them: it is kept, and does not count as a touch."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    TICKET = "ticket"
    EVENT = "event"
    ON_SITE = "on_site"
    CHAT = "chat"
    NOTE = "note"


class Purpose(StrEnum):
    """What a contact was for."""

    SUPPORT = "support"
    HEALTH = "health"
    PULSE = "pulse"
    NURTURE = "nurture"
    RENEWAL = "renewal"
    DELIVERY = "delivery"


class Mood(StrEnum):
    """How the customer was. Churn: they said a word such as cancel, leave, or the name of a competitor."""

    CALM = "calm"
    TENSE = "tense"
    CHURN = "churn"


class Via(StrEnum):
    """The way a touchpoint came in."""

    COMMAND = "command"
    FORM = "form"
    MESSAGE = "message"
    REACTION = "reaction"
    IMPORT = "import"


LABELS: dict[str, str] = {
    "": "Contact",
    TouchKind.CALL: "Call",
    TouchKind.MEETING: "Meeting",
    TouchKind.EMAIL: "Email",
    TouchKind.TICKET: "Ticket",
    TouchKind.EVENT: "Event",
    TouchKind.ON_SITE: "On site",
    TouchKind.CHAT: "Chat",
    TouchKind.NOTE: "Internal note",
}
"""The empty kind is a contact of which nobody said how it was made."""

PURPOSES: dict[str, str] = {purpose.value: purpose.value.capitalize() for purpose in Purpose}
MOODS: dict[str, str] = {Mood.CALM: "Calm", Mood.TENSE: "Tense", Mood.CHURN: "Churn word heard"}

_DONE = {
    TouchKind.CALL: "called phoned rang telephoned",
    TouchKind.MEETING: "met",
    TouchKind.EMAIL: "emailed mailed",
    TouchKind.ON_SITE: "visited",
    TouchKind.CHAT: "chatted messaged texted dmed",
}
_NAMED = {
    TouchKind.CALL: "call phonecall",
    TouchKind.MEETING: "meeting qbr workshop lunch",
    TouchKind.EMAIL: "email mail",
    TouchKind.TICKET: "ticket",
    TouchKind.EVENT: "event webinar conference",
    TouchKind.ON_SITE: "onsite visit",
    TouchKind.CHAT: "chat dm",
}
_BY_DOING = {word: kind for kind, words in _DONE.items() for word in words.split()}
_BY_NAME = {word: kind for kind, words in _NAMED.items() for word in words.split()}
_LEADS = "with from to at on by about re for w today yesterday this"
_LEADS_ON = frozenset(_LEADS.split())
_TOWARDS = "with from to by w"
_TO_SOMEONE = frozenset(_TOWARDS.split())
_CAPITALS = (
    "i we they he she it the a an and but our their my your his her monday tuesday wednesday thursday friday saturday "
    "sunday january february march april may june july august september october november december ceo cto cfo"
)
_NO_NAME = frozenset(_CAPITALS.split())
_DOING_WITHIN, _NAMED_WITHIN, _NAME_WORDS = 8, 3, 3
_NOTE = re.compile(r"\s*(?:internal\s+)?note\s*[:–-]\s*(?=\S)|\s*fyi\s*:\s*(?=\S)", re.IGNORECASE)
_NO_ACCOUNT = (
    "i we they he she it you the a an and but so if our my your his her their this that last next tomorrow yesterday "
    "today customer client had got talked spoke sent asked told heard gave wrote note fyi quick"
)
_NO_NAMES = frozenset({*_BY_DOING, *_BY_NAME, *_LEADS_ON, *_NO_NAME, *_NO_ACCOUNT.split()})
_TITLES = frozenset(["dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "mme"])
_ALONE = re.compile(
    r"(?:(?i:dr|prof|mr|mrs|ms|miss|mx|sir|herr|frau|mme)\.?\s+)*[A-ZÀ-ÖØ-ÞĀ-ž][^\W_]*(?:['’.-][^\W_]+)*"
    r"(?:\s+[A-ZÀ-ÖØ-ÞĀ-ž][^\W_]*(?:['’.-][^\W_]+)*){0,2}"
)
"""One to three words that may be a name and nothing else."""

LEAST_LETTERS = 3
_STOPS = " .,:;!"
_TAG = re.compile(r"(?<!\w)#(\w+)")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
_NAME_MOST = 6
_SWITCH = re.compile(r"\bswitch(?:ing)? to\b", re.IGNORECASE)
_TENSE_WORDS = re.compile(
    r"\b(?:worried|angry|upset|frustrat\w+|unhappy|annoyed|disappoint\w+|complain\w*|escalat\w+)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """What a line says by itself. `on` is None when it names no day; `kind`, `purpose`, `mood` may be empty.

    `words` are as typed, without the day or "note:" in front, which stand in their own fields. `odd_day` is a day in
    front, as typed, on which nothing can have happened: it lies ahead, or there is none such; it stays in the words.
    """

    words: str
    kind: str = ""
    contact: str = ""
    purpose: str = ""
    mood: str = ""
    on: date | None = None
    odd_day: str = ""

    @property
    def is_note(self) -> bool:
        """Whether it never reached the customer."""
        return self.kind == TouchKind.NOTE


def parse_line(line: str, today: date, account: str = "") -> ParsedLine:
    """Read a line such as "yesterday called Dana about the roll-out #tense".

    `account` is the customer's own name, which is no person's.
    """
    words, on, odd_day = _without_day(line.strip(), today)
    note = _NOTE.match(words)
    if note:
        words, kind, after = words[note.end() :], TouchKind.NOTE.value, ""
    else:
        kind, after = kind_of(words)
    if on is None and not odd_day:
        within = day_within(words, today, len(words) - len(after) if kind else 0)
        if within is not None:
            on = within.on
            # Neither month nor weekday is a part of the name that stands before it.
            kept = max(0, within.start - (len(words) - len(after)))
            after = f"{after[:kept]};{after[kept + within.end - within.start :]}" if after else after
    tags = [tag.casefold() for tag in _TAG.findall(words)]
    return ParsedLine(
        words=words,
        kind=kind,
        contact=_name(after, account),
        purpose=next((tag for tag in tags if tag in PURPOSES), ""),
        mood=next((tag for tag in tags if tag in MOODS), ""),
        on=on,
        odd_day=odd_day,
    )


def kind_of(words: str) -> tuple[str, str]:
    """The kind of contact that words tell of, and what follows its word; two empty texts when they tell of none.

    "Called Dana", "Quick call with Dana" and "Email: …" do; "asked about the email integration" does not.
    """
    for place, found in enumerate(_WORD.finditer(words)):
        if place >= _DOING_WITHIN:
            break
        word = found[0].casefold().replace("-", "").replace("'", "").replace("’", "")
        rest = words[found.end() :]
        if word in _BY_DOING:
            return _BY_DOING[word], rest
        if word in _BY_NAME and place < _NAMED_WITHIN and _leads_on(rest):
            return _BY_NAME[word], rest
        if word == "on" and place < _NAMED_WITHIN and rest.casefold().startswith(" site"):
            return TouchKind.ON_SITE, rest[5:]
    return "", ""


def says_little(words: str) -> bool:
    """Whether words have fewer letters than say anything."""
    return sum(letter.isalpha() for letter in words) < LEAST_LETTERS


def says_enough(said: "ParsedLine") -> bool:
    """Whether a line tells of a contact by itself: more than a name, and more than two letters."""
    if says_little(said.words):
        return False
    return said.kind != "" or (len(said.words.split()) > 1 and not _ALONE.fullmatch(said.words.strip(_STOPS)))


def suggested_mood(words: str) -> str:
    """What a form may offer as the mood; a person sees it there and can take it away."""
    if churn_word(words) or _SWITCH.search(words):
        return Mood.CHURN
    return Mood.TENSE if _TENSE_WORDS.search(words) else ""


def beginnings(line: str) -> Iterator[tuple[str, str]]:
    """(the first words, the rest) of a line, longest first: where a name may end and what was said begin.

    A name in quotes is taken as one.
    """
    line = line.strip()
    quoted = re.match(r"[\"“']([^\"”]{1,255})[\"”']\s*[:,]?\s*", line)
    if quoted:
        yield quoted[1], line[quoted.end() :].strip()
        return
    ends = [found.end() for found in re.finditer(r"\S+", line)]
    for end in reversed(ends[:_NAME_MOST]):
        yield line[:end].rstrip(":,"), line[end:].strip()


def is_quoted(line: str) -> bool:
    """Whether a line begins with a name in quotes."""
    return line.lstrip()[:1] in ('"', "“", "'")


def may_be_name(head: str) -> bool:
    """Whether the first words of a line may name an account: one word that says what was done, or when, does not."""
    return head.strip().rstrip(":,").casefold() not in _NO_NAMES


def unknown_name(line: str) -> str:
    """What a line in which no account was found seems to take for one: the words before what was done, or a first word.

    Empty for a line that begins with what was done, by whom, or when.
    """
    if is_quoted(line):
        return next((head for head, _ in beginnings(line)), "")
    words = [word.strip(":,") for word in line.split()]
    if not words or not may_be_name(words[0]) or says_little(words[0]) or day_in_front(line, date.max):
        return ""
    at = next((at for at, word in enumerate(words) if word.casefold() in _NO_NAMES), len(words))
    is_name = at == len(words) or words[at].casefold() in {*_BY_DOING, *_BY_NAME} or line.split()[at - 1].endswith(":")
    if at <= _NAME_WORDS and (is_name or all(word[0].isupper() for word in words[:at])):
        return " ".join(words[:at])
    return words[0]


def _without_day(line: str, today: date) -> tuple[str, date | None, str]:
    """The words without a day in front, the day, and the day as typed when nothing can have happened on it."""
    found = day_in_front(line, today)
    # "Next week they go live" says nothing of when it was learnt.
    if found is None or not (found.is_plain or kind_of(found.rest)[0]):
        return line, None, ""
    return (found.rest, found.on, "") if found.on is not None and found.on <= today else (line, None, found.typed)


def _leads_on(rest: str) -> bool:
    following = rest.lstrip()
    if not following or not following[0].isalnum():
        return True
    word = _WORD.match(following)
    return word is not None and (word[0].casefold() in _LEADS_ON or word[0][0].isdigit())


def name_alone(words: str, account: str = "") -> str:
    """Somebody's name when nothing else was typed."""
    alone = words.strip(_STOPS)
    return _name(alone, account) if _ALONE.fullmatch(alone) else ""


def _name(rest: str, account: str) -> str:
    words = list(_WORD.finditer(rest))
    if words and words[0][0].casefold() in _TO_SOMEONE:
        words = words[1:]
    taken: list[str] = []
    end, titles = None, 0
    for word in words:
        between = rest[end : word.start()]
        is_title = word[0].casefold() in _TITLES and len(taken) == titles
        # Behind "Dr." a name may stand in small letters; elsewhere it is known by its capital.
        is_name = word[0][0].isupper() or (0 < len(taken) == titles and word[0][0].isalpha())
        if end is not None and not between.isspace() and not (between.strip() == "." and len(taken) == titles):
            break
        if not (is_title or is_name) or word[0].casefold() in _NO_NAME or len(taken) - titles == _NAME_WORDS:
            break
        titles += is_title
        end = word.end()
        has_stop = is_title and rest[end : end + 1] == "."
        taken.append(f"{word[0]}." if has_stop else word[0])
    if len(taken) == titles:
        # A title without a name is nobody's.
        taken = []
    if words and taken and rest[: words[0].start()].strip(" @").casefold() not in ("", *_TO_SOMEONE, "w/"):
        return ""
    name = " ".join(taken)
    own = {word.casefold() for word in _WORD.findall(account)}
    return "" if own & {word.casefold().rstrip(".") for word in taken} else name
