"""What stories bring: an account's card, in a channel too."""

from __future__ import annotations

from bot.registry import Feature
from bot.slack.commands import ACCOUNT, EVERYBODY, Command, More
from bot.slack.ids import ActionId
from bot.story.messages.card import render_account_card
from bot.story.samples import samples

FEATURE = Feature(
    posts={"account_card": render_account_card},
    samples=[samples],
    commands=[
        Command(
            "/account",
            "The story of an account and its renewal on one card.",
            ACCOUNT,
            "/account acme",
            (More("/account acme 30 June", "The same as it stood on that day.", EVERYBODY),),
            offers=ActionId.ACCOUNT_STORY,
            is_daily=True,
        )
    ],
)
