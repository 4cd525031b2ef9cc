"""What a select starts with must be there: a person, a channel, a conversation of this workspace."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.strict.shapes import note
from bot.sandbox.world.fields import elements_of
from bot.sandbox.world.workspace import World

USERS = ("initial_user", "initial_users")
CHANNELS = ("initial_channel", "initial_channels")
CONVERSATIONS = ("initial_conversation", "initial_conversations")


def check_initial(world: World, blocks: list[Any], path: str, code: str) -> None:
    """Raise the SlackError `code`, naming each select that starts with what is not there."""
    findings: list[str] = []
    for index, block in enumerate(blocks):
        for element in elements_of(block):
            for name in (*USERS, *CHANNELS, *CONVERSATIONS):
                for one in _listed(element.get(name)):
                    if not _is_there(world, name, one):
                        note(findings, f"{path}/{index}", f"invalid {name}: {one}")
    if findings:
        raise SlackError(code, errors=findings, response_metadata={"messages": findings})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_there(world: World, name: str, id: Any) -> bool:
    if name in USERS:
        return id in world.users
    channel = world.channels.get(id)
    return channel is not None and (name in CONVERSATIONS or channel.kind == "public_channel")
