"""The way from Slack to the bot: Socket Mode, signed HTTP requests, and the payloads they carry."""
