"""What pulses bring: rounds that open, remind and close, their cards, and what a red answer asks for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.overview_parts import OverviewPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.follow_ups.events import FollowUpChanged
from bot.models import PulseRound
from bot.posts.kinds import PostKind, has_ended
from bot.pulses import alerts, next_steps, overview, round_card, timeline
from bot.pulses.close import run_pulse_close
from bot.pulses.job_kinds import ANNOUNCED, PulseJob
from bot.pulses.messages.card import render_pulse_card
from bot.pulses.messages.lines import render_pulse_red, render_pulse_summary, render_pulse_untouched
from bot.pulses.messages.reminders import render_pulse_reminder
from bot.pulses.next_steps import run_pulse_ask, run_pulse_untouched
from bot.pulses.open import run_pulse_round
from bot.pulses.planning import plan_page, plan_rounds
from bot.pulses.queries import waiting_for
from bot.pulses.red_answers import run_pulse_red
from bot.pulses.reminders import run_pulse_reminder
from bot.pulses.samples import samples
from bot.registry import Feature
from bot.slack import text
from bot.slack.commands import ACCOUNT, Command, More
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

MOST = 2000


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Pulses that wait for their view. Each asks by itself, and reminds once."""
    today = local_date(work.now, person.timezone)
    return [
        DigestItem(
            key=f"pulse:{one.round_id}",
            account=one.account,
            words="pulse to answer",
            due_on=str(one.closes_on),
            when=f"closes {text.day(str(one.closes_on), today)}",
            action=ActionId.CHANGE_PULSE,
            button="Answer…",
            value=one.round_id,
            asked_on=str(local_date(one.opened_at, person.timezone)),
        )
        for one in waiting_for(work, person.id, MOST)
    ]


def replan_page(work: Work, account_ids: Sequence[int]) -> None:
    """Plan the next rounds of these accounts by the numbers of today."""
    plan_rounds(work, account_ids)


FEATURE = Feature(
    alerts=[alerts.PULSE, alerts.PULSE_REMINDER, alerts.PULSE_RED, alerts.PULSE_STEP],
    jobs={
        PulseJob.ROUND: run_pulse_round,
        PulseJob.REMINDER: run_pulse_reminder,
        PulseJob.CLOSE: run_pulse_close,
        PulseJob.RED: run_pulse_red,
        PulseJob.UNTOUCHED: run_pulse_untouched,
        PulseJob.ASK: run_pulse_ask,
    },
    announced=ANNOUNCED,
    subjects={"pulse": lambda account_id: select(PulseRound.id).where(PulseRound.account_id == account_id)},
    posts={
        "pulse_card": render_pulse_card,
        "pulse_reminder": render_pulse_reminder,
        "pulse_summary": render_pulse_summary,
        "pulse_untouched": render_pulse_untouched,
        "pulse_red": render_pulse_red,
    },
    audience={round_card.CARD: PostKind(copies=round_card.copies, is_over=has_ended, comes_back=True)},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[DigestPart(3, "Pulses to answer", waiting_items)],
    overview=[OverviewPart(overview.SECTION, 60, overview.tell)],
    commands=[
        Command(
            "/pulse",
            "Ask an account's team how it is going, now.",
            ACCOUNT,
            "/pulse acme",
            (
                More("/pulse coverage", "See which accounts were asked, and who answered."),
                More("/pulse reasons", "Choose the reasons that a pulse offers."),
            ),
            " For managers also: /pulse coverage, /pulse reasons.",
            is_daily=True,
        )
    ],
    listeners={FollowUpChanged: [next_steps.on_follow_up_changed]},
    each_night=[plan_page],
    replan=[replan_page],
)
