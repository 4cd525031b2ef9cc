"""What nurture brings: each account's quarterly touch, its post, its digest items and its lines in the timeline."""

from __future__ import annotations

from datetime import timedelta

from bot.accounts.digest_parts import DigestItem, DigestLine
from bot.accounts.overview_parts import OverviewPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.nurture import overview, show, timeline
from bot.nurture.forget import on_person_removed
from bot.nurture.job_kinds import ANNOUNCED, NurtureJob
from bot.nurture.jobs import plan_page, replan_page, run_nurture
from bot.nurture.messages import render_nurture
from bot.nurture.queries import open_of
from bot.nurture.rules import TouchState
from bot.nurture.samples import samples
from bot.nurture.share_of_ear import ear_lines
from bot.people.events import PersonRemoved
from bot.posts.kinds import PostKind, Stored
from bot.registry import Feature
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView


def digest_line(work: Work, person: MemberView) -> DigestLine:
    """Proposals that wait for them."""
    waiting = open_of(work, person.id)
    items = tuple(
        DigestItem(
            key=f"nurture:{one.id}",
            account=one.account,
            words="something to tell them waits",
            action=ActionId.ACCOUNT_STORY,
            button="Story",
            value=one.account_id,
            asked_on=str(local_date(one.proposed_at, person.timezone)),
        )
        for one in waiting
    )
    return DigestLine(8, "Nurture touches", (), len(items), items)


def _is_over(facts: Stored) -> bool:
    return facts.get("state") != TouchState.OPEN


FEATURE = Feature(
    overview=[OverviewPart(overview.SECTION, 76, overview.tell)],
    figures=[ear_lines],
    jobs={NurtureJob.TOUCH: run_nurture},
    announced=ANNOUNCED,
    posts={show.KIND: render_nurture},
    audience={show.KIND: PostKind(is_over=_is_over, lives_for=timedelta(days=90))},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[digest_line],
    each_night=[plan_page],
    replan=[replan_page],
    listeners={PersonRemoved: [on_person_removed]},
)
