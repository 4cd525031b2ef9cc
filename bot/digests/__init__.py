"""Digests: what waits for one person, or how a team stands, in one message, set up by its reader."""
