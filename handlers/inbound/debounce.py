"""What is done a moment after a request that changed something, once for several of them by the same person.

It is a hint, like a timer: should the process end before, the next opening of the Home tab draws it anyway.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from slack_sdk.errors import SlackApiError

from handlers.inbound.request import Request

log = logging.getLogger(__name__)

MOMENT = 0.6
"""Seconds: the loop, nudged by the same change, has done by then what follows from it, such as a new score."""

TOO_SOON = ("ratelimited", "rate_limited")
LONGEST = 60
"""Seconds that Slack may ask us to wait before we try once more; after that the next change draws it anyway."""


class Debouncer:
    """Calls `act` with the last request of each person; a thread lives only while somebody waits."""

    def __init__(self, act: Callable[[Request], None], wait: float = MOMENT) -> None:
        self._act = act
        self._wait = wait
        self._lock = threading.Lock()
        self._waiting: dict[str, Request] = {}
        self._runs = False

    def changed(self, request: Request) -> None:
        """This person has changed something. Returns at once."""
        with self._lock:
            self._waiting[request.person.slack_id] = request
            if self._runs:
                return
            self._runs = True
        threading.Thread(target=self._run, name="soon-after", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._wait)
            with self._lock:
                requests, self._waiting = list(self._waiting.values()), {}
                if not requests:
                    self._runs = False
                    return
            for request in requests:
                self._carry_out(request)

    def _carry_out(self, request: Request, is_last: bool = False) -> None:
        try:
            self._act(request)
        except SlackApiError as error:
            if is_last or error.response.get("error") not in TOO_SOON:
                log.info("a Home tab could not be drawn anew: %s", error.response.get("error"))
                return
            # By a timer of its own, so that nobody else's Home waits.
            wait = min(LONGEST, int(error.response.headers.get("Retry-After") or 1))
            again = threading.Timer(wait, self._carry_out, (request, True))
            again.daemon = True
            again.start()
        except Exception as error:
            # Nobody waits for it, and the next change or opening does it again.
            log.info("a Home tab could not be drawn anew: %s", type(error).__name__)
