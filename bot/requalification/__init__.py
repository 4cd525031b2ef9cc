"""Requalification: one-off work has no renewal, so somebody asks what has changed since it was delivered."""
