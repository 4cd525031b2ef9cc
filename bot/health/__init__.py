"""The health score: explained or not shown.

`health.of`, `health.current` and `health.in_brief` read it, `health.rescore_soon` and `health.due_tonight` have it made
anew; beside that it is made in the night in which it changes by itself.
"""

from bot.health.queries import BriefScore, Current, Explained, alerted, current, in_brief, of, of_known
from bot.health.request_rescore import rescore_soon
from bot.health.stored import due_tonight

__all__ = [
    "BriefScore",
    "Current",
    "Explained",
    "alerted",
    "current",
    "due_tonight",
    "in_brief",
    "of",
    "of_known",
    "rescore_soon",
]
