"""Every message the bot writes, by kind: facts in, text and blocks out. Pure: the same facts give the same message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.digests.messages import render_digest
from bot.follow_ups.messages import render_follow_up
from bot.handoffs.messages import render_handoff
from bot.health.messages import render_health_alert, render_health_line, render_health_prompt
from bot.posts.messages import render_moved_card
from bot.pulses.messages.card import render_pulse_card
from bot.pulses.messages.lines import render_pulse_red, render_pulse_summary, render_pulse_untouched
from bot.pulses.messages.reminders import render_pulse_reminder
from bot.renewals.messages.card import render_renewal_card
from bot.renewals.messages.notices import render_notice
from bot.renewals.messages.reminders import render_reminder
from bot.renewals.messages.thread_lines import render_story_line
from bot.slack.message import Message
from bot.story.messages.card import render_account_card
from bot.touchpoints.messages import render_touch_line

Render = Callable[[Mapping[str, Any]], Message]


def render_answer(facts: Mapping[str, Any]) -> Message:
    """An answer that was written when it was asked for, and goes by direct message."""
    return Message(facts["text"], list(facts.get("blocks", [])))


RENDERERS: dict[str, Render] = {
    "renewal_card": render_renewal_card,
    "card_moved": render_moved_card,
    "story_line": render_story_line,
    "notice": render_notice,
    "answer": render_answer,
    "account_card": render_account_card,
    "digest": render_digest,
    "reminder": render_reminder,
    "touch_line": render_touch_line,
    "follow_up": render_follow_up,
    "handoff": render_handoff,
    "pulse_card": render_pulse_card,
    "pulse_reminder": render_pulse_reminder,
    "pulse_summary": render_pulse_summary,
    "pulse_untouched": render_pulse_untouched,
    "pulse_red": render_pulse_red,
    "health_prompt": render_health_prompt,
    "health_line": render_health_line,
    "health_alert": render_health_alert,
}


def render(kind: str, facts: Mapping[str, Any]) -> Message:
    """The message for a post of this kind; KeyError for a kind that nobody renders."""
    return RENDERERS[kind](facts)


__all__ = ["RENDERERS", "Message", "render"]
