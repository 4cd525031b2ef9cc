"""Modals: built with what is known, read back as typed values or as field errors."""
