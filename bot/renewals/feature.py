"""What renewals bring: the ladder and all that follows, the card, its thread, and notices."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.overview_parts import OverviewPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.health.events import ScoresComputed
from bot.models import Contract, Renewal
from bot.posts.kinds import PostKind, has_ended
from bot.registry import Feature
from bot.renewals import alerts, desk, listeners, timeline
from bot.renewals.escalations import forget_told, run_escalations
from bot.renewals.idle import run_claim_free, run_claim_idle, run_quiet
from bot.renewals.job_kinds import ANNOUNCED, RenewalJob
from bot.renewals.messages.card import render_renewal_card
from bot.renewals.messages.desk import digest_item
from bot.renewals.messages.escalations import render_escalations, render_question
from bot.renewals.messages.notices import render_notice
from bot.renewals.messages.thread_lines import render_reminder, render_story_line
from bot.renewals.notify import run_notice
from bot.renewals.overview import ahead, needs, outcomes, risks
from bot.renewals.payments import run_ask_invoiced, run_ask_paid, run_unpaid
from bot.renewals.reconcile import replan_page
from bot.renewals.reviews import review_page, run_review
from bot.renewals.rules.needs import KINDS, Need
from bot.renewals.rung import run_refresh, run_rung
from bot.renewals.samples import samples
from bot.renewals.snooze_end import run_snooze_end
from bot.renewals.term_end import run_overdue, run_term_end
from bot.renewals.unclaimed import run_unclaimed
from bot.slack.commands import ACCOUNT, Command
from bot.slack.ids import ActionId
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.workspace.members import MemberView

IN_DIGEST = 2000


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Their renewals that need a step."""
    today = local_date(work.now, person.timezone)
    found = desk.desk_of(work, person.id, today, IN_DIGEST)
    return [digest_item(line, today) for line in found.lines]


FEATURE = Feature(
    alerts=[alerts.RENEWAL],
    jobs={
        RenewalJob.CONTRACT_REVIEW: run_review,
        RenewalJob.RUNG: run_rung,
        RenewalJob.REFRESH: run_refresh,
        RenewalJob.SNOOZE_END: run_snooze_end,
        RenewalJob.UNCLAIMED: run_unclaimed,
        RenewalJob.TERM_END: run_term_end,
        RenewalJob.OVERDUE: run_overdue,
        RenewalJob.ASK_INVOICED: run_ask_invoiced,
        RenewalJob.ASK_PAID: run_ask_paid,
        RenewalJob.UNPAID: run_unpaid,
        RenewalJob.NOTICE: run_notice,
        RenewalJob.ESCALATION: run_escalations,
        RenewalJob.QUIET: run_quiet,
        RenewalJob.CLAIM_IDLE: run_claim_idle,
        RenewalJob.CLAIM_FREE: run_claim_free,
    },
    announced=ANNOUNCED,
    wait_for_return=[RenewalJob.RUNG, RenewalJob.NOTICE],
    subjects={
        "renewal": lambda account_id: select(Renewal.id).where(
            Renewal.account_id == account_id, Renewal.closed_at.is_(None)
        ),
        "contract": lambda account_id: select(Contract.id).where(
            Contract.account_id == account_id, Contract.status == "active", Contract.renewal_id.is_(None)
        ),
    },
    posts={
        "renewal_card": render_renewal_card,
        "story_line": render_story_line,
        "notice": render_notice,
        "escalations": render_escalations,
        "renewal_question": render_question,
        "reminder": render_reminder,
    },
    audience={"renewal_card": PostKind(is_over=has_ended, comes_back=True)},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[DigestPart(1, "Renewals that need a step", waiting_items)],
    overview=[
        OverviewPart(needs.SECTION, 10, needs.tell, needs.listing, dict.fromkeys(KINDS, needs.acts)),
        OverviewPart(outcomes.CHANGES, 20, outcomes.tell_changes),
        OverviewPart(ahead.AHEAD, 30, ahead.tell, ahead.listing),
        OverviewPart(risks.SECTION, 40, risks.tell, risks.listing, {Need.AT_RISK: needs.acts}),
        OverviewPart(outcomes.WINS, 70, outcomes.tell_wins),
        OverviewPart(ahead.QUARTER, 80, ahead.tell_quarter, ahead.list_quarter),
    ],
    commands=[
        Command(
            "/renewal",
            "See and update the renewal of an account.",
            ACCOUNT,
            "/renewal acme",
            offers=ActionId.CHOOSE_ACCOUNT,
            is_daily=True,
        )
    ],
    listeners={
        CustomerContacted: [listeners.on_contact],
        ContactTakenBack: [listeners.on_contact_taken_back],
        ScoresComputed: [listeners.on_scores_computed],
    },
    at_night=[forget_told],
    each_night=[review_page],
    replan=[replan_page],
)
