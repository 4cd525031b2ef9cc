"""Metrics: the ledger of contracts, and the figures that managers get."""
