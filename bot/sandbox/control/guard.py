"""Who may use the control API: the sandbox's own page and programs on this machine, no other web page.

A page of the web that is open in the same browser can send requests here, under its own name made to point at this
machine (DNS rebinding) or as a form (request forgery). It cannot choose the Host header, hide its Origin or send JSON
unasked; so these three are looked at.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.errors import ControlError

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
OWN_FETCHES = frozenset({"same-origin", "none"})
"""What a browser calls a request of the page itself, and one that somebody typed."""

Answer = Callable[[Request], Awaitable[Response]]


def check_caller(request: Request) -> None:
    """Raise ControlError (403 or 415) unless this request comes from the page itself or from no web page at all."""
    host = request.headers.get("host", "")
    if _name_in(host) not in LOCAL_NAMES:
        raise ControlError("The control API answers under 127.0.0.1 and localhost only.", 403)
    origin = request.headers.get("origin")
    if origin is not None and origin.casefold() != f"http://{host}".casefold():
        raise ControlError("The control API answers no other web page than the sandbox's own.", 403)
    if request.headers.get("sec-fetch-site", "none") not in OWN_FETCHES:
        raise ControlError("The control API answers no other web page than the sandbox's own.", 403)
    if request.method == "POST" and _kind_of(request) != "application/json":
        raise ControlError("Send JSON, with Content-Type: application/json.", 415)


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()
