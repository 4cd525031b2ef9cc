"""What plans bring: their part of the timeline."""

from __future__ import annotations

from bot.plans import timeline
from bot.registry import Feature

FEATURE = Feature(timeline_kinds=timeline.KIND, timeline=timeline.SOURCES)
