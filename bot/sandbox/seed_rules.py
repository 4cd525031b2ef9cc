"""What a seed must be, said so that whoever wrote the file finds the place: "users[0]: give real_name"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.world.people import SLACKBOT

PERSON_ID = re.compile(r"[UW][A-Z0-9]+")
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")
BOT_ID = "U0BOT"
ROOMS = ("workspace", "users", "channels", "usergroups")


@dataclass(frozen=True)
class Kind:
    """One kind of entry: what must be given as text, and what may be given besides."""

    needed: tuple[str, ...]
    texts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every field there is."""
        return (*self.needed, *self.texts, *self.flags, *self.lists)


WORKSPACE = Kind(("id", "name"), texts=("domain",))
PERSON = Kind(
    ("id", "name", "real_name"),
    texts=("role", "title", "email", "tz", "team_id", "status_text", "status_emoji"),
    flags=("is_admin", "is_guest", "is_single_channel_guest", "is_outsider", "is_stranger", "is_bot", "deleted"),
)
CHANNEL = Kind(
    ("id", "name"),
    texts=("topic", "creator"),
    flags=("is_private", "is_ext_shared", "is_pending_ext_shared", "is_mpim", "is_archived", "bot"),
    lists=("members", "connected_team_ids"),
)
GROUP = Kind(("id", "handle", "name"), lists=("users",))


def check_seed(source: Any) -> None:
    """Raise ValueError, naming the first place that is wrong and what to give there, unless this is a seed."""
    if not isinstance(source, dict):
        raise ValueError(f"The seed must be an object with {', '.join(ROOMS)}.")
    if unknown := sorted(set(source) - set(ROOMS)):
        raise ValueError(f"The seed has fields nobody knows: {', '.join(unknown)}. It takes {', '.join(ROOMS)}.")
    if "workspace" in source:
        _check_entry("workspace", source["workspace"], WORKSPACE)
    people = _entries(source, "users", PERSON)
    for place, person in people:
        _check_person(place, person)
    if not people:
        raise ValueError("users: give at least one person, with id, name and real_name.")
    ids = _different(people, "id")
    _different(people, "name")
    channels = _entries(source, "channels", CHANNEL)
    for place, channel in channels:
        _check_channel(place, channel, ids)
    _different(channels, "id")
    _different(channels, "name")
    for place, group in _entries(source, "usergroups", GROUP):
        _check_people(place, "users", group.get("users", []), ids)


def _entries(source: dict[str, Any], name: str, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """Each entry of a list with its place, every one checked."""
    found = source.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"{name}: give a list.")
    placed = [(f"{name}[{index}]", entry) for index, entry in enumerate(found)]
    for place, entry in placed:
        _check_entry(place, entry, kind)
    return placed


def _check_entry(place: str, entry: Any, kind: Kind) -> None:
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: give an object with {', '.join(kind.needed)}.")
    if unknown := sorted(set(entry) - set(kind.known)):
        raise ValueError(f"{place}: nobody knows {', '.join(unknown)}. It takes {', '.join(kind.known)}.")
    for name in kind.needed:
        if not entry.get(name):
            raise ValueError(f"{place}: give {name}.")
    for name, value in entry.items():
        if name in kind.flags and not isinstance(value, bool):
            raise ValueError(f"{place}: {name} must be true or false.")
        if name in kind.lists and not _is_texts(value):
            raise ValueError(f"{place}: {name} must be a list of ids.")
        if name in (*kind.needed, *kind.texts) and not isinstance(value, str):
            raise ValueError(f"{place}: {name} must be text in quotation marks.")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _check_person(place: str, person: dict[str, Any]) -> None:
    if not PERSON_ID.fullmatch(person["id"]):
        raise ValueError(f"{place}: id must be U and then capitals and digits, such as U0ANN.")
    if person["id"] in (BOT_ID, SLACKBOT):
        whose = "the bot's own id" if person["id"] == BOT_ID else "Slackbot's, who is always there"
        raise ValueError(f"{place}: {person['id']} is {whose}; give another one.")
    if "tz" in person and not _is_zone(person["tz"]):
        raise ValueError(f"{place}: nobody knows the zone {person['tz']!r}; give one such as Europe/Berlin.")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # a folder of zones, such as "Europe", is an OSError
        return False
    return True


def _check_channel(place: str, channel: dict[str, Any], people: set[str]) -> None:
    if not CHANNEL_ID.fullmatch(channel["id"]):
        raise ValueError(f"{place}: id must be C and then capitals and digits, such as C0GENERAL.")
    if "members" not in channel:
        raise ValueError(f"{place}: give members, a list of the ids of people.")
    _check_people(place, "members", channel["members"], people)


def _check_people(place: str, field: str, named: Iterable[str], people: set[str]) -> None:
    if BOT_ID in named:
        raise ValueError(
            f'{place}: leave {BOT_ID} out of {field}; the bot is in, unless the channel says "bot": false.'
        )
    if strangers := [one for one in named if one not in people]:
        raise ValueError(f"{place}: {field} names {', '.join(strangers)}, who is not among users.")


def _different(entries: list[tuple[str, dict[str, Any]]], field: str) -> set[str]:
    seen: dict[str, str] = {}
    for place, entry in entries:
        value = entry[field]
        if value in seen:
            raise ValueError(f"{place}: {seen[value]} has the {field} {value} already; give another one.")
        seen[value] = place
    return set(seen)
