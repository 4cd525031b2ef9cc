"""What people typed is shown as they typed it, and nobody is pinged by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Fenwick & Rowe <Legal>", "Fenwick &amp; Rowe &lt;Legal&gt;"),
        ("<!channel> <@U1> <#C1>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt;"),
        ("two\nlines\tand  more", "two lines and more"),
        ("snake_case", "snake_case"),
        ("*all* stars", "*\u200ball*\u200b stars"),
        ("see https://x.io/a_b_c?y=1&z=*2* _now_", "see https://x.io/a_b_c?y=1&amp;z=*2* _\u200bnow_\u200b"),
        ("https://x.io/a_b_c", "https://x.io/a_b_c"),
        ("run `make *all* _now_` and *wait*", "run `make *all* _now_` and *\u200bwait*\u200b"),
        ("one ` alone and *two*", "one ` alone and *\u200btwo*\u200b"),
        ("*see `the page` now*", "*\u200bsee `the page` now*\u200b"),
        ("*one *two", "*one *two"),
        ("_init_", "_\u200binit_\u200b"),
        ("5 * 3 * 2 and 5*3*2", "5 * 3 * 2 and 5*3*2"),
        ("~30% or ~40%", "~30% or ~40%"),
        ("a_file_name and another_file_name", "a_file_name and another_file_name"),
        ("", ""),
    ],
)
def test_typed_words_come_out_as_they_were_typed(typed: str, shown: str) -> None:
    assert text.typed(typed) == shown


@given(st.text(max_size=400))
def test_nothing_typed_can_open_a_mention_or_a_link(words: str) -> None:
    shown = text.typed(words)
    assert "<" not in shown and ">" not in shown and "\n" not in shown


def test_a_long_name_is_cut_before_it_is_escaped_so_that_no_entity_is_cut_in_two() -> None:
    shown = text.name("&" * 200)
    assert shown.endswith("…") and shown.replace("&amp;", "") == "…"


def test_a_right_to_left_name_does_not_turn_what_follows_it() -> None:
    assert text.name("שלום") == "\u2068שלום\u2069"
    assert text.name("evil\u202egnp") == "evilgnp"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("48000", "EUR", "€48,000"),
        ("48000.50", "USD", "$48,000.50"),
        ("1200", "CAD", "CA$1,200"),
        ("1200", "AUD", "A$1,200"),
        ("150000", "JPY", "¥150,000"),
        ("1234.567", "KWD", "KWD\u00a01,234.567"),
        ("0", "EUR", "€0"),
        ("48000", None, "48,000 (currency not known)"),
        (None, "EUR", "value not known"),
    ],
)
def test_money_is_written_with_its_currency(amount: str | None, currency: str | None, shown: str) -> None:
    assert text.money(amount, currency) == shown


def test_currencies_stand_beside_each_other_and_unknown_values_are_counted() -> None:
    assert text.moneys({"USD": "5", "EUR": "10"}, 2) == "€10 + $5 + 2 contracts without a known value"
    assert text.moneys({}) == "value not known"


def test_a_day_has_its_year_only_when_it_is_another_one() -> None:
    assert text.day("2026-12-11", "2026-11-20") == "Fri 11 Dec"
    assert text.day("2027-01-01", "2026-12-31") == "Fri 1 Jan 2027"
    assert text.distance("2026-12-11", "2026-11-20") == "in 21 days"


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_cut_leaves_no_half_of_an_entity(limit: int) -> None:
    assert text.bounded("ab&amp;cd&lt;", limit).rstrip("…") in ("", "a", "ab", "ab&amp;", "ab&amp;c", "ab&amp;cd")


@pytest.mark.parametrize("name", ["Acme", "*Ac*me_", "שלום", "שלום *Söhne* & <Co>", "A`b"])
def test_a_command_in_a_sentence_of_ours_comes_out_of_a_copy_as_it_is(name: str) -> None:
    said = text.ours(f"{name} is no longer there. Look for another with `/handoff`, or `/touch`.")
    assert "`/handoff`" in said and "`/touch`" in said and "<" not in said
    assert not set("\u200b\u2068\u2069") & set(said[said.index("Look") :])
