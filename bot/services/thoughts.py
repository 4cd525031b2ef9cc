"""Which function thinks which kind of thought. Importing this module fills the table; app.py and tests do."""

from __future__ import annotations

from bot.services import nightly
from bot.services.check_prompts import prompt_page, think_health_due
from bot.services.digests import think_digest
from bot.services.follow_ups.thinking import think_due, think_late
from bot.services.handoffs import thinking as handoffs
from bot.services.nightly import think_nightly
from bot.services.policy_changes import think_replan
from bot.services.pruning import think_prune
from bot.services.pulses.closing import think_pulse_close
from bot.services.pulses.opening import think_pulse_round
from bot.services.pulses.planning import plan_page
from bot.services.pulses.reds import think_pulse_red
from bot.services.pulses.reminding import think_pulse_reminder
from bot.services.pulses.stepping import think_pulse_ask, think_pulse_steps, think_pulse_untouched
from bot.services.renewals.endings import think_term_end
from bot.services.renewals.escalations import think_unclaimed
from bot.services.renewals.ladder import think_refresh, think_rung
from bot.services.renewals.overdue import think_overdue
from bot.services.renewals.payments import think_ask_invoiced, think_ask_paid, think_unpaid
from bot.services.renewals.snoozing import think_snooze_end
from bot.services.renewals.telling import think_notice
from bot.services.scores.alerts import think_score_alert
from bot.services.scores.thinking import score_page, think_score
from bot.services.thinking import THINKERS

THINKERS.update(
    {
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
        "prune": think_prune,
        "replan": think_replan,
        "nightly": think_nightly,
        "follow_up_due": think_due,
        "promise_late": think_late,
        "handoff_reminder": handoffs.think_reminder,
        "handoff_late": handoffs.think_late,
        "health_due": think_health_due,
        "pulse_round": think_pulse_round,
        "pulse_reminder": think_pulse_reminder,
        "pulse_close": think_pulse_close,
        "pulse_red": think_pulse_red,
        "pulse_untouched": think_pulse_untouched,
        "pulse_ask": think_pulse_ask,
        "pulse_steps": think_pulse_steps,
        "score": think_score,
        "score_alert": think_score_alert,
        "digest": think_digest,
    }
)

nightly.PAGES[:] = [score_page, prompt_page, plan_page]
