"""The forms behind `/retention settings`: an overview, and one short form for each thing that can be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.policy import Number, NumberGroup, Tier, policy_numbers
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId

ROLES = ("rep", "support", "manager", "admin")
EVERY_TIER = "*"
TIERS = [("All accounts", EVERY_TIER), *((f"Tier {tier}", str(tier)) for tier in Tier)]
ECHOES = [("Tell it in the account's channel", "yes"), ("Only in the story and in digests", "no")]
GUESTS = [("Hold it back: the account's owner is told alone", "no"), ("They may read what is posted there", "yes")]
LINES = 20
RATES_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """What the overview shows: channels, routes (kind, value, channel), roles, and how many numbers are their own.

    `touch` is the reaction that logs a message as a touchpoint, and whether touchpoints are told in the channel.
    `rates` are the currency of figures, and the rates of others as they are written.
    `dismissed` are lines about alerts that were dismissed as wrong.
    """

    fallback_channel: str | None
    leadership_channel: str | None
    routes: Sequence[tuple[str, str, str]]
    own_numbers: int
    people: Sequence[tuple[str, str]]
    touch: tuple[str, bool] = ("memo", True)
    guests_may_read: bool = False
    rates: tuple[str, str] = ("USD", "")
    dismissed: str = ""


@dataclass(frozen=True, slots=True)
class NumberValue:
    """One number as it counts, all as written: for accounts of every tier, its default, and the tiers that differ."""

    name: str
    value: str
    default: str
    by_tier: Mapping[str, str]
    is_own: bool


def overview(shown: Shown) -> dict[str, Any]:
    """All settings at a glance, each with a button to change it."""
    routes = [f"• {kind} {text.name(value)}: {text.channel(channel)}" for kind, value, channel in shown.routes]
    people = [f"• {text.name(name)}: {role}" for name, role in shown.people]
    channels = (
        f"*Channels*\nCards with no other place: {text.channel(shown.fallback_channel)}\n"
        f"What leadership should see: {text.channel(shown.leadership_channel)}\n"
        f"Guests who are in an account's channel {'may read' if shown.guests_may_read else 'hold back'} "
        "what is posted there."
    )
    sections = [
        _part(channels, ActionId.SET_CHANNELS, "Change"),
        _part(_lines("*Routes* for accounts without a channel", routes, "None yet."), ActionId.SET_ROUTE, "Change"),
        _part(_lines("*Roles*", people, "Everyone is a rep."), ActionId.SET_ROLE, "Change"),
        _part(_touch(*shown.touch), ActionId.SET_TOUCH, "Change"),
        _part(_rates(*shown.rates), ActionId.SET_RATES, "Change"),
        blocks.section(f"*Days and other numbers*\n{_own(shown.own_numbers)}"),
        blocks.actions(
            *(blocks.button(group, f"{ActionId.SHOW_NUMBERS}:{n}", str(group)) for n, group in enumerate(NumberGroup))
        ),
    ]
    if shown.dismissed:
        sections.append(blocks.section(shown.dismissed))
    return form.modal(ViewId.SETTINGS, "Settings", sections)


def _rates(currency: str, kept: str) -> str:
    none = "None: figures tell each currency on its own."
    return f"*Currency rates* into {currency}\n{text.bounded(kept, RATES_SHOWN) if kept else none}"


def channels_form(fallback: str | None, leadership: str | None, guests_may_read: bool = False) -> dict[str, Any]:
    """Where cards go that have no other place, where leadership reads, and whether guests may read along."""
    fields = [
        form.channel("fallback", "Cards with no other place", fallback, "Invite the bot to this channel."),
        form.channel("leadership", "What leadership should see", leadership, "Invite the bot to this channel."),
        form.select(
            "guests",
            "If a guest is in an account's channel",
            GUESTS,
            "yes" if guests_may_read else "no",
            "A channel shared with another company stays silent either way.",
            optional=False,
        ),
    ]
    return form.modal(ViewId.SET_CHANNELS, "Channels", fields, "Save")


def route_form(segments: Sequence[str]) -> dict[str, Any]:
    """Where accounts of one segment or tier speak when they have no channel of their own."""
    known = [(f"Tier {tier}", f"tier:{tier}") for tier in Tier]
    known += [(f"Segment {text.plain(s, 60)}", f"segment:{s}") for s in segments if len(s) <= 140][: 100 - len(known)]
    fields = [
        form.select("group", "For which accounts?", known, optional=False),
        form.channel("channel", "Channel", hint="Empty takes the route away."),
    ]
    return form.modal(ViewId.SET_ROUTE, "Route", fields, "Save")


def role_form(role: str) -> dict[str, Any]:
    """What a person may do, and who their manager is, as someone with this role may say it."""
    given = ROLES if role == "admin" else ROLES[:-1]
    fields = [
        form.person("person", "Who?", optional=False),
        form.select("role", "Role", [(name, name) for name in given], optional=False),
        form.person("manager", "Their manager", hint="Empty leaves it as it is."),
    ]
    return form.modal(ViewId.SET_ROLE, "Role", fields, "Save")


def numbers_page(group: NumberGroup, values: Sequence[NumberValue]) -> dict[str, Any]:
    """The numbers of one group: what counts now, the default, the unit, and what each does, with a way to change it."""
    known = policy_numbers()
    rows = [
        blocks.section(
            f"*{known[one.name].title}*: {_counts(one, known[one.name])}\n{known[one.name].words.capitalize()}.",
            accessory=blocks.button("Change…", f"{ActionId.SET_NUMBER}:{place}", one.name),
        )
        for place, one in enumerate(values)
    ]
    return form.modal(ViewId.NUMBERS, group, rows, metadata=group)


def number_form(one: NumberValue) -> dict[str, Any]:
    """One number of the policy, with what counts now."""
    number = policy_numbers()[one.name]
    fields = [
        blocks.section(f"*{number.title}*: {_counts(one, number)}\n{number.words.capitalize()}.", block_id="facts"),
        form.select("tier", "For which accounts?", TIERS, EVERY_TIER, optional=False),
        form.words("value", f"New value, {number.unit}", hint=f"Such as {one.default}. Empty: back to the default."),
    ]
    return form.modal(ViewId.SET_NUMBER, "Change a number", fields, "Save", one.name)


def _counts(one: NumberValue, number: Number) -> str:
    """ "*120, 90, 60* days before the deadline (default 120, 90, 60, 30, 14, 7)"."""
    tiers = "; ".join(f"{tier} {value}" for tier, value in one.by_tier.items())
    differs = f", {tiers}" if tiers else ""
    default = f"default {one.default}" if one.is_own else "the default"
    return f"*{one.value}* {number.unit}{differs} ({default})"


def _own(number: int) -> str:
    if not number:
        return "All are the defaults. Each page says what counts now, and what it does."
    return f"{text.count(number, 'number')} of your own. Each page says what counts now, the default, and what it does."


def touch_form(reaction: str, echo: bool) -> dict[str, Any]:
    """Which reaction logs a message, and whether each touchpoint is told in the account's channel."""
    fields = [
        form.words(
            "reaction", "Reaction that logs a message", reaction, "An emoji's name, such as memo. Empty: none does."
        ),
        form.select("echo", "When a touchpoint is logged", ECHOES, "yes" if echo else "no", optional=False),
    ]
    return form.modal(ViewId.SET_TOUCH, "Touchpoints", fields, "Save")


