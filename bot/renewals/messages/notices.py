"""What one person, or the leadership channel, is told apart from the card: why, and what would have stopped it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.accounts.messages import render_while_away
from bot.posts.notices import Notice
from bot.renewals.line_codes import IN_THE_MORNING
from bot.renewals.messages.escalations import render_alone
from bot.renewals.messages.thread_lines import window
from bot.renewals.rules.stages import Stage, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message

Details = Mapping[str, str]


def render_notice(facts: Mapping[str, Any]) -> Message:
    """The notice, with a button to the renewal when it is about one."""
    if facts["code"] == "while_away":
        return render_while_away(facts)
    notice = Notice.from_facts(facts)
    if notice.code in IN_THE_MORNING:
        return render_alone(notice)
    build, why = _NOTICES[notice.code]
    words = build(text.name(notice.account), notice.details)
    if notice.details.get("away_until") and notice.details.get("instead_of"):
        why = f"{why} {_is_away(notice.details)}"
    elif notice.details.get("instead_of"):
        why = f"{why} {text.name(notice.details['instead_of'])} is away."
    asks = notice.code == "owner_away"
    menu = blocks.menu(("Why am I seeing this?", ActionId.WHY_RENEWAL, notice.renewal_id or 0)) if asks else None
    parts = [blocks.section(words, accessory=menu), blocks.context(why)]
    if notice.renewal_id is not None:
        parts.append(blocks.actions(blocks.button("Update…", ActionId.UPDATE_RENEWAL, notice.renewal_id)))
    return message(f"{words} {why}".replace("*", ""), parts)


def _owner_away(account: str, details: Details) -> str:
    return (
        f"*{account}*: {_person(details, 'owner')}, who owns it, is away. {window(details)}. "
        f"Stage: {label(Stage(details['stage']))}. On it: {_person(details, 'claimed_by')}."
    )


def _unheard(account: str, details: Details) -> str:
    away = details.get("away_until")
    whose = (
        f"{text.away(_person(details, 'owner'), away, details['as_of'])} No stand-in, manager or teammate is there."
        if away
        else "Its owner has left, or it has none, and no manager or teammate is there."
    )
    return f"*{account}*: nobody would hear of this renewal. {whose} {window(details)}."


def _unheard_accounts(account: str, details: Details) -> str:
    count = int(details["count"])
    owner, away = details.get("owner"), details.get("away_until")
    whose = text.away(owner, away, details["as_of"]) if owner and away else ""
    if not whose:
        whose = f"{text.name(owner)}, who owned them, has left." if owner else "They have no owner here."
    more = f" and {text.count(int(details['more']), 'more')}" if details.get("more", "0") != "0" else ""
    return (
        f"*Nobody would hear of {text.count(count, 'account')}.* {whose} No stand-in, manager or teammate is there: "
        f"{text.typed(details['accounts'], 500)}{more}."
    )


def _is_away(details: Details) -> str:
    return text.away(details["instead_of"], details["away_until"], details["as_of"])


def _nowhere(account: str, details: Details) -> str:
    return (
        f"*{account}*: its renewal card has nowhere to go. The account has no channel, no route and no owner, "
        "and there is no fallback channel. Set one with `/retention settings`."
    )


def _evergreen(account: str, details: Details) -> str:
    as_of = details["as_of"]
    name = text.name(details.get("contract") or "Contract")
    since = f" since {text.day(details['began'], as_of)}" if details.get("began") else ""
    value = f", {text.money(details['value'], details['currency'])} a year" if details.get("value") else ""
    notice = f" Either side can end it with {details['notice']} of notice." if details.get("notice") else ""
    following = f" The next review is on {text.day(details['next_review'], as_of)}." if "next_review" in details else ""
    return (
        f"*{account}*: the yearly review of {name} is due. It has run{since}{value}, and has no end date.{notice} "
        f"Is its price still right, and what it covers? Owner: {_person(details, 'owner')}.{following}"
    )


def _rolled(account: str, details: Details) -> str:
    return f"*{account}*: the contract renewed itself."


def _dead_posts(account: str, details: Details) -> str:
    return f"*Messages could not be sent.*{_why(details)} Send `/retention` to see them and to try again."


def _workspace_stopped(account: str, details: Details) -> str:
    return f"*Nothing is sent any more.*{_why(details)} On the server, `python -m bot doctor` says what to do."


def _job_failed(account: str, details: Details) -> str:
    return (
        "*Something the bot had planned failed.* It is tried again, later and later. "
        f"{text.sentence(details['reason'])} "
        "On the server, `python -m bot doctor` says what waits."
    )


def _why(details: Details) -> str:
    return f" Why: {text.sentence(details['reason'])}" if details.get("reason") else ""


def _person(details: Details, name: str) -> str:
    return text.name(details[name]) if details.get(name) else "nobody"


_ADMIN = "For admins."
_NOTICES: dict[str, tuple[Callable[[str, Details], str], str]] = {
    "owner_away": (_owner_away, "Its card is in the owner's direct messages."),
    "unheard": (_unheard, f"{_ADMIN} Name a stand-in or another owner: a manager can, by `/handoff`."),
    "unheard_accounts": (
        _unheard_accounts,
        f"{_ADMIN} A stand-in is named in *My settings*, in one's Home tab; a manager in `/retention settings`.",
    ),
    "nowhere": (_nowhere, _ADMIN),
    "evergreen": (_evergreen, "It has no renewal date, so nothing else reminds you of it."),
    "rolled": (_rolled, "Its renewal date has come and nobody said no."),
    "dead_posts": (_dead_posts, _ADMIN),
    "workspace_stopped": (_workspace_stopped, _ADMIN),
    "job_failed": (_job_failed, _ADMIN),
}
