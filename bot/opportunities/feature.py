"""What opportunities bring: `/grow`, a proposal a week at most, and what is possible in the story and on open cards."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.overview_parts import OverviewPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.db.work import Work
from bot.health.events import NightScored
from bot.models import Opportunity
from bot.opportunities import alerts, overview, timeline
from bot.opportunities.figures import growth_lines
from bot.opportunities.job_kinds import GrowthJob
from bot.opportunities.look import plan_look, read_ahead, run_look
from bot.opportunities.messages import render_proposal, story_line
from bot.opportunities.proposals import KIND
from bot.opportunities.queries import brief
from bot.opportunities.samples import samples
from bot.registry import Feature
from bot.slack.commands import ACCOUNT, Command, More

EVERYONE = ("rep", "support", "manager", "admin")


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """What is possible at the account."""
    words = story_line(brief(work, account_id))
    return [StoryLine(words)] if words else []


FEATURE = Feature(
    alerts=[alerts.GROWTH],
    jobs={GrowthJob.LOOK: run_look},
    reads_ahead={GrowthJob.LOOK: read_ahead},
    posts={KIND: render_proposal},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    story=[StoryPart(story_lines, (select(Opportunity.account_id).where(Opportunity.closed_at.is_(None)),))],
    figures=[growth_lines],
    overview=[OverviewPart(overview.SECTION, 75, overview.tell, overview.listing)],
    commands=[
        Command(
            "/grow",
            "See what a customer may need besides, and write it down in their words.",
            ACCOUNT,
            "/grow acme",
            (
                More("/grow segment Retail", "See which products the customers of a segment have and lack.", EVERYONE),
                More("/grow products", "Write down what you sell."),
            ),
            " /grow segment Retail shows a segment.",
        )
    ],
    listeners={NightScored: [plan_look]},
)
