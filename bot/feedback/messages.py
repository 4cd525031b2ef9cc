"""What managers read of alerts that were dismissed as wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.slack import text
from bot.workspace.alerts import Wrong

WORDS_SHOWN = 150


def dismissed_lines(
    counts: Sequence[tuple[Wrong, int]], newest: Sequence[tuple[str, Wrong, str, str, date]], today: date
) -> str:
    """ "3 alerts dismissed as wrong in 90 days: 2 wrong date, 1 duplicate", and the newest; empty without any.

    `newest` are account, reason, words, who and the day of each.
    """
    if not counts:
        return ""
    total = sum(count for _, count in counts)
    told = text.listed(f"{count} {wrong.label.lower()}" for wrong, count in counts)
    lines = [f"*Dismissed as wrong* in the last 90 days: {text.count(total, 'alert')} ({told})"]
    for account, wrong, words, by, on in newest:
        said = f" “{text.typed(words, WORDS_SHOWN)}”" if words else ""
        day = text.day(str(on), today)
        lines.append(f"• {text.name(account)}: {wrong.label.lower()}, {text.name(by)}, {day}{said}")
    return "\n".join(lines)
