"""Requests from Slack: read, routed, answered."""
