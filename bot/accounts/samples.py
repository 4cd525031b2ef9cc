"""Samples of who there is at a customer, and how they decide: for the features that show people."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.accounts.forms import WhoDraft
from bot.accounts.people_facts import PersonView
from bot.core.customer_people import PersonPart
from bot.core.decision_lines import DecisionLine
from bot.slack.samples import ACCOUNT, TODAY, WORDS

DECISION = (DecisionLine("Tom Hale", WORDS, 3), DecisionLine("Ruth Okafor", "signs the budget off", 10))
NAMED = "Ruth Okafor <CFO> & Tom"
WHO = WhoDraft(chosen=("Ruth Okafor", "5"), has_list=True)
"""Whom a message names, and whom the fields of a form begin with where there is a list to choose from."""


def ruth() -> PersonView:
    """The one who decides."""
    day = date.fromisoformat(TODAY)
    return PersonView(5, 3, ACCOUNT, "Ruth Okafor", "CFO", "", PersonPart.DECIDER, day, None, None, datetime.now(UTC))
