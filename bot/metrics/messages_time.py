"""Where time goes, in words and as a table: for the one whose touches they are, for a manager, and as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.accounts.figure_facts import LEAST_PEOPLE, TOO_FEW_IN_A_SEGMENT, TOO_FEW_PEOPLE, FigureLine
from bot.metrics.rules.retention_bridge import percent
from bot.metrics.rules.time_spent import LEAST_TOUCHES, CustomerAge, TimeSpent, WeeklyPace
from bot.slack import blocks, text
from bot.slack.message import Message, message
from bot.touchpoints.rules.line import PURPOSES

FIELD = (
    "The field's 18 % and 44 %, as Invesp quotes a survey without its year: 18 % of companies put more weight on "
    "keeping customers, 44 % on winning new ones. These are shares of companies, not of touches."
)
NEW_IS = "New: before their first contract, and in its first 12 months."
EXISTING = "Touches with existing customers"
ONE_PERSONS = "They are one person's, who alone sees them"


def own_answer(spent: TimeSpent) -> Message:
    """`/time`: the reader's own touches."""
    head = f"*Where your time went*, by touches, {_window(spent)}. Only you see this."
    if not spent.touches:
        return _answer([head, "You have logged no touch in these twelve months. `/touch acme` logs one."])
    return _told([head], spent)


def team_answer(spent: TimeSpent, has_people: bool) -> Message:
    """`/time team`: those of a manager's people together; where they have none, of everybody else."""
    whose = "your team's" if has_people else "everybody else's"
    beside = "" if has_people else " Nobody reports to you here."
    head = f"*Where {whose} time went*, by touches, together, {_window(spent)}.{beside}"
    if not spent.touches:
        return _answer([head, "None of them has logged a touch in these twelve months."])
    if spent.people < 2:
        return _answer([head, f"Too few to say. {ONE_PERSONS}."])
    return _told([head, f"{text.count(spent.people, 'person', 'people')}."], spent)


def only_for_managers() -> str:
    """To anybody else who asks for a team's."""
    return "A team's time is for its manager. `/time` shows your own, which only you see."


def unknown_time_word(word: str) -> str:
    """To a word behind the command that means nothing."""
    return f"I do not know “{text.typed(word, 60)}” here. Write `/time` for your own touches."


def too_few_in_a_segment(window: str) -> list[FigureLine]:
    """Instead of a segment's figures, where those of another would be a few people's alone."""
    return [FigureLine(EXISTING, window, "none", f"{TOO_FEW_IN_A_SEGMENT}.")]


def time_lines(window: str, spent: TimeSpent) -> list[FigureLine]:
    """The same for all together, among the figures that managers get."""
    name = EXISTING
    if not spent.touches:
        return [FigureLine(name, window, "none", "No touch was logged.")]
    if 0 < spent.people < LEAST_PEOPLE:
        return [FigureLine(name, window, "none", f"Too few to say. {TOO_FEW_PEOPLE}.")]
    names = {
        CustomerAge.EXISTING: name,
        CustomerAge.NEW: "Touches with new customers",
        CustomerAge.UNKNOWN: "Touches with customers whose start is not known",
    }
    lines = [
        FigureLine(names[age], window, _share(spent.by_age[age], spent), _of(spent.by_age[age], spent))
        for age in names
        if spent.by_age[age] or age is not CustomerAge.UNKNOWN
    ]
    lines.append(FigureLine("The field", "year not given", "18 % and 44 %", FIELD))
    lines += [
        FigureLine(f"Touches by purpose: {_purpose(one)}", window, _share(count, spent), _of(count, spent))
        for one, count in _sorted(spent.by_purpose)
    ]
    pace = spent.pace
    at_end = "Touches a week in the last two weeks of a quarter"
    if pace is None or not pace.is_enough:
        return [*lines, FigureLine(at_end, window, "none", f"Too few to say: it needs {LEAST_TOUCHES} touches.")]
    more = f"{pace.otherwise:.2f} in the other weeks: {_change(pace)}; counted from {pace.since}"
    return [*lines, FigureLine(at_end, window, f"{pace.at_end:.2f}", more)]


