"""What a control request gives, and finding whom and what it means; every refusal says what to do instead."""

import asyncio
import math
from typing import Any

from bot.sandbox.errors import ControlError
from bot.sandbox.link.events import Told
from bot.sandbox.platform import Platform
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.messages import Message
from bot.sandbox.world.people import User
from bot.sandbox.world.views import View


class Given:
    """The fields of a control request."""

    def __init__(self, platform: Platform, values: dict[str, Any]) -> None:
        self.platform = platform
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """A field as text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """A field that must be there. Raises ControlError."""
        value = self.text(name)
        if not value:
            raise ControlError(f"Give a value for {name!r}.")
        return value

    def flag(self, name: str, default: bool = True) -> bool:
        """A yes or no."""
        value = self.values.get(name, default)
        return value in (True, 1, "1", "true")

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number of at least `least`. Raises ControlError."""
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            raise ControlError(f"{name!r} must be a whole number, {least} or more.")
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        """A number of seconds. Raises ControlError."""
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            value = -1.0
        if not 0 <= value < math.inf:
            raise ControlError(f"{name!r} must be a number of seconds, 0 or more.")
        return value

    def fields(self) -> dict[str, dict[str, Any]]:
        """What was entered, as `values[block_id][action_id]`. Raises ControlError."""
        values = self.values.get("values") or {}
        if not isinstance(values, dict) or not all(isinstance(inside, dict) for inside in values.values()):
            raise ControlError("Give values as {block_id: {action_id: value}}.")
        return values

    def user(self) -> User:
        """Who acts. Raises ControlError."""
        user = self.platform.world.users.get(self.required("user"))
        if user is None or not user.is_person:
            raise ControlError(f"No person has the id {self.text('user')!r}; GET /control/state lists them.", 404)
        return user

    def channel(self) -> Channel:
        """The channel that is meant; a person's id means their direct message with the bot. Raises ControlError."""
        world = self.platform.world
        wanted = self.required("channel")
        person = wanted if wanted in world.users else next((u for u in world.users if "D" + u[1:] == wanted), None)
        if wanted not in world.channels and person and world.users[person].is_person:
            return world.direct(person)
        if wanted not in world.channels:
            raise ControlError(f"No channel has the id {wanted!r}; GET /control/state lists them.", 404)
        return world.channels[wanted]

    def place(self) -> tuple[User, Channel]:
        """Who acts, and in which channel. Raises ControlError when they are not in it."""
        user, channel = self.user(), self.channel()
        if user.id not in channel.members:
            raise ControlError(f"{user.real_name} is not in #{channel.name}; POST /control/member adds them.", 403)
        return user, channel

    def message(self, user: User, channel: Channel) -> Message:
        """The message at `ts` that this person can see. Raises ControlError."""
        message = channel.find(self.required("ts"))
        if message is None or message.only_for not in (None, user.id):
            raise ControlError(f"There is no message {self.text('ts')} in #{channel.name}.", 404)
        return message

    def view(self, user: User) -> View:
        """The view this person looks at: their Home, or the modal on top. Raises ControlError."""
        views = self.platform.world.views
        view = views.find(self.required("view_id"))
        if view is None or view.user != user.id or view not in (views.top(user.id), views.home(user.id)):
            raise ControlError("That view is not open, or another one is on top of it; see /control/view.", 404)
        return view


async def heard(told: Told) -> None:
    """Wait until the bot has acknowledged what it was told."""
    if told:
        await asyncio.gather(*told)
