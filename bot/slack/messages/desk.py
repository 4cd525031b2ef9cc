"""A person's desk, in App Home and as an answer."""

from __future__ import annotations

from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.rules.desk import Desk, DeskLine, step_for
from bot.rules.stages import Stage, label
from bot.slack import blocks, text
from bot.slack.blocks import built
from bot.slack.ids import ActionId, numbered
from bot.slack.messages.message import Message, message

NOTHING = "Nothing waits for you. A renewal comes up here when it gets its first card."


def my_renewals(desk: Desk) -> Message:
    """The desk as an answer."""
    if not desk.lines:
        return message(NOTHING, [blocks.section(NOTHING)])
    intro = _intro(desk)
    spoken = " ".join(f"{line.account}: {_step(line, desk.as_of)}" for line in desk.lines)
    return message(text.typed(f"{intro} {spoken}", 3000), [blocks.section(f"*{intro}*"), *_lines(desk)])


def home_view(desk: Desk) -> dict[str, Any]:
    """The desk as the Home tab."""
    parts = [blocks.header("Your renewals"), blocks.context(f"As of {text.day(desk.as_of, desk.as_of)}.")]
    parts += [blocks.section(_intro(desk)), *_lines(desk)] if desk.lines else [blocks.section(NOTHING)]
    parts += [
        blocks.divider(),
        blocks.actions(blocks.button("Update another renewal", ActionId.PICK_RENEWAL)),
        blocks.context("Everything else the bot can do: send `/retention`."),
    ]
    return {"type": "home", "blocks": built(parts)}


def closed_home() -> dict[str, Any]:
    """The Home tab of someone who is not of the team: it says nothing."""
    return {"type": "home", "blocks": built([blocks.section("This is for members of the team.")])}


def _intro(desk: Desk) -> str:
    renewals = text.count(desk.total, "renewal")
    verb = "needs" if desk.total == 1 else "need"
    nearest = f" The nearest {len(desk.lines)}:" if desk.total > len(desk.lines) else ""
    return f"{renewals} {verb} a step from you or your team.{nearest}"


def _lines(desk: Desk) -> list[KitBlock]:
    return [
        blocks.section(
            f"*{text.name(line.account)}*, {text.moneys(line.values, line.unknown_values)}\n{_step(line, desk.as_of)}",
            accessory=blocks.button("Update…", numbered(ActionId.UPDATE_RENEWAL, place), line.renewal_id),
        )
        for place, line in enumerate(desk.lines)
    ]


def _step(line: DeskLine, as_of: str) -> str:
    deadline = f"Deadline {text.day(line.deadline, as_of)}, {text.distance(line.deadline, as_of)}."
    stage = Stage(line.stage)
    return f"{label(stage)}. {deadline} {step_for(stage, line.is_claimed)}"
