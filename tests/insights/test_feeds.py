"""Feeds as they are saved: RSS and Atom, odd ones, HTML in them, twice the same; nothing is fetched."""

from __future__ import annotations

import socket
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.work import Work
from bot.errors import Refused
from bot.insights import feeds, matching
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.feeds import FeedSummary, import_feed, read_feed, without_html
from bot.models import Insight
from tests.factories import NOW

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://example.com</link>
<item><guid>a-1</guid><title>&lt;b&gt;Downtime&lt;/b&gt; costs &amp;amp; cures</title><link>https://example.com/1</link>
<category>downtime</category><category>Audits</category><pubDate>Mon, 16 Feb 2026 08:00:00 GMT</pubDate></item>
<item><guid>a-1</guid><title>The same again</title><link>https://example.com/1b</link></item>
<item><guid>a-2</guid><title>Other id, same link</title><link>https://example.com/1</link></item>
<item><guid>a-3</guid>
<description>&lt;p&gt;Only a &lt;script&gt;x()&lt;/script&gt; summary&lt;/p&gt;</description></item>
<item><guid>a-4</guid><title>  </title></item>
<item><guid>a-5</guid><title>Bad link</title><link>javascript:alert(1)</link></item>
<item><guid>a-6</guid><title>Old</title><pubDate>Mon, 17 Feb 2020 08:00:00 GMT</pubDate></item>
<item><guid>a-7</guid><title>Odd day</title><pubDate>yesterday-ish</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>f</id><updated>2026-03-01T00:00:00Z</updated>
<entry><id>urn:1</id><title type="html">Norms &lt;i&gt;change&lt;/i&gt;</title><link href="https://example.com/n"/>
<updated>2027-01-01T00:00:00Z</updated></entry></feed>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><guid>1</guid><title>t &b; &x;</title></item>
</channel></rss>"""


def saved(folder: Path, text: str | bytes) -> Path:
    path = folder / "feed.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def bring(scene, path, about=InsightDetails(), industries=(), dry_run=False):  # noqa: B008
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        return import_feed(work, path, InsightAudience(industries=industries), about, dry_run)


def kept(scene):
    with scene.db.reading() as session:
        return list(session.scalars(select(Insight).order_by(Insight.id)))


def test_entries_come_in_once_without_their_html(any_scene, tmp_path):
    path = saved(tmp_path, RSS)
    assert bring(any_scene, path, dry_run=True).created == 4 and kept(any_scene) == []
    assert bring(any_scene, path, InsightDetails(topics=("energy",)), ("Metals",)) == FeedSummary(4, 0, 1, 1)
    assert bring(any_scene, path) == FeedSummary(0, 4, 1, 1)
    first, summary, bad, odd = kept(any_scene)
    assert (first.words, first.url) == ("Downtime costs & cures", "https://example.com/1")
    assert first.topics == ["energy", "downtime", "Audits"] and first.industries == ["Metals"]
    assert first.published_on == date(2026, 2, 16) and first.by_id is None
    assert (summary.words, bad.url, odd.published_on) == ("Only a summary", "", None)


def test_what_was_retired_does_not_come_back(scene, tmp_path):
    bring(scene, saved(tmp_path, ATOM))
    with scene.db.transaction() as session:
        session.scalars(select(Insight)).one().retired_at = NOW
    assert bring(scene, saved(tmp_path, ATOM)).known == 1
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        assert matching.library(work) == ()


def test_a_day_that_lies_ahead_counts_as_today(scene, tmp_path):
    bring(scene, saved(tmp_path, ATOM))
    (one,) = kept(scene)
    assert (one.words, one.published_on) == ("Norms change", NOW.date())


@pytest.mark.parametrize("text", ["", "no feed at all", "<html><body>Hi</body></html>", b"\xff\xfe\x00\x01", "{}"])
def test_what_is_no_feed_is_refused(tmp_path, text):
    with pytest.raises(Refused, match="is no RSS or Atom feed"):
        read_feed(saved(tmp_path, text))


def test_a_broken_end_and_another_encoding_are_read_as_far_as_they_go(tmp_path):
    entries, _ = read_feed(saved(tmp_path, RSS[: RSS.index("<item><guid>a-3")]))
    assert [one.words for one in entries][:1] == ["Downtime costs & cures"]
    latin = '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><item><title>Größe</title></item>'
    entries, _ = read_feed(saved(tmp_path, f"{latin}</channel></rss>".encode("latin-1")))
    assert [one.words for one in entries] == ["Größe"]


def test_no_address_is_asked_and_no_file_is_read_by_an_entity(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it wanted to go out")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    entries, _ = read_feed(saved(tmp_path, BOMB))
    assert all("root:" not in one.words for one in entries)
    with pytest.raises(Refused):
        read_feed(saved(tmp_path, "https://example.com/feed.xml"))
    with pytest.raises(Refused, match="cannot be read"):
        read_feed(tmp_path / "missing.xml")


def test_size_and_number_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 3)
    items = "".join(f"<item><guid>{n}</guid><title>{'long ' * 200}{n}</title></item>" for n in range(8))
    entries, summary = read_feed(saved(tmp_path, f'<rss version="2.0"><channel>{items}</channel></rss>'))
    assert len(entries) == 3 and summary.beyond == 5
    assert all(len(one.words) <= feeds.WORDS_LENGTH for one in entries)
    monkeypatch.setattr(feeds, "MOST_BYTES", 100)
    with pytest.raises(Refused, match="larger than"):
        read_feed(saved(tmp_path, RSS))


def test_words_without_html():
    assert without_html("<p>One<br>two</p><style>p{}</style> &lt;three&gt;") == "One two <three>"
