"""A small feature as a newcomer would add it, for docs/contributing.md: birthdays of the time together."""
