"""What someone wrote, as they saw it."""

import pytest

from bot.slack.plain_text import as_seen, people_in

NAMES = {"U0REP1": "Dana Whitlock"}


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("Called <@U0REP1> about A &amp; B &lt;3", "Called @Dana Whitlock about A & B <3"),
        ("<@U0NOBODY> and <@W0SOMEONE|kim>", "@U0NOBODY and @kim"),
        ("in <#C0ACME|acc-acme> and <#C0OTHER>", "in #acc-acme and #C0OTHER"),
        ("<!channel> <!here> <!subteam^S1|@care> <!date^1^{date}|Monday>", "@channel @here @care Monday"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<https://example.com|the study>", "the study (https://example.com)"),
        ("<mailto:ruth@example.com|ruth@example.com>", "ruth@example.com"),
        ("&amp;lt;", "&lt;"),
        ("שלום 😀", "שלום 😀"),
    ],
)
def test_marks_come_out_as_they_looked(raw, seen):
    assert as_seen({"text": raw}, NAMES) == seen


def test_a_message_without_words_is_what_it_carries():
    files = [{"title": "Plan.pdf"}, {"name": "photo.png"}]
    assert as_seen({"text": "", "files": files}, {}) == "(attached: Plan.pdf, photo.png)"
    assert as_seen({"text": "", "attachments": [{"fallback": "Ticket 12: down"}]}, {}) == "Ticket 12: down"
    assert as_seen({}, {}) == ""


def test_the_people_it_mentions_are_found():
    assert people_in({"text": "<@U0REP1> met <@W0KIM|kim> in <#C0ACME>"}) == {"U0REP1", "W0KIM"}
