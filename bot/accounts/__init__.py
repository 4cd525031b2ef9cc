"""Accounts: found by name, kept by a team, spoken about to somebody who is there."""
