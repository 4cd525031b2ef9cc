"""Samples of requalification: a question after one-off work, with each of its answers, and the form of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.samples import NAMED, WHO
from bot.requalification.facts import Looked, OneOffCard
from bot.requalification.forms import question_form, taken_back_view
from bot.requalification.questions import KIND
from bot.requalification.rules import KEPT, REMOVED, STOPPED, RequalifyOutcome, StillThere
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """As it is asked, then with everything said; and the form with and without products."""
    asked = OneOffCard(7, 3, ACCOUNT, "Robots", "2026-01-31", TODAY)
    yield post(KIND, asked)
    told = replace(asked, delivered_on=BEFORE, changed=WORDS, problem=WORDS, owner_there="yes", sponsor_there="no")
    told = replace(told, until=LATER, instead_of="Dana", contact=NAMED)
    for outcome in ("", STOPPED, *RequalifyOutcome):
        yield post(KIND, replace(told, outcome=outcome, answered_by="Dana"))
    yield post(KIND, replace(told, outcome="need", answered_by="Dana", opportunity=REMOVED))
    yield post(KIND, replace(told, opportunity=KEPT, taken_back_by="Helen"))
    yield post(KIND, replace(told, outcome=STOPPED, opportunity=KEPT, taken_back_by="Helen"))
    yield view(question_form(ACCOUNT, "Robots", BEFORE, TODAY, 7, {5: "Robots", 6: "Meters"}, 3, WHO))
    yield view(question_form(ACCOUNT, "", BEFORE, TODAY, 7, {}))
    given = Looked(RequalifyOutcome.NEED, WORDS, WORDS, StillThere.YES, StillThere.NO, product_id=5)
    yield view(question_form(ACCOUNT, "Robots", BEFORE, TODAY, 7, {5: "Robots", 6: "Meters"}, 3, WHO, given))
    for is_open in (True, False):
        yield view(taken_back_view(ACCOUNT, "Robots", is_open))
