"""Competitors: who courts which customer, what they claim, our answer, and which answers worked."""
