"""A list of things to try: whoever starts the sandbox hands it in, and what really happens here ticks it off."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("command", "press", "submit", "shortcut", "message", "home", "look", "clock")
"""What can happen: a command, a button or a choice, a form the bot took, a shortcut, words written, a Home tab or a
channel looked at, and time that passes."""

STEP_FIELDS = frozenset({"id", "title", "hint", "as", "at", "done_by"})
DEED_FIELDS = frozenset({"kind", "name", "user", "channel", "days"})


@dataclass(frozen=True)
class Deed:
    """Something that happened, or is to happen: empty fields of the latter mean anything.

    `name` is the command, the action_id or the callback_id, and may hold a * when it is wished for; `days` is how far
    the clock went at once.
    """

    kind: str
    name: str = ""
    user: str = ""
    channel: str = ""
    days: float = 0.0

    def fulfils(self, wish: "Deed") -> bool:
        """Whether this is what was wished for."""
        return (
            self.kind == wish.kind
            and (not wish.name or fnmatchcase(self.name, wish.name))
            and wish.user in ("", self.user)
            and wish.channel in ("", self.channel)
            and self.days >= wish.days
        )


@dataclass(frozen=True)
class Step:
    """One thing to try: `shown` is what the page tells of it; any of `done_by` ticks it off."""

    id: str
    shown: dict[str, str]
    done_by: tuple[Deed, ...]


def read_steps(source: Any) -> tuple[Step, ...]:
    """The list from JSON. Raises ValueError, which names the place and what to give there."""
    if not isinstance(source, list):
        raise ValueError("explore: give a list of steps.")
    steps = tuple(_step(f"explore[{place}]", one) for place, one in enumerate(source))
    if len({step.id for step in steps}) < len(steps):
        raise ValueError("explore: give each step an id of its own.")
    return steps


def _step(place: str, given: Any) -> Step:
    _known(place, given, STEP_FIELDS)
    for name in ("id", "title"):
        if not given.get(name):
            raise ValueError(f"{place}: give {name}.")
    wishes = given.get("done_by")
    if not isinstance(wishes, list) or not wishes:
        raise ValueError(f"{place}: give done_by, a list of what ticks it off.")
    shown = {name: str(given.get(name) or "") for name in ("id", "title", "hint", "as", "at")}
    return Step(shown["id"], shown, tuple(_wish(f"{place}.done_by[{n}]", one) for n, one in enumerate(wishes)))


def _wish(place: str, given: Any) -> Deed:
    _known(place, given, DEED_FIELDS)
    if given.get("kind") not in KINDS:
        raise ValueError(f"{place}: give as kind one of: {', '.join(KINDS)}.")
    return Deed(**given)


def _known(place: str, given: Any, fields: frozenset[str]) -> None:
    if not isinstance(given, dict):
        raise ValueError(f"{place}: give an object.")
    if unknown := set(given) - fields:
        raise ValueError(f"{place}: there is no field {sorted(unknown)[0]}; there are {', '.join(sorted(fields))}.")


class Explore:
    """The list and what of it is done. Changed on the server's event loop only."""

    def __init__(self, steps: tuple[Step, ...], changed: Callable[[], None]) -> None:
        """`changed` is called when something was ticked off."""
        self._steps = steps
        self._changed = changed
        self._done: set[str] = set()

    def seen(self) -> list[dict[str, Any]]:
        """The list as the page shows it."""
        return [{**step.shown, "done": step.id in self._done} for step in self._steps]

    def happened(self, deed: Deed) -> None:
        """Tick off what this was."""
        new = {step.id for step in self._steps if any(deed.fulfils(wish) for wish in step.done_by)} - self._done
        if new:
            self._done |= new
            self._changed()

    def follow(self, entry: dict[str, Any]) -> None:
        """Look at one exchange of the traffic: what a person did counts when the bot has taken it."""
        if entry["direction"] != "event" or entry["status"] != 200:
            return
        request = entry["request"]
        for deed in _deeds(entry["method"], request, entry["response"]):
            self.happened(deed)


def _deeds(name: str, request: Any, response: Any) -> list[Deed]:
    if not isinstance(request, dict):
        return []
    if "command" in request:
        said = (str(request["command"]), request.get("user_id", ""), request.get("channel_id", ""))
        return [Deed("command", *said)]
    if "event" in request:
        return _of_event(request["event"])
    user, channel = _id_in(request, "user"), _id_in(request, "channel")
    if name == "block_actions":
        return [Deed("press", action["action_id"], user, channel) for action in request.get("actions", ())]
    if name == "view_submission":
        refused = isinstance(response, dict) and response.get("response_action") == "errors"
        return [] if refused else [Deed("submit", request["view"].get("callback_id", ""), user)]
    if name in ("shortcut", "message_action"):
        return [Deed("shortcut", request.get("callback_id", ""), user, channel)]
    return []


def _of_event(event: dict[str, Any]) -> list[Deed]:
    user = event.get("user", "")
    if event.get("type") == "app_home_opened" and event.get("tab") == "home":
        return [Deed("home", user=user)]
    if event.get("type") == "message" and not event.get("subtype"):
        return [Deed("message", user=user, channel=event.get("channel", ""))]
    return []


def _id_in(request: dict[str, Any], name: str) -> str:
    inside = request.get(name)
    return str(inside.get("id", "")) if isinstance(inside, dict) else ""
