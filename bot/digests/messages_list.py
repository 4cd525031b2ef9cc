"""The list of one's digests with how each stands, and a preview of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.digests.choice import DigestChoice, DigestOutcome, DigestStanding
from bot.digests.scope import ScopeKind
from bot.digests.when import moment_words, spoken, timing_words
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import Message
from bot.slack.sender import without_heavy_blocks

NONE_YET = "You have no digest yet. One tells you, as often as you like, what is new and what needs you."
NOTHING_NOW = "It would say nothing now: nothing is new."

_WHY_NOT = {
    DigestOutcome.NOTHING: "nothing to say",
    DigestOutcome.HELD: "held, since you were away",
    DigestOutcome.NOT_ALLOWED: "not sent, since only managers and admins may have it",
    DigestOutcome.NO_TEAM: "not sent, since you have no team",
}
_TOLD_YOU = {
    "shared": "since another company reads that channel",
    "guest": "since a guest reads that channel",
    "unreachable": "since that channel cannot be reached",
}


def list_view(standing: Sequence[DigestStanding], now: datetime) -> dict[str, Any]:
    """Somebody's digests, each with what can be done about it."""
    rows = [blocks.section(_row(one, now), accessory=_menu(one, place)) for place, one in enumerate(standing)] or [
        blocks.section(NONE_YET)
    ]
    new = blocks.actions(blocks.button("New digest…", ActionId.NEW_DIGEST, style="primary"))
    return form.modal(ViewId.DIGESTS, "Digests", [*rows, new])


def preview_view(message: Message | None, lacks_figures: bool = False) -> dict[str, Any]:
    """What a digest would say now, without its buttons and figures; None when it would say nothing."""
    later = " The figures come with the digest itself." if lacks_figures else ""
    if message is None:
        return form.modal(ViewId.PREVIEW_DIGEST, "Preview", [blocks.section(f"{NOTHING_NOW}{later}")])
    head = f"What it would say now. Only you see this.{later}"
    view = form.modal(ViewId.PREVIEW_DIGEST, "Preview", [blocks.context(head)])
    shown = [
        {name: part for name, part in block.items() if name != "accessory"}
        for block in without_heavy_blocks(message.blocks)
        if block["type"] != "actions"
    ]
    return {**view, "blocks": [*view["blocks"], *({**one, "block_id": f"p{n}"} for n, one in enumerate(shown))]}


def about(choice: DigestChoice, lead: str = "", whose: str = "my") -> str:
    """ "my team", "team of Helen", "segment Retail"; `whose` is "your" to whom it is told why it came."""
    if choice.kind is ScopeKind.TEAM:
        return f"team of {lead}" if choice.lead_id else f"{whose} team"
    if choice.kind is ScopeKind.SEGMENT:
        return f"segment {choice.segment}"
    if choice.kind is ScopeKind.ALL:
        return "everything"
    return f"what waits for {'me' if whose == 'my' else 'you'}"


def _menu(one: DigestStanding, place: int) -> Any:
    id, is_paused = one.digest.id, one.digest.is_paused
    pause = ("Resume", ActionId.RESUME_DIGEST, id) if is_paused else ("Pause", ActionId.PAUSE_DIGEST, id)
    return blocks.menu(
        ("Edit…", ActionId.EDIT_DIGEST, id),
        ("Send now", ActionId.SEND_DIGEST, id),
        pause,
        ("Remove", ActionId.REMOVE_DIGEST, id),
        place=place,
    )


def _row(one: DigestStanding, now: datetime) -> str:
    """ "*My team* · each Mon at 08:00 Europe/Berlin · by direct message", then the last one and the next."""
    choice = one.digest.choice
    words = about(choice, one.digest.lead)
    where = f"in {text.channel(choice.channel)}" if choice.channel else "by direct message"
    head = f"*{text.typed(words[:1].upper() + words[1:])}* · {timing_words(choice.timing, one.zone)} · {where}"
    return f"{head}\n{_last(one, now)} {_next(one, now)}"


def _last(one: DigestStanding, now: datetime) -> str:
    """What became of the last one."""
    digest, last = one.digest, one.last
    if digest.outcome is None or digest.outcome_at is None:
        return "None has come yet."
    when = spoken(digest.outcome_at, one.zone, now)
    if digest.outcome is DigestOutcome.ASKED:
        return f"On its way since {when}."
    if digest.outcome in _WHY_NOT:
        return f"Last, {when}: {_WHY_NOT[digest.outcome]}."
    if last is None:
        return f"Sent {when}."
    if last.state == "dead":
        return f"Not sent {when}: {text.sentence(last.error or 'nobody knows why')}"
    if last.state in ("withdrawn", "removing", "blanked"):
        return f"Not shown {when}, since others than the team read there."
    instead = f" to you directly, {_TOLD_YOU.get(last.reroute_reason, '')}" if last.reroute_reason else ""
    if not last.is_there:
        tried = f"; the last try failed: {text.sentence(last.error)}" if last.error else "."
        return f"On its way{instead} since {when}{tried}"
    return f"Sent {spoken(last.sent_at or digest.outcome_at, one.zone, now)}{instead}."


def _next(one: DigestStanding, now: datetime) -> str:
    """When the next one comes."""
    if one.digest.is_paused:
        return "Paused."
    if one.next_at is None:
        return "No next one is planned."
    when = moment_words(one.next_at, one.zone, now)
    if one.is_failing:
        return f"The next could not be made; it is tried again {when}."
    return f"Held while you are away; next {when}." if one.is_away else f"Next: {when}."
