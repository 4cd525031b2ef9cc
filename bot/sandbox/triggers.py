"""The short-lived permissions Slack hands out with an interaction: trigger ids and response_urls."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.clock import SandboxClock
from bot.sandbox.errors import SlackError

TRIGGER_LIFE = timedelta(seconds=3)
ANSWER_LIFE = timedelta(minutes=30)
ANSWER_USES = 5


@dataclass
class Trigger:
    """A right to open one modal for `user`, within three seconds; `pressed` is the real time in seconds."""

    user: str
    issued: datetime
    pressed: float
    used: bool = False


@dataclass
class AnswerRight:
    """A response_url: up to five messages to where the interaction came from, within thirty minutes."""

    user: str
    channel: str
    issued: datetime
    message_ts: str | None = None
    uses_left: int = ANSWER_USES


class Permissions:
    """What was handed out and not yet used up."""

    def __init__(self, clock: SandboxClock, real_seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.real_seconds = real_seconds
        self._triggers: dict[str, Trigger] = {}
        self._answers: dict[str, AnswerRight] = {}

    def new_trigger(self, user: str) -> str:
        """A trigger id for an interaction of `user`."""
        self._forget_old()
        trigger_id = f"{uuid.uuid4().int % 10**13}.{uuid.uuid4().int % 10**12}.{uuid.uuid4().hex}"
        self._triggers[trigger_id] = Trigger(user, self._clock.now(), self.real_seconds())
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Use a trigger up; returns whose it is. Raises expired, exchanged or invalid_trigger_id."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._is_over(trigger):
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user

    def _is_over(self, trigger: Trigger) -> bool:
        """Over on both clocks: a bot works in real time while the workspace's clock jumps by days, and while that one
        stands still nobody is late."""
        real = timedelta(seconds=self.real_seconds() - trigger.pressed)
        return min(real, self._clock.now() - trigger.issued) > TRIGGER_LIFE

    def new_answer(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The secret part of a new response_url."""
        key = uuid.uuid4().hex
        self._answers[key] = AnswerRight(user, channel, self._clock.now(), message_ts)
        return key

    def use_answer(self, key: str) -> AnswerRight:
        """Use a response_url once. Raises expired_url or used_url."""
        right = self._answers.get(key)
        if right is None or self._clock.now() - right.issued > ANSWER_LIFE:
            raise SlackError("expired_url")
        if right.uses_left <= 0:
            raise SlackError("used_url")
        right.uses_left -= 1
        return right

    def _forget_old(self) -> None:
        """Drop rights that died long ago, so that a long demo does not grow; recent ones keep their own error."""
        horizon = self._clock.now() - 10 * ANSWER_LIFE
        if len(self._triggers) > 1000:
            self._triggers = {key: t for key, t in self._triggers.items() if t.issued > horizon}
        if len(self._answers) > 1000:
            self._answers = {key: a for key, a in self._answers.items() if a.issued > horizon}
