"""Renewals in motion: planned from contracts, thought about when due, acted on by people, read by screens."""
