"""The request URL: Slack posts to the bot and signs what it posts."""

import asyncio
import hashlib
import hmac
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.sandbox.link.outgoing import ACK_SECONDS, COMMANDS, EVENTS, Outgoing, Reply, Retry

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def signed_headers(secret: str, body: bytes, seconds: int) -> dict[str, str]:
    """Slack's signature of a body; `seconds` is the real time, against which the receiver checks it."""
    base = b"v0:%d:%s" % (seconds, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(seconds), "X-Slack-Signature": f"v0={digest}"}


class HttpRequests:
    """Posts to the bot's request URL."""

    name = "http"
    is_up = True

    def __init__(self, request_url: str, signing_secret: str) -> None:
        address = urlsplit(request_url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._path = address.path or "/"
        self._secret = signing_secret
        self._threads = ThreadPoolExecutor(64, thread_name_prefix="sandbox-http")

    async def send(self, outgoing: Outgoing, retry: Retry | None) -> Reply:
        """Post one request and wait for the answer, three seconds at most."""
        body, kind = _body(outgoing)
        headers = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (sandbox)",
            **signed_headers(self._secret, body, int(time.time())),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        loop = asyncio.get_running_loop()
        try:
            posting = loop.run_in_executor(self._threads, self._post, body, headers)
            status, content_type, content = await asyncio.wait_for(posting, ACK_SECONDS)
        except TimeoutError:
            return Reply(None, problem="operation_timeout")
        except (OSError, http.client.HTTPException):
            return Reply(None, problem="dispatch_failed")
        answer = _parsed(content_type, content)
        if not 200 <= status < 300:
            return Reply(status, answer, problem="http_service_error")
        return Reply(status, answer)

    def close(self) -> None:
        """Stop posting."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=ACK_SECONDS)
        try:
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            return response.status, response.getheader("Content-Type", ""), response.read()
        finally:
            connection.close()


def _body(outgoing: Outgoing) -> tuple[bytes, str]:
    if outgoing.kind == EVENTS:
        return json.dumps(outgoing.payload).encode(), JSON
    if outgoing.kind == COMMANDS:
        return urlencode(outgoing.payload).encode(), FORM
    return urlencode({"payload": json.dumps(outgoing.payload)}).encode(), FORM


def _parsed(content_type: str, content: bytes) -> Any:
    text = content.decode("utf-8", "replace")
    if "json" not in content_type:
        return text or None
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
