"""How Slack says no: an error code, and for invalid arguments where exactly."""

from typing import Any


class SlackError(Exception):
    """A definite no of the Web API: answered as {"ok": false, "error": code} with what else is known."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON body Slack would answer with."""
        return {"ok": False, "error": self.code, **self.details}


class RateLimited(SlackError):
    """Too many calls: HTTP 429, and `Retry-After` in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class ControlError(Exception):
    """A request to the control API that cannot be done; its text says what to do instead."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status
