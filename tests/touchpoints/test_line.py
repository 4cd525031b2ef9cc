"""What a line typed after /touch says by itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.touchpoints.rules.line import (
    LABELS,
    MOODS,
    PURPOSES,
    TouchKind,
    beginnings,
    is_quoted,
    kind_of,
    may_be_name,
    name_alone,
    parse_line,
    says_enough,
    suggested_mood,
    unknown_name,
)
from bot.touchpoints.rules.line_days import day_behind, day_in_front

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("line", "kind", "contact"),
    [
        ("Called Dana about the roll-out, she is worried about training", "call", "Dana"),
        ("called dana about the roll-out", "call", ""),
        ("Quick call with Dana Smith: all fine", "call", "Dana Smith"),
        ("Met Jürgen Groß and two of his people", "meeting", "Jürgen Groß"),
        ("Email from Ruth", "email", "Ruth"),
        ("Email: they cannot log in", "email", ""),
        ("call", "call", ""),
        ("Meeting, all fine", "meeting", ""),
        ("Ticket 4: they cannot log in", "ticket", ""),
        ("Ticket 4411: they cannot log in", "ticket", ""),
        ("Webinar on reporting, three of them came", "event", ""),
        ("On site with Ruth, the line was down", "on_site", "Ruth"),
        ("They visited Ruth", "on_site", "Ruth"),
        ("texted Ruth", "chat", "Ruth"),
        ("I called the CEO", "call", ""),
        ("Called Monday about it", "call", ""),
        ("Called Acme about the invoice", "call", ""),
        ("asked about the email integration", "", ""),
        ("the meeting room is too small for them", "", ""),
        ("they are worried about training", "", ""),
        ("note: they moved to a new office", "note", ""),
        ("Internal note - do not call before May", "note", ""),
        ("They note that the report is late", "", ""),
        ("", "", ""),
    ],
)
def test_a_line_says_how_and_with_whom_when_it_says_so_in_plain_words(line, kind, contact):
    said = parse_line(line, TODAY, "Acme Robotics")
    assert (said.kind, said.contact) == (kind, contact)
    assert said.is_note == (kind == TouchKind.NOTE)


@pytest.mark.parametrize(
    ("line", "on", "words"),
    [
        ("yesterday called Dana", date(2026, 3, 1), "called Dana"),
        ("Today: met Ruth", TODAY, "met Ruth"),
        ("2026-02-11 visited them", date(2026, 2, 11), "visited them"),
        ("2026-02-31 visited them", None, "2026-02-31 visited them"),
        ("yesterday", None, "yesterday"),
        ("yesterdays call went well", None, "yesterdays call went well"),
        ("called Dana yesterday", date(2026, 3, 1), "called Dana yesterday"),
        ("last friday called Ruth", date(2026, 2, 27), "called Ruth"),
        ("on Friday: met Ruth", date(2026, 2, 27), "met Ruth"),
        ("on monday called Ruth", TODAY, "called Ruth"),
        ("last Monday called Ruth", date(2026, 2, 23), "called Ruth"),
        ("3 days ago called Ruth", date(2026, 2, 27), "called Ruth"),
        ("two weeks ago met Ruth", date(2026, 2, 16), "met Ruth"),
        ("last week called Ruth", date(2026, 2, 23), "called Ruth"),
        ("on Monday they launch a new plant", None, "on Monday they launch a new plant"),
        ("next week they go live", None, "next week they go live"),
        ("Friday they go live", None, "Friday they go live"),
    ],
)
def test_a_day_in_front_is_taken_as_the_day(line, on, words):
    said = parse_line(line, TODAY)
    assert (said.on, said.words) == (on, words)


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("met Dr. Osborne yesterday", date(2026, 3, 1)),
        ("met Dr. Osborne on Sunday about the price", date(2026, 3, 1)),
        ("met Ruth about pricing on Friday", date(2026, 2, 27)),
        ("met Ruth Friday", date(2026, 2, 27)),
        ("met Ruth last Monday", date(2026, 2, 23)),
        ("call with Ruth on 3 Nov", date(2025, 11, 3)),
        ("call with Ruth on November 3rd, all fine", date(2025, 11, 3)),
        ("call with Ruth, 3. Nov", date(2025, 11, 3)),
        ("Met Ruth on 11.02.2026", date(2026, 2, 11)),
        ("Met Ruth on 11.02.2024", date(2024, 2, 11)),
        ("Met Ruth on 29 Feb", date(2024, 2, 29)),
        ("Met Ruth on 30 Feb", None),
        ("Met Ruth on 2 March", TODAY),
        ("Met Ruth on 3 March", date(2025, 3, 3)),
        ("email from Ruth 2026-02-11 about the price", date(2026, 2, 11)),
        ("email from Ruth 2025-12-31 about the price", date(2025, 12, 31)),
        ("email from Ruth 2026-02-31 about the price", None),
        ("met Ruth this Monday", TODAY),
        ("met Ruth last mon", date(2026, 2, 23)),
        ("met Ruth on mon", TODAY),
        ("visited them two weeks ago", date(2026, 2, 16)),
        ("met them the day before yesterday", date(2026, 2, 28)),
        ("Called Ruth: they launch on Monday", None),
        ("Called Ruth, she wants it by 3 Nov", None),
        ("Called Ruth. On Friday we go live with them", None),
        ("called Ruth about the contract from 2025-01-01", None),
        ("met Ruth on 2026-05-01", None),
        ("met Ruth in room 3-11", None),
    ],
)
def test_a_day_anywhere_in_the_line_is_the_day_unless_it_tells_of_something_else(line, on):
    said = parse_line(line, TODAY)
    assert (said.on, said.words) == (on, line)


@pytest.mark.parametrize(
    ("line", "contact"),
    [
        ("met Dr. Osborne yesterday", "Dr. Osborne"),
        ("met Prof. Dr. Meier-Schulz on Friday", "Prof. Dr. Meier-Schulz"),
        ("call with Mrs Smith about it", "Mrs Smith"),
        ("met Ruth Nov 3", "Ruth"),
        ("met Dr. on Friday", ""),
        ("Thanks", ""),
    ],
)
def test_a_title_belongs_to_the_name_and_a_day_does_not(line, contact):
    assert parse_line(line, TODAY).contact == contact


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ("met Ruth", True),
        ("says no", True),
        ("called", True),
        ("worried", False),
        ("X Ruth X", False),
        ("Ruth", False),
        ("Dr. Osborne", False),
        ("Ruth Nakamura", False),
        ("Ruth Nakamura!", False),
        ("ok", False),
        ("4411 !!", False),
        ("", False),
        ("👍", False),
    ],
)
def test_a_name_alone_or_two_letters_tell_of_no_contact(words, enough):
    assert says_enough(parse_line(words, TODAY)) is enough


@pytest.mark.parametrize(
    ("line", "odd"),
    [
        ("tomorrow call with Ruth", "tomorrow"),
        ("2026-02-30 called Ruth", "2026-02-30"),
        ("2026-03-10 called Ruth", "2026-03-10"),
        ("next friday call with Ruth", "next friday"),
        ("next week call with Ruth", "next week"),
        ("next week they go live", ""),
        ("yesterday called Ruth", ""),
    ],
)
def test_a_day_on_which_nothing_can_have_happened_is_told_and_stays_in_the_words(line, odd):
    said = parse_line(line, TODAY)
    assert said.odd_day == odd
    assert (said.on, said.words) == (None, line) or not odd


@pytest.mark.parametrize(
    ("head", "may"),
    [
        ("met", False),
        ("Call", False),
        ("the", False),
        ("last", False),
        ("acme", True),
        ("met office", True),
        (" Met: ", False),
    ],
)
def test_one_word_that_says_what_was_done_names_no_account(head, may):
    assert may_be_name(head) is may


def test_purpose_and_mood_are_said_by_tags_and_stay_in_the_words():
    said = parse_line("called Dana #renewal #tense #nonsense", TODAY)
    assert (said.purpose, said.mood) == ("renewal", "tense")
    assert said.words == "called Dana #renewal #tense #nonsense"


def test_a_mood_is_only_suggested_where_a_person_will_see_it():
    assert parse_line("Called Dana, she wants to cancel", TODAY).mood == ""
    assert suggested_mood("she wants to cancel") == "churn"
    assert suggested_mood("she is worried") == "tense"
    assert suggested_mood("she is fine") == ""


def test_the_name_may_be_any_of_the_first_words_longest_first_or_stand_in_quotes():
    assert list(beginnings("Fenwick & Rowe called")) == [
        ("Fenwick & Rowe called", ""),
        ("Fenwick & Rowe", "called"),
        ("Fenwick &", "Rowe called"),
        ("Fenwick", "& Rowe called"),
    ]
    assert list(beginnings("acme: called Dana"))[-1] == ("acme", "called Dana")
    assert list(beginnings('"Fenwick & Rowe": called Dana')) == [("Fenwick & Rowe", "called Dana")]
    assert list(beginnings("  ")) == []


def test_every_kind_purpose_and_mood_has_a_word_for_the_screen():
    assert all(LABELS[kind] for kind in TouchKind)
    assert all(PURPOSES.values()) and all(MOODS.values())


@given(st.text(max_size=300))
def test_any_line_can_be_read_and_nothing_is_made_up(line):
    said = parse_line(line, TODAY, "Acme")
    assert said.words in line
    assert said.kind in LABELS and said.purpose in ("", *PURPOSES) and said.mood in ("", *MOODS)
    assert said.contact == "" or all(word in line for word in said.contact.split())
    assert said.on is None or said.on <= TODAY


@given(st.text(max_size=200))
def test_a_name_and_its_rest_are_the_whole_line(line):
    for name, rest in beginnings(line):
        assert name in line and rest in line
        assert kind_of(rest)[0] in LABELS


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("zorblax called Ruth about pricing", "zorblax"),
        ("Zorblax Industries met Dr. Osborne yesterday", "Zorblax Industries"),
        ("zorblax", "zorblax"),
        ("zorblax is unhappy with the price", "zorblax"),
        ("zorblax: call with Ruth", "zorblax"),
        ('"Zorb Lax" says no', "Zorb Lax"),
        ("zorblax had a quick call with Ruth", "zorblax"),
        ("zorblax industries: they are unhappy", "zorblax industries"),
        ("zorblax industries called", "zorblax industries"),
        ("zorblax industries says no", "zorblax"),
        ("zorblax industries inc. europe called", "zorblax"),
        ("Zorblax Industries Inc the customer", "Zorblax Industries Inc"),
        ("Zorblax industries the customer", "Zorblax"),
        ("acme, called Ruth", "acme"),
        ("AB called Ruth", ""),
        ("Called Ruth", ""),
        ("yesterday called zorblax", ""),
        ("2026-02-28 called Ruth", ""),
        ("last friday called Ruth", ""),
        ("the customer called", ""),
        ("ok called", ""),
        ("", ""),
    ],
)
def test_the_name_that_no_account_has_is_what_stands_before_what_was_done(line: str, name: str) -> None:
    assert unknown_name(line) == name


@given(st.text(max_size=60))
def test_any_line_can_be_looked_at_for_a_name(line: str) -> None:
    assert len(unknown_name(line)) <= len(line)


def test_a_name_alone_is_read_as_one_and_words_are_not() -> None:
    assert [name_alone(words) for words in ("Dana Smith", " Dana.", "Dr. Osborne!")] == [
        "Dana Smith", "Dana", "Dr. Osborne",
    ]  # fmt: skip
    assert [name_alone(words) for words in ("all fine", "", "Dana is worried about it", "with Dana")] == [""] * 4
    assert name_alone("Acme", "Acme") == ""


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("called Ruth about the roll-out, back on Monday", date(2026, 3, 2)),
        ("called Ruth about the roll-out, it was on Monday", None),
        ("called Ruth about the roll-out, and so it went on Monday", None),
        ("Ruth on Monday will launch it", None),
        ("Ruth is fine, the whole office closed on Monday", None),
        ("Ruth is fine, was back on Monday", None),
        ("called Ruth 3 days ago", date(2026, 2, 28)),
        ("called Ruth on 3 March", date(2026, 3, 3)),
        ("called Ruth last week", date(2026, 2, 24)),
        ("Ruth is fine, the whole office closed last Monday", date(2026, 3, 2)),
        ("called Ruth, two weeks ago", date(2026, 2, 17)),
        ("called Ruth the day before yesterday", date(2026, 3, 1)),
        ("Ruth on Monday was worried", date(2026, 3, 2)),
        ("called Ruth about the day they begin, on Monday", date(2026, 3, 2)),
        ("called Ruth: the plan to launch on Monday is off", None),
        ("Ruth was worried, as the whole office was closed last week", date(2026, 2, 24)),
        ("Ruth was worried, as the whole office was closed two days ago", date(2026, 3, 1)),
        ("Ruth was worried, as the whole office was closed yesterday", date(2026, 3, 2)),
        ("Ruth was worried, as the whole office was closed the day before yesterday", date(2026, 3, 1)),
        ("they launch on 3 May, met Ruth on Monday", date(2026, 3, 2)),
        ("met Ruth on 2026-05-01, not on Monday", date(2026, 3, 2)),
        ("on Monday!", None),
        (" last week. ", None),
        ("Ruth on Monday was worried, they launch it", date(2026, 3, 2)),
        ("they launch it, Ruth on Monday was worried", None),
        ("they launch it, Ruth on Monday", date(2026, 3, 2)),
        ("met Dr. Osborne on tues. about it", date(2026, 3, 3)),
        ("met Ruth on wed", date(2026, 2, 25)),
        ("met Ruth last thurs", date(2026, 2, 26)),
    ],
)
def test_a_day_in_an_aside_of_three_words_is_the_contacts_and_one_of_something_else_is_not(line, on):
    assert parse_line(line, date(2026, 3, 3)).on == on


def test_a_name_in_quotes_is_known_by_its_first_sign():
    assert all(map(is_quoted, ['"Acme" called', " “Acme” called", "'Acme' called"]))
    assert not any(map(is_quoted, ["Acme", "", "Acme “x”"]))


@pytest.mark.parametrize(
    ("line", "is_plain"),
    [("yesterday called Ruth", True), ("Today called Ruth", True), ("2026-02-27 called Ruth", True),
     ("last Friday called Ruth", False)],
)  # fmt: skip
def test_a_day_in_front_that_can_be_nothing_else_is_plain(line, is_plain):
    day = day_in_front(line, TODAY)
    assert day is not None and day.is_plain is is_plain


def test_a_word_is_known_with_and_without_its_hyphen():
    assert kind_of("e-mail from Ruth") == ("email", " from Ruth")
    assert kind_of("email from Ruth") == ("email", " from Ruth")


@pytest.mark.parametrize(
    ("line", "rest", "on"),
    [
        ("acme 30 June", "acme", date(2025, 6, 30)),
        ("acme 1 March", "acme", date(2026, 3, 1)),
        ("acme as of the 1st of March.", "acme", date(2026, 3, 1)),
        ("Acme, March 3", "Acme", date(2025, 3, 3)),
        ("acme 30.06.2024", "acme", date(2024, 6, 30)),
        ("acme last friday", "acme", date(2026, 2, 27)),
        ("yesterday", "", date(2026, 3, 1)),
        ("acme 30 June 2031", "acme", date(2031, 6, 30)),
        ("acme 31 June", "acme", None),
    ],
)
def test_the_day_behind_a_line_is_the_last_such_day(line: str, rest: str, on: date | None) -> None:
    found = day_behind(line, date(2026, 3, 2))
    assert found is not None and (found.rest, found.on) == (rest, on)


@pytest.mark.parametrize("line", ["acme", "30 June Industries", "acme 2026", "", "acme 30", "Maple 3-4"])
def test_a_line_that_ends_with_no_day_has_none(line: str) -> None:
    assert day_behind(line, date(2026, 3, 2)) is None
