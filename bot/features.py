"""The features of this bot: the only file that knows all of them."""

from __future__ import annotations

from bot import registry
from bot.accounts import return_summary, unreachable
from bot.agenda import sweep
from bot.agenda.job_kinds import UpkeepJob
from bot.autopsies.feature import FEATURE as AUTOPSIES
from bot.competitors.feature import FEATURE as COMPETITORS
from bot.digests.feature import FEATURE as DIGESTS
from bot.feedback.feature import FEATURE as FEEDBACK
from bot.follow_ups.feature import FEATURE as FOLLOW_UPS
from bot.forecast.feature import FEATURE as FORECAST
from bot.handoffs.feature import FEATURE as HANDOFFS
from bot.health.feature import FEATURE as HEALTH
from bot.home.feature import FEATURE as HOME
from bot.insights.feature import FEATURE as INSIGHTS
from bot.metrics.feature import FEATURE as METRICS
from bot.nurture.feature import FEATURE as NURTURE
from bot.opportunities.feature import FEATURE as OPPORTUNITIES
from bot.people.feature import FEATURE as PEOPLE
from bot.plans.feature import FEATURE as PLANS
from bot.posts import closed_channels, relocate
from bot.posts import samples as post_samples
from bot.posts.messages import render_answer, render_card_back, render_channel_closed, render_moved_card
from bot.proof.feature import FEATURE as PROOF
from bot.pulses.feature import FEATURE as PULSES
from bot.referrals.feature import FEATURE as REFERRALS
from bot.registry import Feature
from bot.renewals.feature import FEATURE as RENEWALS
from bot.requalification.feature import FEATURE as REQUALIFICATION
from bot.slack.commands import Command, More
from bot.story.feature import FEATURE as STORY
from bot.touchpoints.feature import FEATURE as TOUCHPOINTS
from bot.usage.feature import FEATURE as USAGE
from bot.workspace import channels, replan, retention
from bot.workspace import samples as workspace_samples
from bot.workspace.events import ChannelClosed, ChannelOpened, PeopleChanged, PolicyChanged

BASE = Feature(
    jobs={
        UpkeepJob.NIGHTLY: sweep.run_nightly,
        UpkeepJob.REPLAN: replan.run_replan,
        UpkeepJob.PRUNE: retention.run_prune,
        UpkeepJob.UNHEARD: unreachable.run_unheard,
        UpkeepJob.RETURNED: return_summary.run_returned,
    },
    posts={
        "answer": render_answer,
        relocate.KIND: render_moved_card,
        relocate.BACK: render_card_back,
        closed_channels.KIND: render_channel_closed,
    },
    samples=[post_samples.samples, workspace_samples.samples],
    commands=[
        Command(
            "/retention",
            "What this bot can do for you",
            "[settings]",
            "/retention",
            (More("/retention settings", "Channels, roles, days and numbers."),),
            "; settings for managers.",
        )
    ],
    listeners={
        PolicyChanged: [replan.on_policy_changed],
        PeopleChanged: [unreachable.on_people_changed],
        ChannelClosed: [closed_channels.on_channel_closed],
        ChannelOpened: [closed_channels.on_channel_opened],
    },
    at_night=[unreachable.look, channels.doubt_closed],
)
"""What stands below the features: the nightly sweep, replanning, retention, and who is told at all."""

FEATURES = (
    STORY,
    RENEWALS,
    PULSES,
    HEALTH,
    TOUCHPOINTS,
    PEOPLE,
    HANDOFFS,
    INSIGHTS,
    NURTURE,
    FEEDBACK,
    FOLLOW_UPS,
    PLANS,
    COMPETITORS,
    REFERRALS,
    OPPORTUNITIES,
    USAGE,
    REQUALIFICATION,
    FORECAST,
    METRICS,
    PROOF,
    AUTOPSIES,
    DIGESTS,
    HOME,
    BASE,
)
"""In this order help names their commands."""


def install() -> None:
    """Put in what all features bring. Called once where a program begins: by app.py, by the command line, by tests."""
    registry.install(FEATURES)
