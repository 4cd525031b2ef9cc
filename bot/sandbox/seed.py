"""The workspace a newcomer finds: made-up people, made-up customers. A seed is JSON, so anyone can bring their own."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.seed_rules import check_seed
from bot.sandbox.world.channels import Channel
from bot.sandbox.world.people import SLACKBOT, User
from bot.sandbox.world.workspace import World

REPS = ["U0REP1", "U0REP2"]
CARE = ["U0SUP1", "U0IMP1"]
LEADS = ["U0MGR1", "U0ADM1"]
TEAM = [*REPS, *CARE, *LEADS]
OUTSIDE_TEAM = "T0MERIDIAN"


@dataclass(frozen=True)
class Seed:
    """What the workspace starts with; each field holds JSON objects as documented by the default below."""

    workspace: dict[str, str] = field(default_factory=lambda: {"id": "T0PERENNIAL", "name": "Larkfield"})
    users: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    usergroups: list[dict[str, Any]] = field(default_factory=list)


def _person(
    id: str, name: str, real_name: str, role: str, title: str, tz: str = "Europe/Berlin", **more: Any
) -> dict[str, Any]:
    email = f"{name}@larkfield.example"
    return {
        "id": id,
        "name": name,
        "real_name": real_name,
        "role": role,
        "title": title,
        "tz": tz,
        "email": email,
    } | more


def _account(id: str, name: str, topic: str, *members: str) -> dict[str, Any]:
    return {"id": id, "name": f"acc-{name}", "topic": topic, "members": [*members, *LEADS]}


PEOPLE = [
    _person("U0REP1", "dana", "Dana Whitlock", "rep", "Account executive, enterprise"),
    _person("U0REP2", "marco", "Marco Bellini", "rep", "Account executive, growth", "Europe/Rome"),
    _person("U0SUP1", "priya", "Priya Raman", "support", "Support lead", "Europe/London"),
    _person("U0IMP1", "jonas", "Jonas Lindqvist", "support", "Implementation consultant", "Europe/Stockholm"),
    _person("U0MGR1", "helen", "Helen Osei", "manager", "Head of customer success", "Europe/London"),
    _person("U0ADM1", "tomas", "Tomás Ferreira", "admin", "Workspace admin", "Europe/Lisbon", is_admin=True),
    _person("U0GST1", "kim", "Kim Adler", "guest", "Freelance writer", is_guest=True),
    _person(
        "U0OUT1",
        "ruth",
        "Ruth Nakamura",
        "outsider",
        "Operations director at Meridian Freight",
        "America/New_York",
        is_outsider=True,
        team_id=OUTSIDE_TEAM,
        email="ruth@meridianfreight.example",
    ),
    {"id": "U0CRM", "name": "crm", "real_name": "CRM", "role": "bot", "is_bot": True},
]

ROOMS: list[dict[str, Any]] = [
    {
        "id": "C0ALERTS",
        "name": "retention-alerts",
        "topic": "Where alerts go that have no other place",
        "members": TEAM,
    },
    {
        "id": "C0LEADERS",
        "name": "leadership",
        "topic": "What needs a decision",
        "members": LEADS,
        "is_private": True,
    },
    {
        "id": "C0ENTERPRISE",
        "name": "cs-enterprise",
        "topic": "Enterprise customers",
        "members": TEAM,
    },
    {
        "id": "C0MIDMARKET",
        "name": "cs-midmarket",
        "topic": "Mid-market customers, side by side",
        "members": TEAM,
    },
    _account("C0ACME", "acme", "Acme Robotics", "U0REP1", "U0SUP1", "U0IMP1"),
    _account("C0BRIGHT", "brightwater", "Brightwater Utilities", "U0REP1", "U0SUP1"),
    _account("C0CEDAR", "cedar-health", "Cedar Health", "U0REP1", "U0SUP1", "U0IMP1"),
    _account("C0DELTA", "deltaforge", "Deltaforge Steel", "U0REP2", "U0SUP1"),
    _account("C0ELMWOOD", "elmwood", "Elmwood Foods", "U0REP2", "U0IMP1"),
    _account("C0FENWICK", "fenwick", "Fenwick & Rowe Legal", "U0REP2", "U0SUP1"),
    _account("C0GRANITE", "granite-peak", "Granite Peak Outdoor", "U0REP1", "U0SUP1"),
    _account(
        "C0HARBOR",
        "harborline",
        "Harborline Shipping (a freelance writer is a guest here)",
        "U0REP2",
        "U0SUP1",
        "U0IMP1",
        "U0GST1",
    ),
    _account("C0IVORY", "ivory-bank", "Ivory Coast Bank", "U0REP1", "U0SUP1"),
    _account("C0JUNIPER", "juniper", "Juniper Learning", "U0REP2", "U0IMP1"),
    _account("C0KESTREL", "kestrel-air", "Kestrel Air", "U0REP1", "U0SUP1"),
    {
        **_account("C0MERIDIAN", "meridian", "Meridian Freight (shared with them)", "U0REP1", "U0SUP1", "U0OUT1"),
        "is_ext_shared": True,
        "connected_team_ids": [OUTSIDE_TEAM],
    },
    {
        "id": "C0RANDOM",
        "name": "random",
        "topic": "The bot is not in here",
        "members": [*TEAM, "U0GST1"],
        "bot": False,
    },
]

GROUPS = [
    {
        "id": "S0CARE",
        "handle": "customer-care",
        "name": "Customer care",
        "users": [*CARE],
    }
]

DEFAULT = Seed(users=PEOPLE, channels=ROOMS, usergroups=GROUPS)


def read_seed(source: Seed | dict[str, Any] | None) -> Seed:
    """A seed from JSON; what it does not name is empty, and None is the default workspace.

    Raises ValueError, which names the place and what to give there.
    """
    if source is None:
        return DEFAULT
    if isinstance(source, Seed):
        return source
    check_seed(source)
    return Seed(**source)


def build_world(seed: Seed, clock: SandboxClock, base_url: str, bot_name: str) -> World:
    """Make the workspace a seed describes. The bot is in every channel that does not say `"bot": false`."""
    team_id = seed.workspace["id"]
    bot = User("U0BOT", bot_name.lower().replace(" ", "-"), bot_name, "bot", is_bot=True, team_id=team_id)
    bot.bot_id = "B0BOT"
    name = seed.workspace["name"]
    domain = seed.workspace.get("domain", name.lower().replace(" ", "-"))
    world = World(clock, team_id, name, domain, base_url, "A0APP", bot)
    world.users[SLACKBOT] = User(SLACKBOT, "slackbot", "Slackbot", "bot", team_id=team_id)
    world.users[bot.id] = bot
    for person in seed.users:
        world.users[person["id"]] = User(**{"team_id": team_id, **person})
    created = int(clock.now().timestamp())
    for room in seed.channels:
        stays_out = room.get("bot") is False
        known = {key: value for key, value in room.items() if key != "bot"}
        members = [*room["members"], *([] if stays_out else [bot.id])]
        world.channels[room["id"]] = Channel(**{**known, "members": members, "created": created})
    world.usergroups = [dict(group) for group in seed.usergroups]
    return world
