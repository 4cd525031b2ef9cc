"""What can be wrong with an alert: each with its words and what helps, and nothing read back that was not offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import features
from bot.workspace.alerts import KINDS, AlertKind, AlertReference, Wrong

features.install()
DISMISSED = [kind for kind in KINDS.values() if kind.wrong]


@pytest.mark.parametrize("about", DISMISSED, ids=lambda kind: kind.name)
def test_every_reason_on_offer_has_its_words_and_what_helps(about: AlertKind) -> None:
    assert list(about.wrong)[-1] is Wrong.OTHER
    for remedy in about.wrong.values():
        assert remedy.words.endswith(".") and bool(remedy.button) == bool(remedy.action)


@given(st.sampled_from(DISMISSED), st.integers(0, 10**17 - 1), st.integers(0, 10**17 - 1))
def test_an_alert_is_read_back_as_it_was_written(about: AlertKind, number: int, account: int) -> None:
    assert AlertReference.read(str(AlertReference(about, number, account))) == AlertReference(about, number, account)


@given(st.text(max_size=40))
def test_nothing_else_is_read_as_an_alert(words: str) -> None:
    found = AlertReference.read(words)
    assert found is None or words.split(":")[0] in {kind.name for kind in DISMISSED}


@pytest.mark.parametrize(
    "value", ["", "renewal", "renewal:7", "renewal:-7:3", "renewal:7:3:1", "other:7:3", "pulse:a:b", "pulse_red:7:3"]
)
def test_half_an_alert_is_none(value: str) -> None:
    assert AlertReference.read(value) is None
