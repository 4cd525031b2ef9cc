"""Why am I seeing this?: the rule behind an alert, its numbers and whose they are, and how they can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.policy import Policy, policy_numbers, written
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId


class AlertTopic(StrEnum):
    """What an alert is about, as its ⋯ names it."""

    PULSE = "pulse"
    PULSE_REMINDER = "pulse_reminder"
    PULSE_RED = "pulse_red"
    PULSE_STEP = "pulse_step"
    HEALTH = "health"
    HEALTH_RED = "health_red"
    SCORE = "score"
    HANDOFF = "handoff"
    CLAIM = "claim"
    REFERRAL = "referral"
    REFERRAL_THANKS = "referral_thanks"
    AUTOPSY = "autopsy"
    NURTURE = "nurture"
    TRIGGER = "trigger"
    FOLLOW_UP = "follow_up"
    GROWTH = "growth"
    ONE_OFF = "one_off"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What makes an alert come, in sentences, and the names of the policy's numbers that it goes by."""

    rule: str
    numbers: tuple[str, ...] = ()


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

RULES: Mapping[AlertTopic, AlertRule] = {
    AlertTopic.PULSE: AlertRule(
        "Everyone who keeps an account is asked from time to time how it is doing. Nobody sees an answer before all "
        "are in or the round closes.",
        ("pulse_every_days", "pulse_open_working_days", "pulse_time"),
    ),
    AlertTopic.PULSE_REMINDER: AlertRule(
        "You keep the account, its pulse is open, and your answer is missing. You are reminded once a round, about "
        "once a week of all rounds that wait; of a question that came as a direct message, on the last morning.",
        ("pulse_reminder_working_days", "pulse_open_working_days"),
    ),
    AlertTopic.PULSE_RED: AlertRule(
        "Somebody answered that the account is in danger. Its owner reads that at once, the owner's manager on the "
        "next working morning.",
    ),
    AlertTopic.PULSE_STEP: AlertRule(
        "The pulse showed danger, or two very different views, and nobody wrote down a next step. A next step, a touch "
        "or a health check stops it.",
        ("pulse_untouched_working_days",),
    ),
    AlertTopic.HEALTH: AlertRule(
        "A health check is due some time after the last one. It is asked for once, until one is recorded.",
        ("health_every_days",),
    ),
    AlertTopic.HEALTH_RED: AlertRule(
        "Somebody answered in a pulse that the account is in danger, so a health check is asked for now.",
        ("health_every_days",),
    ),
    AlertTopic.SCORE: AlertRule(
        "The health score fell far in a short time, or into a worse band. The owner is told.",
        ("score_fall", "score_fall_days", "bands"),
    ),
    AlertTopic.HANDOFF: AlertRule(
        "A handoff is told to who gives and who receives it. While it waits, the receiver is reminded once; then giver "
        "and manager hear. Accepting, returning or withdrawing it stops that.",
        ("handoff_reminder_working_days", "handoff_late_working_days"),
    ),
    AlertTopic.CLAIM: AlertRule(
        "Somebody wrote down what a competitor claims. The account's team reads it once; if it has no answer after a "
        "few working days, the owner's manager hears. An answer stops that.",
        ("claim_answer_working_days",),
    ),
    AlertTopic.REFERRAL: AlertRule(
        "You keep the account, and this is a good moment: a green pulse was heard from the customer, or its health is "
        "high and it has been quiet; nothing is unpaid, no promise is overdue, and touches do not come only before "
        "deadlines. The same person is suggested again after the pause at the earliest.",
        (
            "referral_green_days",
            "referral_score",
            "referral_quiet_days",
            "referral_near_percent",
            "referral_hint_days",
            "referral_pause_days",
        ),
    ),
    AlertTopic.REFERRAL_THANKS: AlertRule(
        "Somebody at the customer named somebody to us, and nobody has said thank you. You are reminded once. Thanked "
        "stops it.",
        ("referral_thank_working_days",),
    ),
    AlertTopic.AUTOPSY: AlertRule(
        "A renewal was lost, or signed for at least a third less a year. What came in the 12 months before is laid out "
        "once, where the account speaks and for the owner's manager, and both are asked what would have helped. "
        "Undoing the loss withdraws it.",
        ("touch_every_days",),
    ),
    AlertTopic.NURTURE: AlertRule(
        "Each account hears something worth knowing from time to time, apart from any newsletter. It is proposed to "
        "the account's owner, one a day at most; never while the account is in danger or escalated, or a promise to "
        "it is overdue. Nothing is proposed for an account twice.",
        ("nurture_every_days", "nurture_own_one_in", "insight_fresh_days"),
    ),
    AlertTopic.TRIGGER: AlertRule(
        "Somebody wrote down what happens at this customer, and on which day. Its team is told ahead of that day, once "
        "for each time it happens.",
        ("trigger_lead_days",),
    ),
    AlertTopic.FOLLOW_UP: AlertRule(
        "Something is to be done for the account by a day. Whoever is to do it hears of it when a colleague writes it "
        "down for them and on the morning of that day; of what nobody is to do yet, the account's owner hears. A "
        "promise that nobody called kept by the end of its day counts as broken, which the account's owner hears too.",
    ),
    AlertTopic.GROWTH: AlertRule(
        "You own the account, and something speaks for more: it is well and its seats or its usage grow, or customers "
        "like it have a product that it has not. You get one such proposal a week at most, and none while the account "
        "is red, a promise is overdue or something was escalated.",
        (
            "growth_score",
            "growth_score_days",
            "growth_seat_days",
            "growth_usage_percent",
            "growth_peer_percent",
            "growth_escalation_days",
            "growth_again_days",
        ),
    ),
    AlertTopic.ONE_OFF: AlertRule(
        "You own the account, and one-off work was delivered there. It has no renewal, so you are asked a few times "
        "what has changed. An answer stops that, and so does a contract that renews.",
        ("requalify_days",),
    ),
}


def why_option(topic: AlertTopic, account_id: int, number: int = 0) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that tells why it came.

    `number` is that of the one thing it is about, where an account may have several: a handoff or a follow-up.
    """
    value = f"{topic}:{account_id}:{number}" if number else f"{topic}:{account_id}"
    return "Why am I seeing this?", ActionId.WHY, value


def dismiss_option(about: str, number: int, account_id: int) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that says it is wrong: renewal, pulse, health or handoff, and the number of that."""
    return "Dismiss: wrong…", ActionId.DISMISS, f"{about}:{number}:{account_id}"


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
