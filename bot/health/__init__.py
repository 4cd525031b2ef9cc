"""The health score: explained or not shown.

`scores.of` and `scores.current` read it, `scores.rescore_soon` has it made anew; the nightly pass does that for all.
"""

from bot.health.queries import Current, Explained, alerted, current, of
from bot.health.request_rescore import rescore_soon

__all__ = ["Current", "Explained", "alerted", "current", "of", "rescore_soon"]
