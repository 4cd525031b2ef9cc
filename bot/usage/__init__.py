"""Usage: how much customers use what they bought, and whether it grows or falls."""
