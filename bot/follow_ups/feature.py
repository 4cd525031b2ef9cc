"""What follow-ups bring: the morning of their day, and promises that were not kept."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.events import PeopleThereChanged
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.follow_ups import alerts, notify, timeline
from bot.follow_ups.job_kinds import ANNOUNCED, FollowUpJob
from bot.follow_ups.jobs import run_follow_up_due, run_promise_late
from bot.follow_ups.messages import render_follow_up
from bot.follow_ups.queries import due_for
from bot.follow_ups.samples import samples
from bot.models import FollowUp
from bot.registry import Feature
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

MOST = 2000


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Their next steps whose day has come; on the day itself each has a message of its own."""
    due = due_for(work, person.id, local_date(work.now, person.timezone), MOST)
    return [
        DigestItem(
            key=f"follow_up:{one.id}",
            account=one.account,
            words=f"{'promise' if one.is_promise else 'follow-up'}: {one.words[:300]}",
            due_on=str(one.due_on),
            action=ActionId.ACCOUNT_STORY,
            button="Story",
            value=one.account_id,
            asked_on=str(one.due_on),
        )
        for one in due
    ]


FEATURE = Feature(
    alerts=[alerts.FOLLOW_UP],
    jobs={FollowUpJob.DUE: run_follow_up_due, FollowUpJob.LATE: run_promise_late},
    announced=ANNOUNCED,
    subjects={
        "follow_up": lambda account_id: select(FollowUp.id).where(
            FollowUp.account_id == account_id, FollowUp.done_at.is_(None)
        )
    },
    posts={"follow_up": render_follow_up},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[DigestPart(4, "Follow-ups due", waiting_items)],
    listeners={PeopleThereChanged: [notify.on_people_changed]},
)
