"""Samples of feedback: the form about every kind of alert, and the receipt of every answer to it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.feedback.forms import dismissal_form, receipt_view
from bot.feedback.rules import AlertKind, AlertReference, offered
from bot.slack.samples import ACCOUNT, WORDS, Sample, view


def samples(person: str) -> Iterator[Sample]:
    """By kind of alert."""
    for about in AlertKind:
        alert = AlertReference(about, 7, 3)
        yield view(dismissal_form(ACCOUNT, alert))
        for wrong in offered(about):
            yield view(receipt_view(ACCOUNT, alert, wrong, WORDS))
