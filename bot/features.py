"""The job registry: which handler runs which kind of job. Importing it fills the table; app.py and tests do."""

from __future__ import annotations

from bot import policy_changes
from bot.accounts import unreachable
from bot.accounts.events import AccountLearned
from bot.accounts.return_summary import run_returned
from bot.accounts.timeline import SOURCES
from bot.accounts.timeline_facts import KINDS
from bot.accounts.unreachable import run_unheard
from bot.agenda import sweep
from bot.agenda.runner import HANDLERS
from bot.agenda.sweep import run_nightly
from bot.core import events
from bot.core.job_kinds import JobKind
from bot.digests.jobs import run_digest
from bot.follow_ups import timeline as follow_ups
from bot.follow_ups.events import FollowUpChanged
from bot.follow_ups.jobs import run_follow_up_due, run_promise_late
from bot.handoffs import jobs as handoff_jobs
from bot.handoffs import timeline as handoffs
from bot.health import request_rescore
from bot.health import timeline as health
from bot.health.alerts import run_score_alert
from bot.health.events import ScoresComputed
from bot.health.jobs import run_score, score_page
from bot.health.prompts import prompt_page, run_health_due
from bot.plans import timeline as plans
from bot.policy_changes import run_replan
from bot.pulses import next_steps
from bot.pulses import timeline as pulses
from bot.pulses.close import run_pulse_close
from bot.pulses.next_steps import run_pulse_ask, run_pulse_untouched
from bot.pulses.open import run_pulse_round
from bot.pulses.planning import plan_page
from bot.pulses.red_answers import run_pulse_red
from bot.pulses.reminders import run_pulse_reminder
from bot.renewals import on_contact, on_score_changed
from bot.renewals import timeline as renewals
from bot.renewals.idle import run_claim_free, run_claim_idle, run_quiet
from bot.renewals.notify import run_notice
from bot.renewals.overdue import run_overdue
from bot.renewals.payments import run_ask_invoiced, run_ask_paid, run_unpaid
from bot.renewals.reviews import review_page, run_review
from bot.renewals.rung import run_refresh, run_rung
from bot.renewals.snooze_end import run_snooze_end
from bot.renewals.term_end import run_term_end
from bot.renewals.unclaimed import run_unclaimed
from bot.touchpoints import announce
from bot.touchpoints import timeline as touchpoints
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.workspace.events import PeopleChanged, PolicyChanged
from bot.workspace.retention import run_prune

HANDLERS.update(
    {
        JobKind.CONTRACT_REVIEW: run_review,
        JobKind.RUNG: run_rung,
        JobKind.REFRESH: run_refresh,
        JobKind.SNOOZE_END: run_snooze_end,
        JobKind.UNCLAIMED: run_unclaimed,
        JobKind.TERM_END: run_term_end,
        JobKind.OVERDUE: run_overdue,
        JobKind.ASK_INVOICED: run_ask_invoiced,
        JobKind.ASK_PAID: run_ask_paid,
        JobKind.UNPAID: run_unpaid,
        JobKind.NOTICE: run_notice,
        JobKind.QUIET: run_quiet,
        JobKind.CLAIM_IDLE: run_claim_idle,
        JobKind.CLAIM_FREE: run_claim_free,
        JobKind.PRUNE: run_prune,
        JobKind.REPLAN: run_replan,
        JobKind.NIGHTLY: run_nightly,
        JobKind.FOLLOW_UP_DUE: run_follow_up_due,
        JobKind.PROMISE_LATE: run_promise_late,
        JobKind.HANDOFF_REMINDER: handoff_jobs.run_reminder,
        JobKind.HANDOFF_LATE: handoff_jobs.run_late,
        JobKind.HEALTH_DUE: run_health_due,
        JobKind.PULSE_ROUND: run_pulse_round,
        JobKind.PULSE_REMINDER: run_pulse_reminder,
        JobKind.PULSE_CLOSE: run_pulse_close,
        JobKind.PULSE_RED: run_pulse_red,
        JobKind.PULSE_UNTOUCHED: run_pulse_untouched,
        JobKind.PULSE_ASK: run_pulse_ask,
        JobKind.SCORE: run_score,
        JobKind.SCORE_ALERT: run_score_alert,
        JobKind.DIGEST: run_digest,
        JobKind.UNHEARD: run_unheard,
        JobKind.RETURNED: run_returned,
    }
)

sweep.FIRST[:] = [unreachable.look]
sweep.PAGES[:] = [score_page, prompt_page, plan_page, review_page]

events.subscribe(
    {
        AccountLearned: [request_rescore.on_account_learned],
        CustomerContacted: [on_contact.on_contact, request_rescore.on_contact],
        ContactTakenBack: [on_contact.on_contact_taken_back, request_rescore.on_contact],
        FollowUpChanged: [
            announce.on_follow_up_changed,
            next_steps.on_follow_up_changed,
            request_rescore.on_follow_up_changed,
        ],
        ScoresComputed: [on_score_changed.on_scores_computed],
        PolicyChanged: [policy_changes.on_policy_changed],
        PeopleChanged: [unreachable.on_people_changed],
    }
)

for part in (touchpoints, health, pulses, follow_ups, renewals, plans, handoffs):
    KINDS.update(part.KIND)
    SOURCES.update(part.SOURCES)
