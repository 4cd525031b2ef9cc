"""The health score: explained or not shown.

`health.of` and `health.current` read it, `health.rescore_soon` and `health.due_tonight` have it made anew; beside that
it is made in the night in which it changes by itself.
"""

from bot.health.queries import Current, Explained, alerted, current, of
from bot.health.request_rescore import rescore_soon
from bot.health.stored import due_tonight

__all__ = ["Current", "Explained", "alerted", "current", "due_tonight", "of", "rescore_soon"]
