"""What touchpoints bring: the line a channel hears, and their part of the timeline."""

from __future__ import annotations

from bot.accounts.overview_parts import OverviewPart
from bot.follow_ups.events import FollowUpChanged
from bot.posts.kinds import PostKind
from bot.registry import Feature
from bot.slack.commands import Command
from bot.touchpoints import announce, overview, timeline
from bot.touchpoints.messages import render_touch_line
from bot.touchpoints.samples import samples

FEATURE = Feature(
    posts={"touch_line": render_touch_line},
    audience={announce.KIND: PostKind(is_news=announce.is_news, as_routed=announce.as_routed)},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    overview=[
        OverviewPart(
            overview.SECTION,
            50,
            overview.tell,
            overview.listing,
            {overview.KIND: overview.acts},
        )
    ],
    commands=[
        Command(
            "/touch",
            "Log a contact with a customer in one line, or by a form. In an account's channel no name is needed.",
            "[account] [what happened]",
            "/touch acme Called Ruth about the roll-out",
            takes_sentences=True,
            is_daily=True,
        )
    ],
    listeners={FollowUpChanged: [announce.on_follow_up_changed]},
)
