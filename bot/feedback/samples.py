"""Samples of feedback: the form about every kind of alert, and the receipt of every answer to it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.feedback.forms import dismissal_form, receipt_view
from bot.slack.samples import ACCOUNT, WORDS, Sample, view
from bot.workspace.alerts import KINDS, AlertReference


def samples(person: str) -> Iterator[Sample]:
    """By kind of alert."""
    for about in (kind for kind in KINDS.values() if kind.wrong):
        alert = AlertReference(about, 7, 3)
        yield view(dismissal_form(ACCOUNT, alert))
        for wrong in about.wrong:
            yield view(receipt_view(ACCOUNT, alert, wrong, WORDS))
