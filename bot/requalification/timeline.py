"""What the timeline says of one-off work that was looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Contract, Member, Requalification
from bot.requalification.messages import timeline_line
from bot.workspace.members import MemberView


def answers(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What came of the questions that somebody answered."""
    rows = work.session.execute(
        work.select(Requalification, Member.slack_id, Member.name, Contract.name)
        .join(Member, Member.id == Requalification.answered_by_id)
        .join(Contract, Contract.id == Requalification.contract_id)
        .where(Requalification.id.in_(ids))
    )
    found = {}
    for one, slack_id, name, contract in rows:
        assert one.answered_at is not None
        details = {"contract": contract, "until": str(one.until or ""), "contact": one.contact}
        words = one.problem or one.changed
        found[one.id] = entry("one_off", one.outcome, one.id, one.answered_at, reader, slack_id, name, words, details)
    return found


KIND = {"one_off": TimelineKind(9, "One-off work", timeline_line)}
SOURCES = {
    "one_off": TimelineSource(
        "one_off",
        rows_at(Requalification, Requalification.answered_at),
        answers,
    )
}
