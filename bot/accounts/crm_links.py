"""Where the CRM shows an account: an address made from its own id, and the id read back from such an address."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote

PLACE = "{id}"
"""What stands for the CRM's own id in the pattern, as in https://crm.example.com/accounts/{id}."""

NUMBER = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/a/(\d{1,17})/?(?:[?#].*)?")
"""An address by our own number, as earlier versions wrote it; such links stand in messages still."""


def address(pattern: str, crm_id: str | None) -> str:
    """The account's address in the CRM; empty when the pattern has no place for an id, or no id is known."""
    if PLACE not in pattern or not crm_id:
        return ""
    return pattern.replace(PLACE, quote(crm_id, safe=""))


def crm_id_in(pattern: str, url: str) -> str | None:
    """The CRM's id in an address of this pattern, whatever query or fragment follows; None for any other address."""
    found = _reader(pattern).fullmatch(url) if PLACE in pattern else None
    return unquote(found["id"]) if found else None


def number_in(url: str) -> int | None:
    """Our own number of an account in an address as earlier versions wrote it."""
    found = NUMBER.fullmatch(url)
    return int(found[1]) if found else None


@lru_cache(8)
def _reader(pattern: str) -> re.Pattern[str]:
    before, _, after = pattern.partition(PLACE)
    scheme, sep, rest = before.partition("://")
    # Whether http or https stands before it makes no other address of it.
    start = rf"https?://{re.escape(rest)}" if sep and scheme in ("http", "https") else re.escape(before)
    end = "" if "?" in after or "#" in after else "/?(?:[?#].*)?"
    return re.compile(rf"{start}(?P<id>[^/?#&]+){re.escape(after)}{end}")
