"""Events about a workspace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A number of the policy was changed: what was planned by the old one is to be planned anew."""


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """Somebody joined, left, went away, or came back: others may have to stand in for them."""
