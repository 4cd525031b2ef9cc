"""Who and what the workspace holds: people, channels, messages, views, files."""
