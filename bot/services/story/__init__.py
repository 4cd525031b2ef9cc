"""One story: all that is known of an account on one card, and all that ever happened on its timeline."""

from bot.rules.account_cards import AccountCard
from bot.services.story.cards import card
from bot.services.story.timeline import timeline

__all__ = ["AccountCard", "card", "timeline"]
