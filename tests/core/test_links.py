"""Addresses from elsewhere, shown as links only when they are ones."""

from __future__ import annotations

import pytest

from bot.core.links import web_link


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://desk.example/1", "<https://desk.example/1|The message>"),
        ("HTTP://desk.example/?a=1&b=2", "<HTTP://desk.example/?a=1&b=2|The message>"),
        ("https://x.example/a|<!channel>", "<https://x.example/a%7C%3C!channel%3E|The message>"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("ftp://x.example/a", ""),
        ("//x.example/a", ""),
        ("https://[x.example", ""),
        (f"https://x.example/{1983 * 'a'}", ""),
        (f" https://x.example/{1982 * 'a'} ", f"<https://x.example/{1982 * 'a'}|The message>"),
        ('https://x.example/"a b">', "<https://x.example/%22a%20b%22%3E|The message>"),
        ("https://x.example/\nmore", ""),
        ("<https://x.example>", ""),
        ("", ""),
    ],
)
def test_only_a_web_address_becomes_a_link_and_never_markup(address: str, shown: str) -> None:
    assert web_link(address, "The message") == shown
