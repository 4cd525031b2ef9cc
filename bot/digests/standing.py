"""How each of somebody's digests stands: the last one by the record of its message, and when the next one is due."""

from __future__ import annotations

from bot.db.work import Work
from bot.digests import jobs, setups
from bot.digests.choice import DigestStanding, LastDelivery
from bot.posts import queries as posts


def of_person(work: Work, member_id: int) -> list[DigestStanding]:
    """Somebody's digests as they stand now."""
    found = setups.of_person(work, member_id)
    planned = jobs.next_moments(work, [one.id for one in found])
    said = {
        post.key: LastDelivery(post.state, post.sent_at, post.error, post.reroute_reason, post.ts is not None)
        for post in posts.by_keys(work, [one.post_key for one in found if one.post_key])
    }
    standing = []
    for one in found:
        hours = setups.hours_of(work, member_id, one.choice)
        job = planned.get(one.id)
        standing.append(
            DigestStanding(
                one,
                hours.zone,
                said.get(one.post_key),
                job.due_at if job else None,
                hours.is_away(work.now),
                bool(job and job.failures),
            )
        )
    return standing
