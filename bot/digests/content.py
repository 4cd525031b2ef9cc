"""What a digest says now: a person's own, or an overview; for its moment, for a preview and for *Send now* alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.calendar import local_time
from bot.core.facts import Facts
from bot.db.work import Work
from bot.digests import overview, personal, setups
from bot.digests.choice import DigestChoice
from bot.digests.facts import Digest
from bot.digests.facts_overview import Overview
from bot.digests.rules import Told
from bot.digests.scope import ScopeKind
from bot.workspace.members import MemberView

DIGEST = "digest"
"""The kind of the post of a person's own."""

FIRST = timedelta(days=1)
"""How far back a person's own looks when none has told yet."""


@dataclass(frozen=True, slots=True)
class MadeDigest:
    """A digest as it is to be said; `facts` are None when there is nothing to say. `told`: what it will have told."""

    kind: str
    facts: Facts | None
    told: Mapping[str, Told]


def make(
    work: Work,
    person: MemberView,
    choice: DigestChoice,
    since: datetime | None,
    told: Mapping[str, Told],
    setup_id: int = 0,
    late_since: datetime | None = None,
) -> MadeDigest | None:
    """What is to be said; None when it is to be of a team that this person does not have.

    `since`: up to when the last one told, `late_since`: when it was due, if it comes late.
    """
    scope = setups.scope_of(work, person, choice)
    if scope is None:
        return None
    found: Digest | Overview | None
    if scope.kind is ScopeKind.ME:
        rhythm = choice.timing.rhythm
        begins = since or work.now - FIRST
        found, told = personal.build_digest(work, person, rhythm, begins, told, choice.left_out, setup_id)
    else:
        found = overview.build_overview(work, scope, choice.timing.rhythm, since, choice.left_out, setup_id)
    if found is not None and late_since is not None:
        zone = setups.hours_of(work, person.id, choice).zone
        found = replace(found, late_since=local_time(late_since, zone).isoformat(timespec="minutes"))
    return MadeDigest(DIGEST if scope.kind is ScopeKind.ME else overview.OVERVIEW, found, told)
