"""Next steps with an owner and a day; a promise is one that the customer was given."""

from bot.follow_ups.queries import FollowUpView, due_for, of_source, open_of, read
from bot.follow_ups.service import add, close, drop_open, require_part

__all__ = ["FollowUpView", "add", "close", "drop_open", "due_for", "of_source", "open_of", "read", "require_part"]