def read_touch_settings(view: Mapping[str, Any]) -> tuple[str, bool]:
    """The reaction as written, and whether touchpoints are told in the channel."""
    fields = Fields(view)
    return fields.text("reaction"), fields.choice("echo") != "no"


def read_channels(view: Mapping[str, Any]) -> tuple[str | None, str | None, bool]:
    """Fallback and leadership channel, and whether guests may read along."""
    fields = Fields(view)
    return fields.channel("fallback"), fields.channel("leadership"), fields.choice("guests") == "yes"


def read_route(view: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Kind, value and channel of a route."""
    fields = Fields(view)
    kind, _, value = (fields.choice("group") or "").partition(":")
    return kind, value, fields.channel("channel")


def read_role(view: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Person, role and manager; raises FieldErrors when one is missing."""
    fields = Fields(view)
    who, role = fields.person("person"), fields.choice("role")
    if not who:
        fields.refuse("person", "Choose a person.")
    if not role:
        fields.refuse("role", "Choose a role.")
    fields.check()
    return who or "", role or "", fields.person("manager")


def read_number(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """Tier, name and value as written."""
    fields = Fields(view)
    return fields.choice("tier") or "", str(view.get("private_metadata") or ""), fields.text("value")


def _part(words: str, action: ActionId, label: str) -> Any:
    return blocks.section(words, accessory=blocks.button(label, action), block_id=str(action))


def _lines(title: str, lines: Sequence[str], empty: str) -> str:
    more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
    return "\n".join([title, *(lines[:LINES] or [empty]), *more])


def _touch(reaction: str, echo: bool) -> str:
    logs = f"A message with the reaction :{reaction}: is logged." if reaction else "No reaction logs a message."
    told = "Each is told in the account's channel." if echo else "They stand in the story and in digests only."
    return f"*Touchpoints*\n{logs} {told}"
