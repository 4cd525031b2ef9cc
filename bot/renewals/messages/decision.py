"""How a customer decides, in lines: the steps in their order, and how long it took last time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.decision_lines import DecisionLine, total_days
from bot.renewals.decision_facts import LastDecision
from bot.renewals.rules.stages import Stage, label
from bot.slack import text

WORDS_SHOWN = 160


def decision_lines(steps: Sequence[DecisionLine], last: LastDecision | None, as_of: str) -> list[str]:
    """Who decides, in which order; nothing written down and nothing known is said as that."""
    lines = [f"{place}. {_step(one)}" for place, one in enumerate(steps, 1)]
    if not lines:
        lines = ["Nobody has written down who decides, and in which order."]
    total = total_days(steps)
    if total is not None:
        lines.append(f"All steps together: {text.count(total, 'day')}, as written down.")
    return [*lines, _last_time(last, as_of)]


def _step(step: DecisionLine) -> str:
    words = f": {text.typed(step.words, WORDS_SHOWN)}" if step.words else ""
    days = "" if step.days is None else f", {text.count(step.days, 'day')}"
    left = " (has left)" if step.has_left else ""
    return f"{text.name(step.who)}{left}{words}{days}"


def _last_time(last: LastDecision | None, as_of: str) -> str:
    if last is None:
        return "How long it took last time is not known: no renewal with its stages has been signed here yet."
    began, signed = text.day(last.began_on, as_of), text.day(last.signed_on, as_of)
    return (
        f"Last time it took {text.count(last.days, 'day')}: {label(Stage(last.stage)).lower()} on {began}, "
        f"signed on {signed}."
    )
