"""What the home brings: nothing that speaks by itself. It is drawn when somebody opens it."""

from __future__ import annotations

from bot.home.samples import samples
from bot.registry import Feature

FEATURE = Feature(samples=[samples])
