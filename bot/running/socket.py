"""Socket Mode: Bolt's built-in client, which lets the request in flight be answered before it hangs up."""

from __future__ import annotations

import logging
import re
import socket
import threading
from contextlib import suppress
from time import monotonic
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.core import time_left
from bot.errors import Refused
from bot.running.steady_pings import count_pings_steadily
from bot.settings import Settings

log = logging.getLogger(__name__)

PING_SECONDS = 2.5
"""How often we ask whether Slack is still there. The client calls a connection dead after five unanswered pings: 13
seconds of deafness when a connection breaks without a goodbye. Its own 10 seconds would make that a minute."""
ENVELOPE = re.compile(r'"envelope_id"\s*:\s*"([^"\\]+)"')
MOST_NOTED = 1000


class SocketRunner(SocketModeHandler):
    """A Socket Mode connection that can be closed without losing the request it is answering."""

    def __init__(self, app: App, settings: Settings) -> None:
        # The app's own client carries the bot token; opening a connection needs the app-level one, at our address.
        web_client = WebClient(token=settings.app_token, base_url=settings.api_url, timeout=10)
        super().__init__(app, settings.app_token, web_client=web_client, ping_interval=PING_SECONDS)
        count_pings_steadily()
        self._changed = threading.Condition()
        self._in_flight = 0
        self._closing = False
        self._came: dict[str, float] = {}
        self.client.on_message_listeners.append(self._note)

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope; once closing, leave it unanswered, so that Slack gives it to another connection."""
        with self._changed:
            if self._closing:
                return
            self._in_flight += 1
        try:
            with time_left.answering(self._came.pop(req.envelope_id, None)):
                super().handle(client, req)
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def _note(self, message: str) -> None:
        # The client's ten threads may all be busy; the person's three seconds begin when the envelope is here.
        found = ENVELOPE.search(message)
        if found:
            if len(self._came) >= MOST_NOTED:
                self._came.clear()
            self._came[found[1]] = monotonic()

    def open(self) -> None:
        """Connect; raises Refused when Slack does not let us in."""
        try:
            self.client.connect()
        except SlackApiError as error:
            reason = error.response.get("error", "unknown")
            raise Refused(
                f"Slack does not accept SLACK_APP_TOKEN ({reason}). Make one with the scope connections:write."
            ) from None
        except (URLError, OSError) as error:
            raise Refused(f"Slack cannot be reached ({error}). Check the network and SLACK_API_URL.") from None
        log.info("Listening through Socket Mode.")

    def finish(self, timeout: float = 5) -> None:
        """Take nothing new, let what is being answered be answered (for `timeout` seconds at most), and hang up."""
        with self._changed:
            self._closing = True
            self._changed.wait_for(lambda: self._in_flight == 0, timeout)
        self._stop_receiving()
        # The client joins threads of its own that may still be connecting; the process must end all the same.
        hanging_up = threading.Thread(target=self.client.close, name="hanging-up", daemon=True)
        hanging_up.start()
        hanging_up.join(timeout)

    def _stop_receiving(self) -> None:
        """Wake the threads that wait for Slack: one holds the lock that closing needs, and each looks up late."""
        client = self.client
        client.closed = True
        client.auto_reconnect_enabled = False
        client.current_session_state.terminated = True
        # Read once: the receiving thread may be taking it away.
        sock = client.current_session.sock if client.current_session is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        client.message_processor.event.set()
        client.message_queue.put("")
