"""A Slack on loopback, for newcomers and for the tests.

It is a real server, so that the bot runs unchanged against it, and it is strict: it refuses what Slack refuses.
It plays Slack and must not know the bot, so nothing in here imports anything of ours.
"""
