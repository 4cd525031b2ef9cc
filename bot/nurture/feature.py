"""What nurture brings: the quarterly touch of each account, pauses, and its lines in story, digest and timeline."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.overview_parts import OverviewPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.insights import matching
from bot.insights.events import InsightChanged
from bot.insights.rules import ShareOfEar
from bot.models import NurturePause, NurtureTouch, PulseRound
from bot.nurture import alerts, overview, show, timeline
from bot.nurture.figures import coverage_lines, ear_lines
from bot.nurture.forget import on_person_left, on_person_removed
from bot.nurture.job_kinds import ANNOUNCED, NurtureJob
from bot.nurture.jobs import plan_page, replan_page, run_nurture
from bot.nurture.library_changes import on_insight_changed
from bot.nurture.messages import ear_words, pause_words, render_nurture, render_pause
from bot.nurture.pauses import KIND as PAUSE
from bot.nurture.pauses import run_pause_ends
from bot.nurture.queries import lasting_pauses, open_of
from bot.nurture.rules import TouchState
from bot.nurture.samples import samples
from bot.people.events import PersonLeft, PersonRemoved
from bot.posts.kinds import PostKind, Stored
from bot.registry import Feature
from bot.slack.ids import ActionId
from bot.workspace import context
from bot.workspace.members import MemberView


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Proposals that wait for them."""
    waiting = open_of(work, person.id)
    return [
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
    ]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """That nothing is proposed to the account, and why; what it was told this quarter."""
    as_of = str(local_date(work.now, context.of(work).zone))
    lines = [StoryLine(pause_words(one, as_of)) for one in lasting_pauses(work, [account_id]).values()]
    ear = matching.ears_of(work, [account_id]).get(account_id, ShareOfEar())
    return [*lines, StoryLine(ear_words(ear.own, ear.told), title="Told")] if ear.told else lines


def _is_over(facts: Stored) -> bool:
    return facts.get("state") != TouchState.OPEN


FEATURE = Feature(
    alerts=[alerts.NURTURE],
    overview=[OverviewPart(overview.SECTION, 76, overview.tell)],
    figures=[ear_lines, coverage_lines],
    jobs={NurtureJob.TOUCH: run_nurture, NurtureJob.PAUSE_ENDS: run_pause_ends},
    announced=ANNOUNCED,
    posts={show.KIND: render_nurture, PAUSE: render_pause},
    audience={show.KIND: PostKind(is_over=_is_over, lives_for=timedelta(days=90))},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    story=[
        StoryPart(
            story_lines,
            (
                select(NurturePause.account_id).where(NurturePause.ended_at.is_(None)),
                select(NurtureTouch.account_id),
                select(PulseRound.account_id).where(PulseRound.insight_id.is_not(None)),
            ),
        )
    ],
    digest=[DigestPart(8, "Nurture touches", waiting_items)],
    each_night=[plan_page],
    replan=[replan_page],
    listeners={
        PersonLeft: [on_person_left],
        PersonRemoved: [on_person_removed],
        InsightChanged: [on_insight_changed],
    },
)
