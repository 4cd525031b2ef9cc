"""Autopsies: what came before a renewal was lost or shrank, and what would have helped. Nobody is blamed in them."""
