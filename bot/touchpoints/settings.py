"""A workspace's settings for touchpoints: the reaction that logs a message, and whether a line tells of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update

from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Workspace

_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
_SKIN = re.compile(r"::skin-tone-\d$")


@dataclass(frozen=True, slots=True)
class TouchSettings:
    """`reaction` is an emoji's name without colons, empty when no reaction logs anything."""

    reaction: str
    echo: bool

    def is_meant(self, reaction: str) -> bool:
        """Whether this reaction, in any skin tone, logs a message."""
        return bool(self.reaction) and _SKIN.sub("", reaction) == self.reaction


def read(work: Work) -> TouchSettings:
    """The settings as they stand."""
    row = work.session.execute(
        select(Workspace.touch_reaction, Workspace.touch_echo).where(Workspace.id == work.workspace_id)
    ).one()
    return TouchSettings(row.touch_reaction, row.touch_echo)


def change(work: Work, reaction: str, echo: bool) -> None:
    """Change them; `reaction` may be written with colons. Raises FieldErrors (reaction) when it is no emoji's name."""
    name = reaction.strip().strip(":").casefold()
    if name and not _EMOJI.fullmatch(name):
        raise FieldErrors({"reaction": "Write the emoji's name, such as memo or :memo:. Empty turns it off."})
    work.session.execute(
        update(Workspace).where(Workspace.id == work.workspace_id).values(touch_reaction=name, touch_echo=echo)
    )
