"""An RSS or Atom file as insights: read from what was saved, never fetched; each entry once, its HTML taken off."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import blake2b
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
from sqlalchemy import or_

from bot.core.calendar import local_date
from bot.core.links import is_web_address
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.rules import listed_words
from bot.models import Insight
from bot.workspace import context

MOST_BYTES = 5_000_000
MOST_ENTRIES = 500
WORDS_LENGTH = 300
_UNSAID = frozenset(("script", "style", "head", "template"))


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry that can be used: its words on one line, a web address or "", its topics, the day it appeared."""

    key: str
    words: str
    url: str
    topics: tuple[str, ...]
    published_on: date | None


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """What an import of a feed did. `empty` entries say nothing, `old` ones were no news any more."""

    created: int = 0
    known: int = 0
    old: int = 0
    empty: int = 0
    beyond: int = 0


def read_feed(path: Path) -> tuple[list[FeedEntry], FeedSummary]:
    """The entries of a file, each once, and how many could not be used. Raises Refused when it is no feed."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise Refused(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB. Save a shorter feed.")
    # A stream, not a name: given an address feedparser would go and fetch it.
    found = feedparser.parse(BytesIO(data), resolve_relative_uris=False)
    if not found.entries and not found.get("version"):
        raise Refused(f"{path.name} is no RSS or Atom feed. Save the feed itself, not the page that links to it.")
    entries: dict[str, FeedEntry] = {}
    empty = 0
    for raw in found.entries[:MOST_ENTRIES]:
        entry = _entry(raw)
        if entry is None:
            empty += 1
        elif not any(entry.url and entry.url == other.url for other in entries.values()):
            entries.setdefault(entry.key, entry)
    return list(entries.values()), FeedSummary(empty=empty, beyond=max(0, len(found.entries) - MOST_ENTRIES))


def import_feed(
    work: Work,
    path: Path,
    audience: InsightAudience,
    about: InsightDetails,
    dry_run: bool = False,
) -> FeedSummary:
    """Bring a feed's entries into the library; importing it again changes nothing, whoever changed them since.

    `about` holds for all of them, its topics beside their own. An entry is known again by its id and by its link. One
    that is older than insights stay fresh is left out. Raises Refused when the file is no feed.
    """
    entries, summary = read_feed(path)
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    fresh = ws.policies.of("mid").insight_fresh_days
    young = [one for one in entries if one.published_on is None or (today - one.published_on).days < fresh]
    there = _known(work, young)
    new = [one for one in young if one.key not in there and one.url not in there]
    if new and not dry_run:
        rows = [_row(work, one, audience, about, today) for one in new]
        insert = insert_for(work.session, Insight.__table__).on_conflict_do_nothing(
            index_elements=["workspace_id", "source_key"]
        )
        work.session.connection().execute(insert, rows)
        work.forget()
    return replace(summary, created=len(new), known=len(young) - len(new), old=len(entries) - len(young))


def counted(path: Path) -> FeedSummary:
    """What an import into an empty library would find. Raises Refused when the file is no feed."""
    entries, summary = read_feed(path)
    return replace(summary, created=len(entries))


def without_html(markup: str) -> str:
    """The words of a piece of HTML on one line; what a reader would not see is left out."""
    reader = _Words()
    reader.feed(markup[: 20 * WORDS_LENGTH])
    reader.close()
    return " ".join("".join(reader.found).split())


def _entry(raw: Any) -> FeedEntry | None:
    words = without_html(str(raw.get("title") or "")) or without_html(str(raw.get("summary") or ""))
    words = "".join(character for character in words if character.isprintable())
    if not any(map(str.isalnum, words)):
        return None
    if len(words) > WORDS_LENGTH:
        words = words[: WORDS_LENGTH - 1].rstrip() + "…"
    link = str(raw.get("link") or "").strip()
    url = link if is_web_address(link) else ""
    known_by = str(raw.get("id") or "").strip() or url or words
    topics = listed_words(", ".join(str(tag.get("term") or "") for tag in raw.get("tags") or ()))
    return FeedEntry(_key(known_by), words, url, topics, _day(raw))


def _day(raw: Any) -> date | None:
    at = raw.get("published_parsed")
    if not at and "updated_parsed" in raw:
        at = raw["updated_parsed"]
    try:
        return datetime.fromtimestamp(calendar.timegm(at), UTC).date() if at else None
    except (ValueError, OverflowError, OSError):
        return None


def _key(known_by: str) -> str:
    return f"feed:{blake2b(known_by.encode(), digest_size=20).hexdigest()}"


def _known(work: Work, entries: Sequence[FeedEntry]) -> set[str]:
    """Keys and links of entries that the library has, retired ones too: what was taken out does not come back."""
    keys, links = [one.key for one in entries], [one.url for one in entries if one.url]
    rows = work.session.execute(
        work.select(Insight.source_key, Insight.url).where(or_(Insight.source_key.in_(keys), Insight.url.in_(links)))
    )
    return {value for row in rows for value in row if value}


def _row(work: Work, one: FeedEntry, audience: InsightAudience, about: InsightDetails, today: date) -> dict[str, Any]:
    topics = listed_words(", ".join([*about.topics, *one.topics]))
    published = min(one.published_on, today) if one.published_on else None
    details = replace(about, topics=topics, published_on=published)
    values = insight_service.checked(work, one.words, one.url, audience, details)
    return values | {
        "workspace_id": work.workspace_id,
        "source_key": one.key,
        "by_id": None,
        "created_at": work.now,
    }


class _Words(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What stands in some tags is not for readers; every other tag parts words."""
        self._hidden += tag in _UNSAID
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """The end of one."""
        self._hidden = max(0, self._hidden - (tag in _UNSAID))
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        """Words between tags."""
        if not self._hidden:
            self.found.append(data)
