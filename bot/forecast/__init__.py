"""Forecast: what people call a renewal beside what is computed, kept with its day, and scored once it is decided."""
