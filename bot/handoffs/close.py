"""A handoff ends once: accepted, returned with the gaps named, or withdrawn. Only accepting moves the account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot import follow_ups
from bot.accounts import team as account_team
from bot.agenda import jobs
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.handoffs import notify, schedule
from bot.handoffs.queries import HandoffView, read
from bot.handoffs.rules import State, becomes, ended, may_settle
from bot.models import Account, Handoff, Member
from bot.renewals.listeners import show_on_cards
from bot.workspace.members import MemberView

GONE = "That handoff is no longer there."
OWNER = "owner"


def require_settler(work: Work, handoff_id: int, person: MemberView) -> HandoffView:
    """The handoff, for the one to whom it was given, and for managers. Raises NotForYou, naming who may, for others."""
    handoff = read(work, handoff_id)
    if handoff is None or person.is_outsider:
        raise NotForYou(GONE)
    if not may_settle(person.id, person.manages, handoff.giver_id, handoff.receiver_id):
        raise NotForYou(f"Only {handoff.receiver}, to whom it was handed over, or a manager can do that. Ask them.")
    return handoff


def accept(work: Work, handoff_id: int, by: MemberView) -> bool:
    """The receiver becomes support lead or owner of the account; who was it stays on the team. False when it was so.

    Raises NotForYou for those who may not, and Refused, saying who was first, when it ended otherwise.
    """
    if (asked := require_settler(work, handoff_id, by)).receiver_gone:
        raise Refused(f"{asked.receiver} has left the team. Press Return…, so that {asked.giver} can choose another.")
    handoff = settle(work, handoff_id, State.ACCEPTED, by.id, "")
    if handoff is None:
        return False
    former = _hand_role(work, handoff)
    _write_first_step(work, handoff, by)
    notify.tell_accepted(work, handoff, former, by.slack_id)
    show_on_cards(work, [handoff.account_id])
    return True


def send_back(work: Work, handoff_id: int, gaps: str, by: MemberView) -> bool:
    """Return it to the giver with what is missing. False when it was returned already.

    Raises FieldErrors (gaps) without a word on that, NotForYou for those who may not, and Refused when it ended
    otherwise.
    """
    require_settler(work, handoff_id, by)
    if not gaps:
        raise FieldErrors({"gaps": "Say what is missing, so that it can be put right."})
    handoff = settle(work, handoff_id, State.RETURNED, by.id, gaps)
    if handoff is None:
        return False
    notify.tell_returned(work, handoff, by.slack_id)
    return True


def settle(work: Work, handoff_id: int, to: State, by_id: int, gaps: str) -> HandoffView | None:
    """End a waiting handoff, and let every message about it show how; None when it ended in this way already.

    Raises Refused, saying who was first, when it ended otherwise, and when it is gone.
    """
    mine = (Handoff.workspace_id == work.workspace_id, Handoff.id == handoff_id)
    lock(work, Handoff, [handoff_id])
    before = read(work, handoff_id)
    if before is None:
        raise Refused(GONE)
    if before.state == to:
        return None
    if before.state != State.WAITING:
        raise Refused(_settled_already(before, work.now))
    work.session.execute(
        update(Handoff).where(*mine).values(state=to, gaps=gaps, settled_at=work.now, settled_by_id=by_id)
    )
    handoff = read(work, handoff_id)
    assert handoff is not None
    jobs.cancel(work, schedule.KINDS, [handoff.subject])
    notify.show_outcome(work, handoff)
    return handoff


def _hand_role(work: Work, handoff: HandoffView) -> list[str]:
    """Give the receiver their role; gives the Slack ids of those who had it."""
    # Two handoffs of one account, one in each direction, may be accepted at the same moment.
    lock(work, Account, [handoff.account_id])
    role = becomes(handoff.direction)
    former = account_team.give_role(work, handoff.account_id, role, handoff.receiver_id)
    if role == OWNER:
        account = is_row(Account, work.workspace_id, handoff.account_id)
        work.session.execute(update(Account).where(account).values(owner_id=handoff.receiver_id))
    there = (within(Member.workspace_id, work.workspace_id), Member.id.in_(former), Member.is_outsider.is_(False))
    return list(work.session.scalars(select(Member.slack_id).where(*there).order_by(Member.id)))


def _write_first_step(work: Work, handoff: HandoffView, by: MemberView) -> None:
    """What is to be done first becomes a follow-up of the receiver, by its day, or today when that has passed."""
    if handoff.first_by is None or not handoff.first.strip():
        return
    due_on = max(handoff.first_by, local_date(work.now, handoff.receiver_zone))
    source = f"handoff:{handoff.id}"
    to, words = handoff.receiver_id, handoff.first
    follow_ups.add(work, handoff.account_id, to, words, due_on, False, source, by.id, handoff.contact)


def _settled_already(handoff: HandoffView, now: datetime) -> str:
    assert handoff.settled_at is not None
    zone = handoff.receiver_zone
    on = spoken_day(local_date(handoff.settled_at, zone), local_date(now, zone))
    return f"{handoff.settled_by or 'Someone'} {ended(handoff.state)} it on {on} already. Nothing was changed."
