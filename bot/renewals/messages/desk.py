"""A person's renewals that need a step, as an answer; App Home shows the same lines."""

from __future__ import annotations

from datetime import date

from slackblocks.blocks import Block as KitBlock

from bot.accounts.digest_parts import DigestItem
from bot.renewals.rules.desk import Desk, DeskLine, step_for
from bot.renewals.rules.stages import Stage, is_unsigned, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

NOTHING = "Nothing waits for you. A renewal comes up here when it gets its first card."


def my_renewals(desk: Desk) -> Message:
    """The desk as an answer."""
    if not desk.lines:
        return message(NOTHING, [blocks.section(NOTHING)])
    intro = _intro(desk)
    spoken = " ".join(f"{line.account}: {_step(line, desk.as_of)}" for line in desk.lines)
    return message(text.typed(f"{intro} {spoken}", 3000), [blocks.section(f"*{intro}*"), *desk_lines(desk)])


def _intro(desk: Desk) -> str:
    renewals = text.count(desk.total, "renewal")
    verb = "needs" if desk.total == 1 else "need"
    nearest = f" The nearest {len(desk.lines)}:" if desk.total > len(desk.lines) else ""
    return f"{renewals} {verb} a step from you or your team.{nearest}"


def desk_lines(desk: Desk) -> list[KitBlock]:
    """One renewal each, with its button."""
    return [
        blocks.section(
            f"*{text.name(line.account)}*, {text.moneys(line.values, line.unknown_values)}\n{_step(line, desk.as_of)}",
            accessory=blocks.button("Update…", numbered(ActionId.UPDATE_RENEWAL, place), line.renewal_id),
        )
        for place, line in enumerate(desk.lines)
    ]


def _step(line: DeskLine, as_of: str) -> str:
    stage = Stage(line.stage)
    return f"{label(stage)}. {due_words(line, as_of)} {step_for(stage, line.is_claimed)}"


def due_words(line: DeskLine, as_of: str) -> str:
    """When it is due; of what is signed, when its new term begins, since no deadline is left."""
    if not is_unsigned(Stage(line.stage)):
        starts = line.renewal_date or line.deadline
        verb = "begins" if starts > as_of else "began"
        return f"The new term {verb} {text.day(starts, as_of)}."
    words = text.due(line.deadline, line.renewal_date, line.auto_renew, as_of)
    is_date = line.deadline >= as_of
    return f"Deadline {words}." if is_date else f"{words[0].upper()}{words[1:]}."


def digest_item(line: DeskLine, today: date) -> DigestItem:
    """A renewal in a digest: what it is worth, the step it needs, and the day that asks for it."""
    as_of, stage = str(today), Stage(line.stage)
    is_open = is_unsigned(stage)
    # Where only the notice window has closed, the renewal date is what is left to be late for.
    nearest = line.deadline if line.deadline >= as_of else line.renewal_date
    due_on = nearest if is_open and nearest and not (line.auto_renew and nearest < as_of) else None
    is_at_risk = is_open and line.is_at_risk
    risk = "🔴 at risk · " if is_at_risk else ""
    step = step_for(stage, line.is_claimed).rstrip(".")
    when = text.due(line.deadline, line.renewal_date, line.auto_renew, as_of)
    return DigestItem(
        key=f"renewal:{line.renewal_id}",
        account=line.account,
        words=f"{risk}{text.moneys(line.values, line.unknown_values)} · {step[0].lower()}{step[1:]}",
        due_on=due_on,
        when="" if not is_open else f"due {when}" if line.deadline >= as_of else when,
        action=ActionId.UPDATE_RENEWAL,
        button="Update…",
        value=line.renewal_id,
        # Who is on it has set that, or has heard of it in its thread.
        severity=int(is_at_risk and not line.is_theirs),
    )
