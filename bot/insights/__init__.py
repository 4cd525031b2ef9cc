"""Insights: something worth telling a customer that sells nothing."""
