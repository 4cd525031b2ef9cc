"""What a manager of the demo gets: an overview of her team each week and one at once, and rates to add up by."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.core.calendar import local_date, working_day_on_or_before
from bot.db.work import Work
from bot.digests import change, jobs
from bot.digests.choice import DigestChoice, Timing
from bot.digests.scope import Rhythm, ScopeKind
from bot.metrics import settings as figure_settings
from bot.models import Workspace
from bot.workspace import members

HELEN = "U0MGR1"
ZONE = "Europe/Berlin"
CURRENCY = "EUR"
RATES = {"USD": "0.90", "GBP": "1.15", "CHF": "1.05", "NOK": "0.086", "SEK": "0.09"}
"""Currency → what one is worth in euros; round numbers of the demo's own."""


def load_rates(work: Work) -> None:
    """The team counts in euros, at rates that stand since before the year."""
    of_it = Workspace.id == work.workspace_id
    work.session.execute(update(Workspace).where(of_it).values(currency=CURRENCY))
    day = local_date(work.now, ZONE) - timedelta(days=500)
    figure_settings.change(work, ", ".join(f"{currency}={rate}@{day}" for currency, rate in RATES.items()))


def load_overview(work: Work) -> None:
    """Helen has set up a weekly overview of her team, and asks for one now.

    Its day is that of the last working day: on Monday's she would read the same twice on a Monday.
    """
    helen = members.find(work, HELEN)
    if helen is None:
        raise RuntimeError(f"the sandbox has no {HELEN}")
    day = working_day_on_or_before(local_date(work.now, helen.timezone) - timedelta(days=1))
    number = change.save(work, helen, DigestChoice(ScopeKind.TEAM, Timing(Rhythm.WEEKLY, (day.weekday(),))))
    jobs.send_now(work, helen, number)
