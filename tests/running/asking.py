"""Asking a process for something over HTTP, and waiting until it has come to pass."""

import json
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE = 30
"""Seconds until a process that does not get where it should is given up."""


def until(true, what):
    """Wait until something is true; fails, naming it, when it never is."""
    give_up = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < give_up, f"waited in vain until {what}"
        time.sleep(0.05)
    return found


def fetch(url, body=None, headers=None):
    """(status, text) of one HTTP request; (0, reason) when nobody answers."""
    try:
        with urlopen(Request(url, data=body, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError) as error:
        return 0, str(error)


def control(slack, name, **body):
    """One call of the sandbox's control API."""
    status, text = fetch(
        f"{slack.base_url}/control/{name}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    assert status == 200, text
    return json.loads(text)
