"""What an account's timeline keeps of the people there."""

from __future__ import annotations

from enum import StrEnum


class PersonTrace(StrEnum):
    """What happened to somebody of the list. The event's facts hold their number, and never their name."""

    ADDED = "person_added"
    LEFT = "person_left"
    BACK = "person_back"
    REMOVED = "person_removed"
