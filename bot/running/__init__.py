"""Ways to run the bot: over HTTP, over Socket Mode, and what it writes down meanwhile."""
