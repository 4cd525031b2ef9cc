"""What digests bring: messages made when and where somebody set them up, of one's own accounts or of many."""

from __future__ import annotations

from bot.digests import fate, samples, samples_overview
from bot.digests.content import DIGEST
from bot.digests.job_kinds import DigestJob
from bot.digests.jobs import on_people_changed, on_person_moved, read_ahead, run_digest
from bot.digests.messages import render_digest
from bot.digests.messages_overview import render_overview
from bot.digests.overview import OVERVIEW
from bot.registry import Feature
from bot.slack.commands import Command
from bot.workspace.events import PeopleChanged, PersonMoved

FEATURE = Feature(
    jobs={DigestJob.DIGEST: run_digest, DigestJob.SETTLE: fate.run_settle},
    reads_ahead={DigestJob.DIGEST: read_ahead},
    posts={DIGEST: render_digest, OVERVIEW: render_overview},
    samples=[samples.samples, samples_overview.samples],
    commands=[
        Command(
            "/digest",
            "Your digests: what is new and what needs you, when and where you want it.",
            "[new]",
            "/digest",
            is_daily=True,
        )
    ],
    listeners={PeopleChanged: [on_people_changed], PersonMoved: [on_person_moved]},
    at_night=[fate.plan_settle],
)
