"""Samples of autopsies: of a renewal that was lost, one that shrank, and one that was undone; every kind of signal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.autopsies.facts import AutopsyCard, AutopsyPage, HelpAnswer, SignalLine
from bot.autopsies.forms import help_form
from bot.autopsies.messages import no_autopsy, signals_view
from bot.autopsies.posting import KIND
from bot.autopsies.rules.signals import SignalKind, SignalVerdict
from bot.core.person import Person
from bot.slack.samples import ACCOUNT, BEFORE, LATER, REASONS, TODAY, WORDS, Sample, answer, post, view


def samples(person: str) -> Iterator[Sample]:
    """The posts, the answer where there is none, and the views."""
    lost = _card(person, "lost")
    yield post(KIND, lost)
    yield post(KIND, _card(person, "shrunk"))
    yield post(KIND, replace(lost, undone_on=TODAY, undone_by="Dana"))
    yield answer("no autopsy", no_autopsy(ACCOUNT))
    yield view(help_form(ACCOUNT, 7, WORDS))
    yield view(signals_view(AutopsyPage(lost, _signals(), 0)))


def _signals() -> tuple[SignalLine, ...]:
    """One of each kind; each verdict comes up."""
    details = {"red": "1", "yellow": "2", "reasons": "; ".join(REASONS), "step": "unclaimed", "before": "68"}
    details |= {"score": "47", "days": "74", "cadence": "30", "rung": "60", "role": "support_lead"}
    details |= {"direction": "to_support"}
    verdicts, done = list(SignalVerdict), (TODAY, "touch", "Dana")
    found = [(kind.value, verdicts[place % len(verdicts)]) for place, kind in enumerate(SignalKind)]
    seen = {one: ("", "") if one is SignalVerdict.NOT_DETECTED else ("team", TODAY) for one in verdicts}
    return tuple(SignalLine(kind, one.value, BEFORE, details, *seen[one], *done) for kind, one in found)


def _card(person: str, what: str) -> AutopsyCard:
    is_lost = what == "lost"
    return AutopsyCard(
        autopsy_id=7,
        renewal_id=7,
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        what=what,
        day=TODAY,
        renewal_date=LATER,
        since="2025-03-02",
        values={"EUR": "48000"},
        signed={} if is_lost else {"EUR": "30000"},
        reason="price" if is_lost else "",
        words=WORDS if is_lost else "",
        cause="ours" if is_lost else "not known",
        counts={"not_acted": 3, "not_detected": 3, "acted": 2, "unknown": 2},
        telling=_signals()[:3],
        touches=31,
        last_touch_on=BEFORE,
        last_touch_by="Dana",
        cadence=30,
        owner=Person(person, "Dana"),
        manager=Person("U0123456789", "Helen"),
        answers=(HelpAnswer("Dana", TODAY, WORDS),),
        answer_count=2,
        routed="manager",
    )
