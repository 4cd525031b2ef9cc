"""What digests bring: a command to set them up, a job for each, and their messages."""

from __future__ import annotations

from bot.digests import overview
from bot.digests.content import DIGEST
from bot.digests.facts_overview import Overview
from bot.digests.job_kinds import DigestJob
from bot.digests.jobs import on_people_changed, on_person_moved, run_digest
from bot.digests.messages import render_digest
from bot.digests.messages_overview import render_overview
from bot.registry import Feature
from bot.slack.commands import Command
from bot.workspace.events import PeopleChanged, PersonMoved

FEATURE = Feature(
    jobs={DigestJob.DIGEST: run_digest},
    posts={DIGEST: render_digest, overview.OVERVIEW: render_overview},
    examples={overview.OVERVIEW: Overview("2026-12-09", "Retail", 3, {"EUR": "48000"}, 1, 7)},
    commands=[
        Command(
            "/digest",
            "Your digests: what is new and what needs you, when and where you want it.",
            "[new]",
            "/digest",
        )
    ],
    listeners={PeopleChanged: [on_people_changed], PersonMoved: [on_person_moved]},
)
