"""What can be wrong with an alert: each with its words and what helps, and nothing read back that was not offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.rules import AlertKind, AlertReference, Wrong, helps, label, offered


@pytest.mark.parametrize("about", list(AlertKind))
def test_every_reason_on_offer_has_its_words_and_what_helps(about: AlertKind) -> None:
    assert offered(about)[-1] is Wrong.OTHER
    for wrong in offered(about):
        assert label(wrong) and helps(about, wrong).endswith(".")


@given(st.sampled_from(AlertKind), st.integers(0, 10**17 - 1), st.integers(0, 10**17 - 1))
def test_an_alert_is_read_back_as_it_was_written(about: AlertKind, number: int, account: int) -> None:
    assert AlertReference.read(str(AlertReference(about, number, account))) == AlertReference(about, number, account)


@given(st.text(max_size=40))
def test_nothing_else_is_read_as_an_alert(words: str) -> None:
    found = AlertReference.read(words)
    assert found is None or words.startswith((f"{AlertKind.RENEWAL}:", f"{AlertKind.PULSE}:"))


@pytest.mark.parametrize(
    "value", ["", "renewal", "renewal:7", "renewal:-7:3", "renewal:7:3:1", "other:7:3", "pulse:a:b"]
)
def test_half_an_alert_is_none(value: str) -> None:
    assert AlertReference.read(value) is None
