"""Renewals in motion: planned from contracts, looked at when due, acted on by people, read by screens."""
