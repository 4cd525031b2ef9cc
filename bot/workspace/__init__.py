"""A workspace: its people, channels, settings, and who may drive it."""
