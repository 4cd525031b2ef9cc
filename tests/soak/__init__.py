"""Slow proofs, for a night: properties over many more examples, and whether the tests notice a changed rule."""
