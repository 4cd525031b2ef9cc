"""A role on an account goes from one person to another; nobody leaves the team."""

from __future__ import annotations

HELPED = "helped_win"
ROLES = ("owner", "support_lead", "implementation", "executive_sponsor", HELPED)
"""What somebody may be for an account, in the order in which a team is named."""

Mate = tuple[int, str]
"""A member's number, and one role they have on an account."""


def team_after(team: frozenset[Mate], role: str, to: int) -> frozenset[Mate]:
    """The team once `role` has gone to member `to`. Who had it stays: by their other roles, else as who helped win."""
    former = {member for member, had in team if had == role and member != to}
    kept = {(member, had) for member, had in team if had != role and (member, had) != (to, HELPED)}
    kept.add((to, role))
    return frozenset(kept | {(member, HELPED) for member in former - {member for member, _ in kept}})
