"""Touchpoints as pure rules: what a typed line says, and words of leaving."""
