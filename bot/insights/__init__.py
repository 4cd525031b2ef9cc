"""Insights: something worth telling a customer, with nothing to sell."""
