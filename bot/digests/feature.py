"""What digests bring: one message, as often as somebody asked for it."""

from __future__ import annotations

from bot.digests.jobs import KIND, run_digest
from bot.digests.messages import render_digest
from bot.registry import Feature

FEATURE = Feature(jobs={KIND: run_digest}, posts={"digest": render_digest})
