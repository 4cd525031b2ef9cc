"""One story: all that is known of an account on one card, and all that ever happened on its timeline."""

from bot.story.account_card import card
from bot.story.facts import AccountCard
from bot.story.past import card_on
from bot.story.timeline_pages import timeline

__all__ = ["AccountCard", "card", "card_on", "timeline"]
