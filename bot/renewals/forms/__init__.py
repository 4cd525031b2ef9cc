"""Forms about a renewal."""
