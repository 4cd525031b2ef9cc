"""Words of leaving in what people wrote: cancel, terminate, won't renew, looking at a competitor; in seven languages.

Only what is said plainly counts. "They will not cancel" is no such word, nor is a meeting that was cancelled. It is a
sign to look at, not a verdict: the score quotes it, so that a reader sees at once when it means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LENGTH = 60
MARKED = "*"
"""Kept instead of a word when somebody marked a contact as one in which a churn word was heard, and typed none."""

CHURN, CALM = "churn", "calm"
"""The moods of a touchpoint (rules.touch.Mood) that say so, and that say the opposite."""

_RIVAL = (
    r"(?:competitors?|competition|competing\s+(?:product|tool|offer|vendor)s?|rivals?|alternatives?"
    r"|(?:another|other|different)\s+(?:vendor|provider|supplier|tool|product|solution|system|partner)s?"
    r"|konkurren[tz]\w*|wettbewerber\w*|(?:andere[nrs]?|neue[nrs]?)\s+anbieter\w*|concurren(?:t|te|ts|ce)"
    r"|competidor\w*|competencia|concorren\w+|concurrent(?:en|ie)?)"
)
_LOOKS = (
    r"(?:look|evaluat|compar|consider|talk|speak|test|tr[iy]|switch|mov|chang|go|leav|demo|meet|invit|shortlist|pilot)"
    r"(?:[a-z]{0,6})"
)
_LEAVING = re.compile(
    rf"""
      \b(?<!noise-)(?<!noise\s)cancel(?:s|ed|led|ing|ling|ation|lation)?\b
    | \bterminat(?:e|es|ed|ing|ion)\b
    | \bchurn(?:s|ed|ing)?\b
    | \b(?:won[’']?t|will\s+not|wouldn[’']?t|would\s+not|don[’']?t|do\s+not|doesn[’']?t|does\s+not|didn[’']?t|did\s+not
        |not|never|cannot|can[’']?t)\s+(?:\w+\s+){{0,3}}?(?:renew(?:ing|al)?|extend|prolong)\b
    | \bnon-?renewal\b
    | \b(?:notice\s+of|serve[ds]?|serving|g[ai]ve|giving|given)\s+(?:us\s+)?(?:their\s+)?notice\b
    | \b(?:leaving|leave|quit|quitting|ditch|ditching|drop|dropping)\s+us\b
    | \b(?:switch|mov|walk|step)(?:e|es|ing|ed)?\s+away\s+from\s+us\b
    | \b{_LOOKS}\s+(?:\w+\s+){{0,3}}?{_RIVAL}\b
    | \b(?:ge)?k(?:ü|ue)ndig(?:e|en|t|te|ten|ung|ungen)\b | \bwechsel\w*\s+(?:zu|zur|zum)\s+(?:\w+\s+){{0,2}}?{_RIVAL}
    | \bverlänger\w*\s+(?:\w+\s+){{0,3}}?nicht\b | \bnicht\s+(?:\w+\s+){{0,2}}?verlänger\w*
    | \b(?:zu[rm]?|mit|bei|einen?|die|der|den)\s+(?:\w+\s+)?(?:konkurrenz|konkurrenten|wettbewerber[ns]?)\b
    | \brésili\w+ | \bresili(?:er|ation)\b | \b(?:ne|n[’'])\s*(?:\w+\s+){{0,3}}?(?:renouvel|reconduir)\w*
    | \b(?:chez|voir|avec|à)\s+(?:\w+\s+){{0,2}}?concurren(?:t|ts|ce)\b
    | \b(?:cancelar\w*|cancelan|cancelen|rescind\w+|rescis\w+) | \bdar(?:se|nos)?\s+de\s+baja\b
    | \bn[oã]o?\s+(?:\w+\s+){{0,3}}?(?:renov\w+|rinnov\w+) | \bnon\s+(?:\w+\s+){{0,3}}?rinnov\w+
    | \b(?:disdett\w+|disdire|disdic\w+)
    | \b(?:opzeg(?:gen|ging|t)?|opgezegd)\b | \bniet\s+(?:\w+\s+){{0,3}}?verleng\w*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""One pass over the words; found is what a reader is shown."""

_STEMS = (
    "cancel", "terminat", "churn", "renew", "extend", "prolong", "notice", "leav", "quit", "ditch", "drop",
    "compet", "rival", "alternativ", "another", "other", "different", "konkurren", "wettbewerb", "anbieter",
    "concurren", "concorren", "kündig", "kuendig", "verlänger", "résili", "renouvel", "reconduir", "rescin", "rescis",
    "resili", "baja", "renov", "rinnov", "disd", "opzeg", "opgezeg", "verleng", "away",
)  # fmt: skip
"""Without one of these nothing can be found: looking for them first is what makes an import of many rows cheap."""

_STAYS = re.compile(
    r"(?:\b(?:not|no|never|without|nobody|none|neither|nor|cannot|unlikely|against|withdr[ae]w\w*|reject\w*|avoid\w*"
    r"|instead of|rather than|stopped|nicht|kein\w*|nie|ohne|pas|jamais|sans|nunca|jamás|sin|non|mai|senza|niet|geen"
    r"|nooit|não|nunca|sem)\b|n[’']t\b|\bn[’']|\bne\b|\bno\b)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[.;:!?\n,]|\b(?:and|but|so|because|since|unless|until|if|whether|why|when|sure|only|otherwise|und|aber|oder|wenn"
    r"|ob|sonst|weil|et|mais|ou|si|y|pero|o|e|ma|se|en|maar|als)\b|(?<!that )(?<!dass )(?<!que )(?<!che )\b(?:they|we"
    r"|he|she|you|sie|er|wir|ils|elles|ellos)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:\w+\s+){0,3}?(?:nicht|pas)\b|\s+(?:was|were|is|has been)\s+(?:withdrawn|taken back|off)\b")
_OWN_NOT = re.compile(r"^(?:ne|n[’'])|nicht|\bnot\b|n[’']t", re.IGNORECASE)
_BEFORE_WORDS, _BEFORE_LENGTH = 6, 160

_MATTER = (
    r"(?:meeting|call|appointment|visit|demo|lunch|dinner|workshop|review|session|training|event|trip|flight|webinar|qbr"
    r"|interview|invite|invitation|booking|hotel|order|ticket|job|request|reminder|newsletter|process"
    r"|connection|thread|query|button|termin\w*|besprechung\w*|treffen|anruf\w*|rendez-vous|réunion\w*|reuni[oó]n\w*"
    r"|riunione|afspraak|vergadering)s?\b"
)
_OF_SOMETHING_ELSE = re.compile(
    rf"\s+(?:of\s+)?(?:\w+[’']s\s+)?(?:(?!contract|vertrag|account|subscription|licen)[\w’'-]+\s+){{0,3}}?{_MATTER}",
    re.IGNORECASE,
)
_SOMETHING_ELSE_WAS = re.compile(
    rf"{_MATTER}\s+(?:(?:was|were|is|has|had|have|got|gets|been|being|had to be|wurde|ist)\s+){{0,3}}$", re.IGNORECASE
)
_ABOUT_THINGS = re.compile(r"^(?:cancel|terminat|storn)", re.IGNORECASE)


def churn_word(words: str) -> str:
    """The first word of leaving, as it was typed and at most 60 characters of it; empty when there is none."""
    lowered = words.casefold()
    if not any(stem in lowered for stem in _STEMS):
        return ""
    for found in _LEAVING.finditer(words):
        if not (_is_denied(words, found) or _is_of_something_else(words, found)):
            return " ".join(found[0].split())[:LENGTH]
    return ""


def noted(said: Iterable[str], mood: str = "") -> str:
    """What is kept of one contact, check or pulse: its first word of leaving, `MARKED`, or nothing.

    `mood` is what a person made of it: calm takes a word away again, churn stands without one.
    """
    if mood == CALM:
        return ""
    return next(filter(None, map(churn_word, said)), MARKED if mood == CHURN else "")


def _is_denied(words: str, found: re.Match[str]) -> bool:
    # The word's own "not" ("will not renew") lies inside what was found; here it is about one before it.
    before = words[max(0, found.start() - _BEFORE_LENGTH) : found.start()]
    clause = before[max([0, *(b.end() for b in _BREAK.finditer(before))]) :].split()[-_BEFORE_WORDS:]
    if _STAYS.search(" ".join(clause)):
        return True
    return _AFTER.match(words, found.end()) is not None and not _OWN_NOT.search(found[0])


def _is_of_something_else(words: str, found: re.Match[str]) -> bool:
    if not _ABOUT_THINGS.match(found[0]):
        return False
    before = words[max(0, found.start() - _BEFORE_LENGTH) : found.start()]
    return bool(_OF_SOMETHING_ELSE.match(words, found.end()) or _SOMETHING_ELSE_WAS.search(before))
