"""Figures of what an import brings: at the desk of the importing tests."""

from tests.importing.conftest import any_desk, desk

__all__ = ["any_desk", "desk"]
