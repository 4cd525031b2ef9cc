"""What a person may read when something cannot be done. Everything else reaches the one error handler."""

from __future__ import annotations


class Refused(Exception):
    """A request that cannot be carried out; the message says why, and what to do instead.

    Raised by features and forms, caught at the edges (handlers, command line), where its words are shown as they are.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotForYou(Refused):
    """The person may not do this; the message says who may, and reveals nothing else."""


class FieldErrors(Refused):
    """A form that cannot be taken as it stands: one sentence per field (block id), shown beside the field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class LeaseLost(Exception):
    """Another worker drives this workspace now; whatever this one was about to write must not be written."""
