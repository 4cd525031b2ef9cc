"""The form by which a digest is set up: of what, when, where to, and what to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.core.hours import Hours
from bot.digests.choice import DigestChoice, Timing
from bot.digests.scope import Rhythm, ScopeKind
from bot.digests.when import WEEKDAYS, may_be_chosen
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId

SEGMENT_LENGTH = 100
AT_ONCE = "begins"
"""When the day begins: the value of that choice."""


@dataclass(frozen=True, slots=True)
class OfferedScopes:
    """What somebody may choose to have a digest of: `teams` are (number, name of who leads it)."""

    has_team: bool
    teams: tuple[tuple[int, str], ...] = ()
    segments: tuple[str, ...] = ()
    is_manager: bool = False


def digest_form(
    offered: OfferedScopes,
    chosen: DigestChoice,
    hours: Sequence[Hours],
    parts: Mapping[str, str],
    setup_id: int = 0,
) -> dict[str, Any]:
    """The form with what is chosen. `hours` are those of its person and of the workspace; `parts` can be left out."""
    own = chosen.kind is ScopeKind.ME
    # Another scope has other parts: a field of another name begins anew, where Slack would keep what was chosen.
    left_out = form.several(
        _left_out_name(own),
        "Leave out",
        [(name, key) for key, name in parts.items()],
        tuple(chosen.left_out),
        hint="Parts that you do not want to read.",
    )
    zone = hours[0].zone
    channel = form.channel("channel", "Channel", chosen.channel, "Only one that your team alone reads.")
    direct = "It comes to you by direct message"
    silent = blocks.context(f"{direct}, and stays silent when nothing is new." if own else f"{direct}.")
    where = silent if own or not offered.is_manager else channel
    fields = [
        form.select("whose", "A digest of", _scopes(offered), scope_value(chosen), optional=False, asks=True),
        form.select("rhythm", "How often", [(one.label, one) for one in Rhythm], chosen.timing.rhythm, optional=False),
        form.several(
            "weekdays",
            "On which days",
            [(day, str(place)) for place, day in enumerate(WEEKDAYS)],
            [str(day) for day in chosen.timing.weekdays],
            hint="Empty: each working day, each Monday, or the first working day of the month or quarter.",
        ),
        form.select(
            "at",
            f"At what time ({zone})",
            [("When the day begins", AT_ONCE), *_times(hours)],
            f"{chosen.timing.at:%H:%M}" if chosen.timing.at else AT_ONCE,
            "One in a channel goes by the workspace's hours and zone." if offered.is_manager and not own else "",
            optional=False,
        ),
        where,
        *([blocks.context("Without a channel it comes to you by direct message.")] if where is channel else []),
        *([left_out] if parts else []),
        blocks.actions(blocks.button("Preview", ActionId.PREVIEW_DIGEST)),
    ]
    title = "Change a digest" if setup_id else "New digest"
    return form.modal(ViewId.SET_DIGEST, title, fields, "Save", str(setup_id or ""))


def read_digest(view: Mapping[str, Any]) -> DigestChoice:
    """The form as values: data from outside, whose rights are checked again."""
    fields = Fields(view)
    kind, _, which = (fields.choice("whose") or ScopeKind.ME).partition(":")
    scope = next((one for one in ScopeKind if one.value == kind), ScopeKind.ME)
    own = scope is ScopeKind.ME
    at = fields.choice("at") or AT_ONCE
    weekdays = sorted({int(day) for day in fields.choices("weekdays") if day in set("0123456")})
    return DigestChoice(
        scope,
        Timing(
            fields.one_of("rhythm", Rhythm) or Rhythm.DAILY,
            tuple(weekdays),
            _time(at),
        ),
        int(which) if scope is ScopeKind.TEAM and which.isdecimal() and len(which) < 18 else None,
        which[:SEGMENT_LENGTH] if scope is ScopeKind.SEGMENT else "",
        None if own else fields.channel("channel"),
        frozenset(fields.choices(_left_out_name(own))),
    )


def _time(chosen: str) -> time | None:
    try:
        return None if chosen == AT_ONCE else time.fromisoformat(chosen)
    except ValueError:
        return None


def setup_of(view: Mapping[str, Any]) -> int:
    """The number of the digest that a form changes; 0 for a new one."""
    written = str(view.get("private_metadata") or "")
    return int(written) if written.isdecimal() and len(written) < 18 else 0


def scope_value(chosen: DigestChoice) -> str:
    """The value of the option that stands for a scope."""
    if chosen.kind is ScopeKind.SEGMENT:
        return f"{chosen.kind}:{chosen.segment}"
    return f"{chosen.kind}:{chosen.lead_id}" if chosen.lead_id else chosen.kind


def _scopes(offered: OfferedScopes) -> list[form.Option]:
    options: list[form.Option] = [("What waits for me", ScopeKind.ME)]
    if offered.has_team:
        options.append(("My team", ScopeKind.TEAM))
    if offered.is_manager:
        options.append(("Everything", ScopeKind.ALL))
    options += [(f"Team of {text.plain(name, 60)}", f"{ScopeKind.TEAM}:{id}") for id, name in offered.teams]
    options += [(f"Segment {text.plain(name, 60)}", f"{ScopeKind.SEGMENT}:{name}") for name in offered.segments]
    return options


def _times(hours: Sequence[Hours]) -> list[form.Option]:
    """Each half hour at which a digest may come to one of them."""
    halves = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    return [(f"{at:%H:%M}",) * 2 for at in halves if any(may_be_chosen(at, one) for one in hours)]


def _left_out_name(own: bool) -> str:
    return "left_out_own" if own else "left_out"
