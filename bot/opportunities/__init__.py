"""Opportunities: what an account may need besides, in the customer's words, and never proposed at a bad time."""
