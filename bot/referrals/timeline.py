"""What the timeline says of referrals: asked, given, thanked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.accounts import customer_people
from bot.accounts.timeline import TimelineSource, entry, events, events_of_kinds, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import CustomerPerson, Member, Referral
from bot.referrals.messages import timeline_line
from bot.referrals.rules import TAKEN_BACK
from bot.workspace.members import MemberView

_BY = {"asked": Referral.asked_by_id, "given": Referral.given_by_id, "thanked": Referral.thanked_by_id}
_AT = {"asked": Referral.asked_at, "given": Referral.given_at, "thanked": Referral.thanked_at}


def _entries(code: str) -> Callable[[Work, Sequence[int], MemberView], Mapping[int, Entry]]:
    def load(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
        rows = work.session.execute(
            work.select(Referral, CustomerPerson.name, Member.slack_id, Member.name)
            .join(CustomerPerson, CustomerPerson.id == Referral.person_id)
            .outerjoin(Member, Member.id == _BY[code])
            .where(Referral.id.in_(ids))
        )
        found = {}
        for one, person, slack_id, name in rows:
            at = {"asked": one.asked_at, "given": one.given_at, "thanked": one.thanked_at}[code]
            words = one.words if code == "given" else ""
            details = {"person": person, "named": one.named, "company": one.company}
            found[one.id] = entry("referral", code, one.id, at, reader, slack_id, name, words, details)
        return found

    return load


def _source(code: str) -> TimelineSource:
    return TimelineSource(
        "referral",
        rows_at(Referral, _AT[code]),
        _entries(code),
    )


def taken_back(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What was written down by mistake, and taken back since."""
    found = {}
    for one, slack_id, name in events(work, ids):
        person = customer_people.read(work, one.facts["person_id"])
        details = {"step": one.facts["step"], "person": person.name if person else ""}
        words = one.facts["words"]
        found[one.id] = entry("referral", "taken_back", one.id, one.at, reader, slack_id, name, words, details)
    return found


KIND = {"referral": TimelineKind(9, "Referrals", timeline_line)}
SOURCES = {
    **{f"referral_{code}": _source(code) for code in _AT},
    "referral_taken_back": TimelineSource("referral", events_of_kinds([TAKEN_BACK]), taken_back),
}
