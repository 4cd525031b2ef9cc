"""Slack as we speak it: blocks, text, ids and limits, and the one way out to it with what came of a call."""
