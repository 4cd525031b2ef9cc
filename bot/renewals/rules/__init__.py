"""Renewals as pure rules: ladder, stages, terms, escalation, grouping."""
