"""What insights bring: their library, and what happens at a customer, told ahead of its day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.insights import alerts, timeline, trigger_events
from bot.insights.job_kinds import ANNOUNCED, InsightJob
from bot.insights.messages import render_trigger
from bot.insights.samples import samples
from bot.models import TriggerEvent
from bot.posts.kinds import PostKind, has_ended
from bot.registry import Feature
from bot.slack.commands import Command

FEATURE = Feature(
    alerts=[alerts.TRIGGER],
    jobs={InsightJob.TRIGGER: trigger_events.run_triggers},
    announced=ANNOUNCED,
    subjects={
        "trigger": lambda account_id: select(TriggerEvent.id).where(
            TriggerEvent.account_id == account_id, TriggerEvent.ended_at.is_(None)
        )
    },
    posts={trigger_events.KIND: render_trigger},
    audience={trigger_events.KIND: PostKind(is_over=has_ended, lives_for=timedelta(days=60))},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    commands=[
        Command(
            "/insight",
            "Add something worth telling customers, or what happens at one; `/insight list` shows the library.",
            "[words and link]",
            "/insight New study on downtime https://example.com/study",
            takes_sentences=True,
        )
    ],
    replan=[trigger_events.replan_page],
)
