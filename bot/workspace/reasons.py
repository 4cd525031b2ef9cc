"""Why am I seeing this?: the rule behind an alert, its numbers and whose they are, and how they can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.policy import Policy, policy_numbers, written
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.workspace.alerts import AlertRule


@dataclass(frozen=True, slots=True)
class Setter:
    """Who set a number that is not the default, and on which day, as spoken.

    `by` is empty when no person did, `on` when it was set before that was kept.
    """

    by: str = ""
    on: str = ""


ROUTED: Mapping[str, str] = {
    "route": "The account has no channel of its own.",
    "owner": "The account has no channel.",
    "fallback": "The account has no channel, no route and no owner.",
    "shared": "The account's channel is shared with another company.",
    "guest": "A guest reads the account's channel.",
    "personal": "The account has no channel that only the team reads.",
}
"""Why a message stands in another place than the account's channel, in small print under it."""


def why_view(
    account: str,
    rule: AlertRule,
    policy: Policy,
    setters: Mapping[str, Setter],
    manages: bool,
    ask: str = "",
    coming: str = "",
) -> dict[str, Any]:
    """The answer, for a manager with a button to the settings, for anyone else with whom to ask.

    `setters` has the numbers that the workspace has set for itself, and who did. `ask` is the reader's manager,
    `coming` says what comes next.
    """
    parts = [blocks.section(f"*{text.name(account)}*\n{rule.rule}")]
    if rule.numbers:
        parts.append(blocks.section("\n".join(_number(name, policy, setters.get(name)) for name in rule.numbers)))
    if coming:
        parts.append(blocks.section(coming))
    if manages and rule.numbers:
        parts.append(blocks.actions(blocks.button("Change the numbers…", ActionId.SHOW_SETTINGS)))
    elif rule.numbers:
        parts.append(blocks.context(f"To change the numbers, ask {text.name(ask) if ask else 'a manager'}."))
    return form.modal(ViewId.WHY, "Why am I seeing this?", parts)


def coming_line(day: str, what: str) -> str:
    """ "Next on Mon 7 Dec: the pulse round closes."; `day` as spoken, empty when nothing is planned."""
    return f"Next on {day}: {what[:1].lower()}{what[1:]}." if day else "Nothing more of this kind is planned."


def _number(name: str, policy: Policy, setter: Setter | None) -> str:
    number = policy_numbers()[name]
    return f"• {number.title}: *{written(getattr(policy, name))}* {number.unit} ({whose(setter)})"


def whose(setter: Setter | None) -> str:
    """Who set a number: "set by Helen on Tue 3 Nov"; None: nobody did, it is the default."""
    if setter is None:
        return "the default"
    if not setter.on:
        return "set before it was kept who sets a number"
    return f"set by {text.name(setter.by)} on {setter.on}" if setter.by else f"set on {setter.on}"