def _told(head: list[str], spent: TimeSpent) -> Message:
    """What stands out in lines, and a table of purposes by customers; the text has every cell of it."""
    ages = _ages(spent)
    by_age = " · ".join(f"{name.lower()} {_share(count, spent)} ({count:,})" for name, count in ages.items())
    pace = f"*At the end of a quarter*: {_pace_words(spent.pace, spent)}"
    small = f"{NEW_IS} {FIELD}"
    shown = message("", [blocks.section("\n".join([*head, f"*Customers*: {by_age}", pace])), blocks.context(small)])
    rows = _rows(spent)
    purposes = " · ".join(f"{name.lower()} {' / '.join(cells)}" for name, *cells in rows[1:-3])
    in_order = " / ".join(name.lower() for name in rows[0][1:])
    said = [*head, f"Customers: {by_age}", f"By purpose ({in_order}): {purposes}", pace, small]
    section, context = shown.blocks
    return replace(shown, text="\n".join(said).replace("*", ""), blocks=[section, _table(rows), context])


def _ages(spent: TimeSpent) -> dict[str, int]:
    """How many touches with customers of each age; where every start is known, no word of others."""
    names = {
        "Existing": CustomerAge.EXISTING,
        "New": CustomerAge.NEW,
        "Not known": CustomerAge.UNKNOWN,
    }
    found = {name: spent.by_age[age] for name, age in names.items()}
    return found if spent.by_age[CustomerAge.UNKNOWN] else dict(list(found.items())[:2])


def _rows(spent: TimeSpent) -> list[Sequence[str]]:
    """The table: a purpose a line, the most frequent first; then all of them, their shares, and the field's."""
    ages = [CustomerAge.EXISTING, CustomerAge.NEW]
    ages += [CustomerAge.UNKNOWN] if spent.by_age[CustomerAge.UNKNOWN] else []
    rows: list[Sequence[str]] = [("Purpose", *_ages(spent), "Share")]
    for one, count in _sorted(spent.by_purpose):
        cells = (f"{spent.counts.get((one, age), 0):,}" for age in ages)
        rows.append((_purpose(one).capitalize(), *cells, _share(count, spent)))
    rows.append((f"All {spent.touches:,}", *(f"{spent.by_age[age]:,}" for age in ages), ""))
    rows.append(("Share", *(_share(spent.by_age[age], spent) for age in ages), ""))
    rows.append(("The field", "18 %", "44 %", *[""] * (len(ages) - 1)))
    return rows


def _table(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {
        "type": "data_table",
        "block_id": "time",
        "caption": "Touches by purpose and customers",
        "rows": [[{"type": "raw_text", "text": cell or "–"} for cell in line] for line in rows],
        "page_size": 15,
        "row_header_column_index": 0,
    }


def _pace_words(pace: WeeklyPace | None, spent: TimeSpent) -> str:
    if pace is None or not pace.is_enough:
        return f"too few to say; it needs {LEAST_TOUCHES} touches, a quarter's last two weeks and four other weeks."
    since = f" Counted from {text.day(str(pace.since), spent.end)}." if pace.since > spent.start else ""
    return (
        f"{pace.at_end:.2f} touches a week in its last two weeks, {pace.otherwise:.2f} in the other weeks: "
        f"{_change(pace)}.{since}"
    )


def _change(pace: WeeklyPace) -> str:
    amount = round(pace.change)
    if not amount:
        return "as many"
    chance = ", which may be chance" if pace.may_be_chance else ""
    return f"{abs(amount):,} % {'fewer' if amount < 0 else 'more'}{chance}"


def _answer(lines: list[str]) -> Message:
    return message("\n".join(lines).replace("*", ""), [blocks.section("\n".join(lines))])


def _window(spent: TimeSpent) -> str:
    return f"{text.day(str(spent.start), spent.end)} to {text.day(str(spent.end), spent.start)}"


def _purpose(kept: str) -> str:
    return text.typed(PURPOSES.get(kept, kept).lower(), 40) if kept else "none given"


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _share(part: int, spent: TimeSpent) -> str:
    return f"{percent(part, spent.touches) or 0:.0f} %"


def _of(part: int, spent: TimeSpent) -> str:
    return f"{part:,} of {text.count(spent.touches, 'touch', 'touches')}"
