"""Posts: what Slack must show, and how its delivery stands."""
