"""What digests bring: one message, as often as somebody asked for it."""

from __future__ import annotations

from bot.digests import fate
from bot.digests.job_kinds import DigestJob
from bot.digests.jobs import POST, run_digest
from bot.digests.messages import render_digest
from bot.digests.messages_overview import render_overview
from bot.digests.overview import OVERVIEW
from bot.registry import Feature

FEATURE = Feature(
    jobs={DigestJob.DIGEST: run_digest},
    posts={POST: render_digest, OVERVIEW: render_overview},
    at_night=[fate.settle],
)
