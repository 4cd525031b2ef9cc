"""What the timeline says of health checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.health.messages import timeline_line
from bot.health.rules.checks import Scale
from bot.models import HealthCheck, Member
from bot.workspace.members import MemberView


def checks(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Health checks; one that was corrected since says so."""
    rows = work.session.execute(
        work.select(HealthCheck, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == HealthCheck.by_id)
        .where(HealthCheck.id.in_(ids))
    )
    found = {}
    for check, slack_id, name in rows:
        scales = {scale.value: getattr(check, scale.value) for scale in Scale}
        details = {name: str(step) for name, step in scales.items() if step is not None}
        details["contact"] = check.contact
        details["risks"] = "\n".join(check.risks)
        details["sold_nothing"] = "yes" if check.sold_nothing else ""
        code = "corrected" if check.replaced_at else "correction" if check.replaces_id else "check"
        found[check.id] = entry("check", code, check.id, check.at, reader, slack_id, name, check.heard, details)
    return found


KIND = {"check": TimelineKind(2, "Health checks", timeline_line)}
SOURCES = {
    "check": TimelineSource(
        "check",
        rows_at(HealthCheck, HealthCheck.at),
        checks,
    )
}
