"""What the sandbox breaks on demand, so that a bot can be shown to survive it."""

from asyncio import Task
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

API_KINDS = frozenset(
    {
        "drop_reply",
        "http_500_before",
        "http_500_after",
        "http_503_after",
        "internal_error_before",
        "internal_error_after",
        "delay",
        "rate_limited",
        "short_page",
        "empty_page",
        "http_500_late",
        "http_504_late",
        "drop_reply_late",
    }
)
LINK_KINDS = frozenset({"deliver_twice"})
SOCKET_KINDS = frozenset({"disconnect", "refresh", "reset", "black_hole", "swallow_pong"})
"""Played on the open Socket Mode connections at once; what they do is in the link."""

BEFORE_ACCEPTING = frozenset({"http_500_before", "internal_error_before", "rate_limited"})
LATE = frozenset({"http_500_late", "http_504_late", "drop_reply_late"})
DEFAULT_SECONDS = 1.0


@dataclass
class Fault:
    """One armed fault: for `method` ("*" is any), `times` more times.

    `seconds` for delay, rate_limited and what is accepted late.
    """

    method: str
    kind: str
    times: int
    seconds: float = DEFAULT_SECONDS

    @property
    def refuses(self) -> bool:
        """Whether Slack says no without having accepted anything."""
        return self.kind in BEFORE_ACCEPTING or self.kind.startswith("error:")

    @property
    def is_late(self) -> bool:
        """Whether a gateway answers, or the line breaks, and Slack accepts `seconds` later by the workspace's clock."""
        return self.kind in LATE


class Faults:
    """The faults that are armed, in the order in which they were asked for, and the calls that are accepted later."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self.waiting: set[Task[None]] = set()
        self._late: list[tuple[datetime, Callable[[], object]]] = []

    def arm(self, fault: Fault) -> None:
        """Add one. Raises ValueError for a kind nobody knows."""
        known = API_KINDS | LINK_KINDS
        if fault.kind not in known and not fault.kind.startswith("error:"):
            kinds = ", ".join(sorted(known | SOCKET_KINDS | {"error:NAME"}))
            raise ValueError(f"No fault is called {fault.kind!r}. Use one of: {kinds}.")
        if fault.times > 0:
            self._armed.append(fault)

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def take(self, method: str, *, to_bot: bool = False) -> Fault | None:
        """The fault to play now for a Web API method, or for a delivery to the bot; uses it up once."""
        for fault in self._armed:
            if (fault.kind in LINK_KINDS) == to_bot and fault.method in ("*", method):
                fault.times -= 1
                if fault.times <= 0:
                    self._armed.remove(fault)
                return fault
        return None

    def accept_at(self, moment: datetime, accept: Callable[[], object]) -> None:
        """Have a call carried out at `moment`, long after its caller was answered by somebody else."""
        self._late.append((moment, accept))

    def catch_up(self, now: datetime) -> None:
        """Carry out the calls whose moment has come."""
        due = [accept for moment, accept in self._late if moment <= now]
        self._late = [(moment, accept) for moment, accept in self._late if moment > now]
        for accept in due:
            accept()
