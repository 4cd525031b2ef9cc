"""What feedback brings: nothing that speaks by itself. Its buttons stand in the ⋯ of others' alerts."""

from __future__ import annotations

from bot.feedback.samples import samples
from bot.registry import Feature

FEATURE = Feature(samples=[samples])
