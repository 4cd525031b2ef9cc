"""What health brings: the score and its alerts, prompts for checks, and the checks themselves."""

from __future__ import annotations

from datetime import timedelta

from bot.accounts.events import AccountLearned
from bot.accounts.overview_parts import OverviewPart
from bot.follow_ups.events import FollowUpChanged
from bot.health import alerts, overview, prompts, request_rescore, timeline
from bot.health.job_kinds import ANNOUNCED, HealthJob
from bot.health.jobs import begin_night, run_night, run_score, score_page
from bot.health.messages import render_health_alert, render_health_line, render_health_prompt
from bot.health.prompts import prompt_page, run_health_due
from bot.health.samples import samples
from bot.health.score_alert import run_score_alert
from bot.posts.kinds import PostKind, has_ended
from bot.registry import Feature
from bot.slack.commands import Command
from bot.touchpoints.events import ContactTakenBack, CustomerContacted

FEATURE = Feature(
    alerts=[alerts.HEALTH, alerts.HEALTH_RED, alerts.SCORE],
    jobs={
        HealthJob.CHECK_DUE: run_health_due,
        HealthJob.SCORE: run_score,
        HealthJob.SCORE_ALERT: run_score_alert,
        HealthJob.SCORE_NIGHT: run_night,
    },
    announced=ANNOUNCED,
    posts={
        "health_prompt": render_health_prompt,
        "health_line": render_health_line,
        "health_alert": render_health_alert,
    },
    audience={"health_prompt": PostKind(is_over=has_ended, comes_back=True, lives_for=timedelta(days=30))},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    overview=[
        OverviewPart(overview.CHANGES, 21, overview.tell_changes),
        OverviewPart(overview.SECTION, 41, overview.tell),
    ],
    commands=[Command("/health", "Write down a talk about how it is going.", "[account]", "/health acme")],
    listeners={
        AccountLearned: [request_rescore.on_account_learned],
        CustomerContacted: [request_rescore.on_contact],
        ContactTakenBack: [request_rescore.on_contact],
        FollowUpChanged: [request_rescore.on_follow_up_changed],
    },
    at_night=[begin_night],
    each_night=[prompt_page],
    replan=[prompts.replan_page, score_page],
)
