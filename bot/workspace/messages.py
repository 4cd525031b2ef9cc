"""What the bot can do, as buttons, by role; and for admins what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack import blocks, text
from bot.slack.commands import COMMANDS, Command
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

_INTRO = "I keep one card for each renewal, in the account's channel, until it is signed and paid."
_DO = {
    "rep": "On a card you take a renewal on, say what has moved, or let it rest for some days.",
    "support": "You are on your accounts' teams: when you hear something about a renewal, say so on its card.",
    "manager": "You may act on every renewal. You hear of those that nobody takes or that stand still.",
    "admin": "You may act on every renewal, change settings, and see what could not be sent.",
}
AT_ONCE = 10
"""Lines of one paragraph of the commands."""

_ROLES = {"rep": "a rep", "support": "in support", "manager": "a manager", "admin": "an admin"}


@dataclass(frozen=True, slots=True)
class Unsent:
    """One message that could not be sent: what it was, where to, why, since when."""

    kind: str
    place: str
    reason: str
    since: str
    id: int = 0


def help_for(role: str, unsent: int = 0) -> Message:
    """What this person can do now. `unsent` messages could not be sent; admins are told."""
    lines = [
        _INTRO,
        _DO[role],
    ]
    head = f"*What you can type* (you are {_ROLES[role]} here)"
    daily = command_lines(role, [one for one in COMMANDS if one.is_daily])
    foot = "In an account's own channel its name is not needed. A message is logged by its menu, or by :memo:."
    buttons = [
        blocks.button("My renewals", ActionId.SHOW_MY_RENEWALS, style="primary"),
        blocks.button("Update a renewal", ActionId.PICK_RENEWAL),
        blocks.button("All commands", ActionId.SHOW_COMMANDS),
    ]
    if role in ("manager", "admin"):
        buttons.append(blocks.button("Settings", ActionId.SHOW_SETTINGS))
    if role == "admin":
        buttons.append(blocks.button(f"Not sent ({unsent})", ActionId.SHOW_DEAD_POSTS))
    shown = [blocks.section("\n".join(lines)), blocks.section("\n".join([head, *daily, foot]))]
    told = " ".join([*lines, head, *daily, foot]).replace("*", "")
    return message(told, [*shown, blocks.actions(*buttons)])


def all_commands(role: str) -> Message:
    """Every command that this person can type, a line each."""
    lines = [f"*All that you can type* (you are {_ROLES[role]} here)", *command_lines(role, COMMANDS)]
    parts = [blocks.section("\n".join(lines[at : at + AT_ONCE])) for at in range(0, len(lines), AT_ONCE)]
    return message(" ".join(lines).replace("*", ""), parts)


def command_lines(role: str, commands: Sequence[Command]) -> list[str]:
    """What someone in this role can type of these commands, from the table that Slack's manifest is made of."""
    lines = []
    for command in commands:
        lines.append(f"• `{command.example}` {_sentence(command.does)}")
        lines += [f"• `{more.example}` {_sentence(more.about)}" for more in command.more if role in more.roles]
    return lines


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def unknown_word(word: str, role: str) -> Message:
    """`/retention` with a word behind it that it does not know."""
    example = "`/retention` or `/retention settings`" if role in ("manager", "admin") else "`/retention`"
    words = f"I do not know “{text.name(word)}”. Write {example}."
    return message(words, [blocks.section(words)])


def unsent_messages(posts: Sequence[Unsent], total: int) -> Message:
    """What could not be sent, and why, with a button to try again."""
    if not posts:
        return message("Everything could be sent.", [blocks.section("Everything could be sent.")])
    intro = f"{text.count(total, 'message')} could not be sent. Mend the cause, then try again."
    parts = [blocks.section(intro)]
    said = [f"*{_KINDS.get(post.kind, 'Message')}* for {post.place}, {post.since}" for post in posts]
    for number, (post, head) in enumerate(zip(posts, said, strict=True)):
        words = f"{head}\n{text.typed(post.reason)}"
        again = blocks.button("Try again", numbered(ActionId.RETRY_POST, number), post.id)
        parts.append(blocks.section(words, again if post.id else None))
    parts.append(blocks.actions(blocks.button("Try all again", ActionId.RETRY_POST, style="primary")))
    spoken = [
        f"{head}: {text.sentence(post.reason)}".replace("*", "") for head, post in zip(said[:5], posts[:5], strict=True)
    ]
    return message(" ".join([intro, *spoken]), parts)


_KINDS = {
    "renewal_card": "Renewal card",
    "card_moved": "Line where a renewal card stood",
    "card_back": "Line under a card that came back",
    "channel_closed": "Word of a channel that others read",
    "story_line": "Line in a card's thread",
    "notice": "Notice",
    "escalations": "Renewals that need someone",
    "renewal_question": "Question about a renewal",
}
