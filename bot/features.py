"""Which function thinks which kind of thought. Importing this module fills the table; app.py and tests do."""

from __future__ import annotations

from bot import policy_changes
from bot.accounts import unreachable
from bot.accounts.events import AccountLearned
from bot.accounts.return_summary import think_returned
from bot.accounts.timeline import SOURCES
from bot.accounts.timeline_facts import KINDS
from bot.accounts.unreachable import think_unheard
from bot.agenda import sweep
from bot.agenda.runner import THINKERS
from bot.agenda.sweep import think_nightly
from bot.core import events
from bot.digests.jobs import think_digest
from bot.follow_ups import timeline as follow_ups
from bot.follow_ups.events import FollowUpChanged
from bot.follow_ups.jobs import think_due, think_late
from bot.handoffs import jobs as handoff_jobs
from bot.handoffs import timeline as handoffs
from bot.health import request_rescore
from bot.health import timeline as health
from bot.health.alerts import think_score_alert
from bot.health.events import ScoresComputed
from bot.health.jobs import score_page, think_score
from bot.health.prompts import prompt_page, think_health_due
from bot.plans import timeline as plans
from bot.policy_changes import think_replan
from bot.pulses import next_steps
from bot.pulses import timeline as pulses
from bot.pulses.close import think_pulse_close
from bot.pulses.next_steps import think_pulse_ask, think_pulse_untouched
from bot.pulses.open import think_pulse_round
from bot.pulses.planning import plan_page
from bot.pulses.red_answers import think_pulse_red
from bot.pulses.reminders import think_pulse_reminder
from bot.renewals import on_contact, on_score_changed
from bot.renewals import timeline as renewals
from bot.renewals.idle import think_claim_free, think_claim_idle, think_quiet
from bot.renewals.notify import think_notice
from bot.renewals.overdue import think_overdue
from bot.renewals.payments import think_ask_invoiced, think_ask_paid, think_unpaid
from bot.renewals.reviews import review_page, think_review
from bot.renewals.rung import think_refresh, think_rung
from bot.renewals.snooze_end import think_snooze_end
from bot.renewals.term_end import think_term_end
from bot.renewals.unclaimed import think_unclaimed
from bot.touchpoints import announce
from bot.touchpoints import timeline as touchpoints
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.workspace.events import PeopleChanged, PolicyChanged
from bot.workspace.retention import think_prune

THINKERS.update(
    {
        "contract_review": think_review,
        "rung": think_rung,
        "refresh": think_refresh,
        "snooze_end": think_snooze_end,
        "unclaimed": think_unclaimed,
        "term_end": think_term_end,
        "overdue": think_overdue,
        "ask_invoiced": think_ask_invoiced,
        "ask_paid": think_ask_paid,
        "unpaid": think_unpaid,
        "notice": think_notice,
        "quiet": think_quiet,
        "claim_idle": think_claim_idle,
        "claim_free": think_claim_free,
        "prune": think_prune,
        "replan": think_replan,
        "nightly": think_nightly,
        "follow_up_due": think_due,
        "promise_late": think_late,
        "handoff_reminder": handoff_jobs.think_reminder,
        "handoff_late": handoff_jobs.think_late,
        "health_due": think_health_due,
        "pulse_round": think_pulse_round,
        "pulse_reminder": think_pulse_reminder,
        "pulse_close": think_pulse_close,
        "pulse_red": think_pulse_red,
        "pulse_untouched": think_pulse_untouched,
        "pulse_ask": think_pulse_ask,
        "score": think_score,
        "score_alert": think_score_alert,
        "digest": think_digest,
        "unheard": think_unheard,
        "returned": think_returned,
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
