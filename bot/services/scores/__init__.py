"""The health score: explained or not shown.

`scores.of` and `scores.current` read it, `scores.rescore_soon` has it made anew; the nightly pass does that for all.
"""

from bot.services.scores.asking import rescore_soon
from bot.services.scores.reading import Current, Explained, current, of

__all__ = ["Current", "Explained", "current", "of", "rescore_soon"]
