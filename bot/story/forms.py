"""Before an account's story is put in a channel: which channel that is, and who reads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack import blocks, form, text
from bot.slack.ids import ViewId

NAMED = 15


@dataclass(frozen=True, slots=True)
class SharePlace:
    """A channel by its name, and whether only those who were invited can open it."""

    name: str
    is_private: bool


def share_form(account: str, account_id: int, channel: str, place: SharePlace, names: Sequence[str]) -> dict[str, Any]:
    """The question. `names` are those who read there now, all of the team."""
    where = f"#{text.name(place.name)}" if place.name else text.channel(channel)
    people = "1 person reads" if len(names) == 1 else f"{len(names):,} people read"
    shown = [text.name(name) for name in names[:NAMED]]
    more = len(names) - len(shown)
    listed = text.listed([*shown, f"{more:,} more"] if more > 0 else shown)
    later = (
        "Whoever is invited there later can read it too."
        if place.is_private
        else "It is a public channel: everyone of the workspace can find it there later too."
    )
    parts = [
        blocks.section(f"Share the story of *{text.name(account)}* to *{where}*?"),
        blocks.section(f"{people} there, all of the team: {listed}."),
        blocks.context(f"{later} It stays there as it is today, with your name under it."),
    ]
    return form.modal(ViewId.SHARE_ACCOUNT, "Share to channel", parts, "Share", f"{account_id}:{channel}")


def read_share(view: Mapping[str, Any]) -> tuple[int, str]:
    """Which account (0, which none has, when the form does not say), and which channel."""
    account, _, channel = str(view.get("private_metadata") or "").partition(":")
    return int(account) if account.isdecimal() and len(account) < 18 else 0, channel
