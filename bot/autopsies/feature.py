"""What autopsies bring: they listen to what is decided of renewals, and have a command, a post and timeline lines."""

from __future__ import annotations

from bot.autopsies import alerts, posting, timeline
from bot.autopsies.messages import render_autopsy
from bot.autopsies.own_causes import own_causes
from bot.autopsies.record import on_renewal_decided
from bot.autopsies.samples import samples
from bot.registry import Feature
from bot.renewals.events import RenewalDecided
from bot.slack.commands import ACCOUNT, Command

FEATURE = Feature(
    alerts=[alerts.AUTOPSY],
    figures=[own_causes],
    posts={posting.KIND: render_autopsy},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    commands=[
        Command(
            "/autopsy",
            "Read what came before an account's renewal was lost or shrank, and what would have helped.",
            ACCOUNT,
            "/autopsy acme",
        )
    ],
    listeners={RenewalDecided: [on_renewal_decided]},
)
