"""What people read of a plan."""

from __future__ import annotations

from bot.accounts.timeline_facts import Entry
from bot.slack import text


def timeline_line(entry: Entry, as_of: str) -> str:
    """A plan in the timeline."""
    details = entry.details
    measure = f" Measured by: {text.sentence(details['measure'])}" if details.get("measure") else ""
    rhythm = f" Rhythm: {text.sentence(details['rhythm'])}" if details.get("rhythm") else ""
    review = f" Next review {text.day(details['review_on'], as_of)}." if details.get("review_on") else ""
    agreed = f", agreed with {text.name(details['contact'])}" if details.get("contact") else ""
    return f"{text.who(entry.by)} wrote down the plan{agreed}.{measure}{rhythm}{review} Goals:"
