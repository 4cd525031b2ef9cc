"""What handoffs bring: the package, its reminders, and their part of digest and timeline."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.events import PeopleThereChanged
from bot.accounts.overview_parts import OverviewPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.handoffs import alerts, notify, overview, timeline
from bot.handoffs.job_kinds import ANNOUNCED, HandoffJob
from bot.handoffs.jobs import run_late, run_reminder
from bot.handoffs.messages import render_handoff
from bot.handoffs.queries import waiting_for
from bot.handoffs.rules import State
from bot.handoffs.samples import samples
from bot.models import Handoff
from bot.posts.kinds import PostKind
from bot.registry import Feature
from bot.slack.commands import ACCOUNT, Command
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

MOST = 200


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Handoffs that wait for their word. Each has come as a message of its own."""
    return [
        DigestItem(
            key=f"handoff:{one.id}",
            account=one.account,
            words=f"handoff from {one.giver}, to accept or return",
            action=ActionId.ACCOUNT_STORY,
            button="Story",
            value=one.account_id,
            asked_on=str(local_date(one.created_at, person.timezone)),
        )
        for one in waiting_for(work, person.id, MOST)
    ]


FEATURE = Feature(
    alerts=[alerts.HANDOFF],
    jobs={HandoffJob.REMINDER: run_reminder, HandoffJob.LATE: run_late},
    announced=ANNOUNCED,
    subjects={
        "handoff": lambda account_id: select(Handoff.id).where(
            Handoff.account_id == account_id, Handoff.state == State.WAITING
        )
    },
    posts={"handoff": render_handoff},
    audience={notify.KIND: PostKind(is_news=notify.is_news)},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[DigestPart(2, "Handoffs to accept", waiting_items)],
    overview=[OverviewPart(overview.SECTION, 12, overview.tell, overview.listing, {overview.KIND: overview.acts})],
    listeners={PeopleThereChanged: [notify.on_people_changed]},
    commands=[
        Command(
            "/handoff",
            "Hand an account over, from sales to support or back, with what was agreed. It stays yours until accepted.",
            ACCOUNT,
            "/handoff acme",
        )
    ],
)
