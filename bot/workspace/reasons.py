"""Why am I seeing this?: the rule behind an alert, its numbers and whose they are, and how they can be changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    GROWTH = "growth"
    ONE_OFF = "one_off"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What makes an alert come, in sentences, and the names of the policy's numbers that it goes by."""

    rule: str
    numbers: tuple[str, ...] = ()


RULES: Mapping[AlertTopic, AlertRule] = {
    AlertTopic.PULSE: AlertRule(
        "Everyone who keeps an account is asked from time to time how it is doing. Nobody sees an answer before all "
        "are in or the round closes.",
        ("pulse_every_days", "pulse_open_working_days", "pulse_time"),
    ),
    AlertTopic.PULSE_REMINDER: AlertRule(
        "You keep the account, its pulse is open, and your answer is missing. You are reminded once a round.",
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
    AlertTopic.GROWTH: AlertRule(
        "You own the account, and something speaks for more: it is well and its seats grow, or customers like it have "
        "a product that it has not. You get one such proposal a week at most, and none while the account is red, a "
        "promise is overdue or something was escalated.",
        (
            "growth_score",
            "growth_score_days",
            "growth_seat_days",
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


def why_option(topic: AlertTopic, account_id: int) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that tells why it came."""
    return "Why am I seeing this?", ActionId.WHY, f"{topic}:{account_id}"


def dismiss_option(about: str, number: int, account_id: int) -> tuple[str, str, str]:
    """The choice in an alert's ⋯ that says it is wrong: renewal, pulse, health or handoff, and the number of that."""
    return "Dismiss: wrong…", ActionId.DISMISS, f"{about}:{number}:{account_id}"


def why_view(
    account: str,
    rule: AlertRule,
    policy: Policy,
    chosen: Collection[str],
    manages: bool,
    ask: str = "",
    coming: str = "",
) -> dict[str, Any]:
    """The answer, for a manager with a button to the settings, for anyone else with whom to ask.

    `chosen` are the numbers that the workspace has set for itself; who did is not kept. `ask` is the reader's manager,
    `coming` the next alert of the kind, where one is known.
    """
    parts = [blocks.section(f"*{text.name(account)}*\n{rule.rule}")]
    if rule.numbers:
        parts.append(blocks.section("\n".join(_number(name, policy, name in chosen) for name in rule.numbers)))
    if coming:
        parts.append(blocks.section(coming))
    if manages and rule.numbers:
        parts.append(blocks.actions(blocks.button("Change the numbers…", ActionId.SHOW_SETTINGS)))
    elif rule.numbers:
        parts.append(blocks.context(f"To change the numbers, ask {text.name(ask) if ask else 'a manager'}."))
    return form.modal(ViewId.WHY, "Why am I seeing this?", parts)


def _number(name: str, policy: Policy, is_chosen: bool) -> str:
    whose = "your workspace's setting" if is_chosen else "the default"
    number = policy_numbers()[name]
    return f"• {number.title}: *{written(getattr(policy, name))}* {number.unit} ({whose})"
