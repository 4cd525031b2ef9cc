"""Addresses that came from elsewhere: shown as a link only when they are one."""

from __future__ import annotations

from urllib.parse import urlsplit

_UNSAFE = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", " ": "%20"}
_LONGEST = 2000


def is_web_address(text: str) -> bool:
    """Whether a text is an address of the web, http or https with a host, and nothing else."""
    if not text.casefold().startswith(("http://", "https://")) or len(text) > _LONGEST or not text.isprintable():
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def web_link(address: str, words: str) -> str:
    """A link as Slack writes it, with what could end it or begin another written as its code; "" for no web address."""
    address = address.strip()
    if not is_web_address(address):
        return ""
    for mark, code in _UNSAFE.items():
        address = address.replace(mark, code)
    return f"<{address}|{words}>"
