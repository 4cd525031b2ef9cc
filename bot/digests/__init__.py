"""Digests: what waits for one person, in one message."""
