"""What plans bring: their part of the timeline."""

from __future__ import annotations

from bot.plans import timeline
from bot.plans.samples import samples
from bot.registry import Feature

FEATURE = Feature(samples=[samples], timeline_kinds=timeline.KIND, timeline=timeline.SOURCES)
