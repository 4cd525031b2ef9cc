"""Health as pure rules: checks, the score, its history and its words."""
