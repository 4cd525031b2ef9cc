"""What one person, or the leadership channel, is told apart from the card: why, and what would have stopped it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.rules.cards import Notice
from bot.rules.stages import Stage, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.messages.message import Message, message
from bot.slack.messages.story_lines import date_came, window

Details = Mapping[str, str]


def render_notice(facts: Mapping[str, Any]) -> Message:
    """The notice, with a button to the renewal when it is about one."""
    notice = Notice.from_facts(facts)
    build, why = _NOTICES[notice.code]
    words = build(text.name(notice.account), notice.details)
    if notice.details.get("instead_of"):
        why = f"{why} It comes to you because {text.name(notice.details['instead_of'])} is away."
    if missing := _MISSING.get(notice.details.get("missing", "")):
        why = f"{why} It comes here because {missing}."
    parts = [blocks.section(words), blocks.context(why)]
    if notice.renewal_id is not None:
        parts.append(blocks.actions(blocks.button("Update…", ActionId.UPDATE_RENEWAL, notice.renewal_id)))
    return message(f"{words} {why}".replace("*", ""), parts)


def _unclaimed(account: str, details: Details) -> str:
    return f"*{account}*: nobody is on this renewal. {window(details)}. Owner: {_person(details, 'owner')}."


def _stuck(account: str, details: Details) -> str:
    stage = label(Stage(details["stage"]))
    since = text.day(details["stage_since"], details["as_of"])
    return (
        f"*{account}*: this renewal has stood at {stage} since {since}. {window(details)}. "
        f"Owner: {_person(details, 'owner')}. On it: {_person(details, 'claimed_by')}."
    )


def _overdue(account: str, details: Details) -> str:
    came = date_came(details)
    return (
        f"*{account}*: {came[0].lower()}{came[1:]}, and nothing is signed. "
        f"Stage: {label(Stage(details['stage']))}. Owner: {_person(details, 'owner')}."
    )


def _owner_away(account: str, details: Details) -> str:
    return (
        f"*{account}*: {_person(details, 'owner')}, who owns it, is away until after the deadline. {window(details)}. "
        f"Stage: {label(Stage(details['stage']))}. On it: {_person(details, 'claimed_by')}."
    )


def _unpaid(account: str, details: Details) -> str:
    began = text.day(details["renewal_date"], details["as_of"])
    return (
        f"*{account}*: the new term began on {began}, {text.distance(details['renewal_date'], details['as_of'])}, "
        f"and it is not paid. Stage: {label(Stage(details['stage']))}. Owner: {_person(details, 'owner')}."
    )


def _nowhere(account: str, details: Details) -> str:
    return (
        f"*{account}*: its renewal card has nowhere to go. The account has no channel, no route and no owner, "
        "and there is no fallback channel. Set one with `/retention settings`."
    )


def _rolled(account: str, details: Details) -> str:
    return f"*{account}*: the contract renewed itself."


def _dead_posts(account: str, details: Details) -> str:
    return f"*Messages could not be sent.*{_why(details)} Send `/retention` to see them and to try again."


def _workspace_stopped(account: str, details: Details) -> str:
    return f"*Nothing is sent any more.*{_why(details)} On the server, `python -m bot doctor` says what to do."


def _thought_failed(account: str, details: Details) -> str:
    return (
        "*Something the bot had planned failed.* It is tried again, later and later. "
        f"{text.sentence(details['reason'])} "
        "On the server, `python -m bot doctor` says what waits."
    )


def _why(details: Details) -> str:
    return f" Why: {text.sentence(details['reason'])}" if details.get("reason") else ""


def _person(details: Details, name: str) -> str:
    return text.name(details[name]) if details.get(name) else "nobody"


_MISSING = {
    "owner": "the account has no owner here",
    "manager": "its owner has no manager here",
    "leadership": "no leadership channel is set",
}
_CHANGE = "Change the days: `/retention settings`."
_ADMIN = "You get this because you are an admin here."
_NOTICES: dict[str, tuple[Callable[[str, Details], str], str]] = {
    "unclaimed": (_unclaimed, f"Why: nobody has taken it on. {_CHANGE}"),
    "stuck": (_stuck, f"Why: the deadline is near and the stage stands still. A new stage stops it. {_CHANGE}"),
    "overdue": (
        _overdue,
        f"Why: the date has come. Signed, lost or a new date stops it. {_CHANGE}",
    ),
    "unpaid": (_unpaid, f"Why: it is not marked paid. {_CHANGE}"),
    "owner_away": (_owner_away, f"Why: a reminder was due, and its card is in the owner's direct messages. {_CHANGE}"),
    "nowhere": (_nowhere, _ADMIN),
    "rolled": (_rolled, "Why: its renewal date has come and nobody said no."),
    "dead_posts": (_dead_posts, _ADMIN),
    "workspace_stopped": (_workspace_stopped, _ADMIN),
    "thought_failed": (_thought_failed, _ADMIN),
}
