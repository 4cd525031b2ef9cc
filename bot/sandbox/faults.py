"""What the sandbox breaks on demand, so that a bot can be shown to survive it."""

from dataclasses import dataclass

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
    }
)
LINK_KINDS = frozenset({"deliver_twice"})
SOCKET_KINDS = frozenset({"disconnect", "refresh", "reset", "black_hole", "swallow_pong"})
"""Played on the open Socket Mode connections at once; what they do is in the link."""

BEFORE_ACCEPTING = frozenset({"http_500_before", "internal_error_before", "rate_limited"})
DEFAULT_SECONDS = 1.0


@dataclass
class Fault:
    """One armed fault: for `method` ("*" is any), `times` more times; `seconds` for delay and rate_limited."""

    method: str
    kind: str
    times: int
    seconds: float = DEFAULT_SECONDS

    @property
    def refuses(self) -> bool:
        """Whether Slack says no without having accepted anything."""
        return self.kind in BEFORE_ACCEPTING or self.kind.startswith("error:")


class Faults:
    """The faults that are armed, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

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
