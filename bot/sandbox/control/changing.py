"""What changes around the bot: sharing, membership, archiving, faults, time."""

import asyncio
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.control.given import Given, heard
from bot.sandbox.errors import ControlError
from bot.sandbox.explore import Deed
from bot.sandbox.faults import DEFAULT_SECONDS, Fault
from bot.sandbox.platform import Platform
from bot.sandbox.stepping import Driver, step_to

UNKNOWN_TEAM = "T0ELSEWHERE"
SHOWN_EVERY_SECONDS = 0.2
FURTHEST = timedelta(days=3660)
"""Ten years at once: further on, nobody would live to see the steps end."""


async def share(given: Given) -> dict[str, Any]:
    """A channel becomes shared with another company, or is shared no longer."""
    channel, shared = given.channel(), given.flag("is_ext_shared")
    if channel.is_im:
        raise ControlError("A direct message cannot be shared; name a channel.")
    if shared == channel.is_ext_shared:
        return {"ok": True}
    channel.connected_team_ids = channel.connected_team_ids or [UNKNOWN_TEAM]
    channel.is_ext_shared = shared
    given.platform.live.tell("state")
    await heard(given.platform.events.sharing_changed(channel, channel.connected_team_ids[0]))
    return {"ok": True}


async def member(given: Given) -> dict[str, Any]:
    """Somebody, or the bot itself, joins or leaves a channel."""
    platform, channel, present = given.platform, given.channel(), given.flag("present")
    user = platform.world.users.get(given.required("user"))
    if user is None:
        raise ControlError(f"Nobody has the id {given.text('user')!r}; GET /control/state lists them.", 404)
    if present == (user.id in channel.members):
        return {"ok": True}
    hears = platform.world.bot.id in channel.members or user.id == platform.world.bot.id
    if present:
        channel.members.append(user.id)
    else:
        channel.members.remove(user.id)
    platform.live.tell("state")
    if hears:
        await heard(platform.events.member_changed(channel, user.id, present=present))
    return {"ok": True}


async def pending(given: Given) -> dict[str, Any]:
    """Another company is invited to a channel, or the invitation is taken back. Slack tells the app nothing of it."""
    channel = given.channel()
    if channel.is_im:
        raise ControlError("Nobody is invited to a direct message; name a channel.")
    channel.connected_team_ids = channel.connected_team_ids or [UNKNOWN_TEAM]
    channel.is_pending_ext_shared = given.flag("is_pending")
    given.platform.live.tell("state")
    return {"ok": True}


async def rename(given: Given) -> dict[str, Any]:
    """A channel gets another name."""
    channel, name = given.channel(), given.required("name").lstrip("#")
    if channel.is_im or channel.is_mpim:
        raise ControlError("A direct message has no name of its own; name a channel.")
    if name != channel.name:
        channel.name = name
        given.platform.live.tell("state")
        if given.platform.world.bot.id in channel.members or not channel.is_private:
            await heard(given.platform.events.renamed(channel))
    return {"ok": True}


async def person(given: Given) -> dict[str, Any]:
    """Something about somebody changes: their name, zone or title, or what they may do here."""
    user = given.user()
    for name in ("real_name", "name", "tz", "title", "email", "status_text", "status_emoji"):
        if name in given.values:
            setattr(user, name, given.required(name))
    for name in ("is_admin", "is_guest", "is_single_channel_guest", "deleted"):
        if name in given.values:
            setattr(user, name, given.flag(name))
    given.platform.live.tell("state")
    await heard(given.platform.events.person_changed(user))
    return {"ok": True}


async def revoke(given: Given) -> dict[str, Any]:
    """The bot's token is taken back, or, with `uninstall`, the whole app is taken out. Neither comes back."""
    platform, gone = given.platform, given.flag("uninstall", False)
    platform.refusal = "account_inactive" if gone else "token_revoked"
    await heard(platform.events.uninstalled() if gone else platform.events.tokens_revoked())
    return {"ok": True}


async def archive(given: Given) -> dict[str, Any]:
    """A channel is archived or brought back."""
    channel, archived = given.channel(), given.flag("archived")
    if archived != channel.is_archived:
        channel.is_archived = archived
        given.platform.live.tell("state")
        await heard(given.platform.events.archiving_changed(channel, given.text("user")))
    return {"ok": True}


async def fault(given: Given) -> dict[str, Any]:
    """Break something, a number of times, or mend everything."""
    platform = given.platform
    if given.values.get("clear"):
        platform.faults.clear()
        return {"ok": True}
    try:
        times, seconds = given.whole("times", 1, least=1), given.seconds("seconds", DEFAULT_SECONDS)
        kind, sockets = given.required("kind"), platform.delivery.sockets
        if kind == "disconnect":
            await sockets.cut(times)
        elif kind == "refresh":
            await sockets.refresh()
        elif kind == "reset":
            sockets.reset()
        elif kind == "black_hole":
            sockets.black_hole()
        elif kind == "swallow_pong":
            sockets.swallow_pongs(times)
        else:
            platform.faults.arm(Fault(given.text("method", "*"), kind, times, seconds))
    except ValueError as unknown:
        raise ControlError(str(unknown)) from None
    return {"ok": True}


class ClockHand:
    """Moves the clock for the control API, one request at a time."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._moving = asyncio.Lock()

    async def move(self, given: Given, driver: Driver | None) -> dict[str, Any]:
        """Step to a moment; answers when what fell due on the way was done and delivered.

        Without a driver the clock alone moves: a bot that was started apart keeps its own time.
        """
        if self._moving.locked():
            raise ControlError("The clock is being moved already; wait for that to end.", 409)
        platform = self._platform
        async with self._moving:
            target = self._target(given)
            before = platform.clock.now()
            if target - before > FURTHEST:
                raise ControlError("That is more than ten years ahead; move there in smaller steps.")
            try:
                steps = await asyncio.to_thread(step_to, platform.clock, driver, target, self._shower())
            except ValueError as refused:
                raise ControlError(str(refused)) from None
        platform.live.tell("clock")
        platform.explore.happened(Deed("clock", days=(platform.clock.now() - before) / timedelta(days=1)))
        return {"now": platform.clock.now().isoformat(), "steps": steps, "driven": driver is not None}

    def _target(self, given: Given) -> datetime:
        now = self._platform.clock.now()
        try:
            if given.text("to"):
                moment = datetime.fromisoformat(given.text("to"))
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            ahead = 86_400 * float(given.text("advance_days", "0")) + float(given.text("advance_seconds", "0"))
        except ValueError:
            ahead = math.nan
        if math.isnan(ahead):
            raise ControlError("Give advance_days as a number, or to as a date like 2026-03-01T09:00:00Z.")
        if not ahead:
            raise ControlError("Give advance_days, advance_seconds or to.")
        if ahead < 0:
            raise ControlError(f"The clock cannot go back: it is already {now.isoformat()}.")
        return now + timedelta(seconds=min(ahead, 2 * FURTHEST.total_seconds()))

    def _shower(self) -> Callable[[], None]:
        """A callback for the stepping thread that lets the pages see time pass, a few times a second."""
        loop, live = asyncio.get_running_loop(), self._platform.live
        shown = time.monotonic()

        def show() -> None:
            nonlocal shown
            if time.monotonic() - shown > SHOWN_EVERY_SECONDS:
                shown = time.monotonic()
                loop.call_soon_threadsafe(live.tell, "clock")

        return show
