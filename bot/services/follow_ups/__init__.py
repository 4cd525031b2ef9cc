"""Next steps with an owner and a day; a promise is one that the customer was given."""

from bot.services.follow_ups.keeping import add, close, drop_open, require_part
from bot.services.follow_ups.reading import Step, due_for, of_source, open_of, read

__all__ = ["Step", "add", "close", "drop_open", "due_for", "of_source", "open_of", "read", "require_part"]
