"""Alerts that were dismissed as wrong: what people say of them, kept for those who can change it."""
