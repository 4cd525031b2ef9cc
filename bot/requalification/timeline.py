"""What the timeline says of one-off work that was looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, recorded, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Account, Contract, Member, Requalification
from bot.requalification.messages import timeline_line
from bot.requalification.rules import TAKEN_BACK
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView


def answers(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What came of the questions that somebody answered."""
    rows = work.session.execute(
        work.select(Requalification, Member.slack_id, Member.name, Contract.name, Account.owner_id)
        .join(Member, Member.id == Requalification.answered_by_id)
        .join(Contract, Contract.id == Requalification.contract_id)
        .join(Account, Account.id == Requalification.account_id)
        .where(Requalification.id.in_(ids))
    )
    found = {}
    for one, slack_id, name, contract, owner_id in rows:
        assert one.answered_at is not None
        details = {"contract": contract, "until": str(one.until or ""), "contact": one.contact}
        words = one.problem or one.changed
        mine = reader.manages or reader.id in (one.answered_by_id, owner_id)
        at = one.answered_at
        found[one.id] = entry("one_off", one.outcome, one.id, at, reader, slack_id, name, words, details, mine)
    return found


KIND = {"one_off": TimelineKind(9, "One-off work", timeline_line, ActionId.CHANGE_REQUALIFICATION)}
SOURCES = {
    "one_off": TimelineSource(
        "one_off",
        rows_at(Requalification, Requalification.answered_at),
        answers,
    ),
    "one_off_taken_back": recorded("one_off", "taken_back", TAKEN_BACK),
}
