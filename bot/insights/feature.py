"""What insights bring: their library, and what happens at a customer, told ahead of its day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.core.person import Person
from bot.insights import timeline, trigger_events
from bot.insights.facts import TriggerNotice
from bot.insights.job_kinds import ANNOUNCED, InsightJob
from bot.insights.messages import render_trigger
from bot.models import TriggerEvent
from bot.posts.kinds import PostKind, has_ended
from bot.registry import Feature
from bot.slack.commands import Command

FEATURE = Feature(
    jobs={InsightJob.TRIGGER: trigger_events.run_triggers},
    announced=ANNOUNCED,
    subjects={
        "trigger": lambda account_id: select(TriggerEvent.id).where(
            TriggerEvent.account_id == account_id, TriggerEvent.ended_at.is_(None)
        )
    },
    posts={trigger_events.KIND: render_trigger},
    examples={
        trigger_events.KIND: TriggerNotice(
            7,
            3,
            "Acme Robotics",
            "year_end",
            "2026-03-31",
            "2026-03-02",
            "What is not ordered by then waits for a new budget.",
            "Budgets close two weeks before",
            "The price for the second plant, in writing",
            True,
            by=Person("U1", "Dana Whitlock"),
        )
    },
    audience={trigger_events.KIND: PostKind(is_over=has_ended, lives_for=timedelta(days=60))},
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
