"""What Slack refuses in blocks, messages and views, each finding with the path that is wrong."""
