"""How every act on a renewal begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.person import Person
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Member
from bot.renewals import view
from bot.renewals.batch import RenewalBatch
from bot.renewals.view import RenewalView


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an act came to. `changed` is False when everything was so already."""

    renewal_id: int
    account_id: int
    account: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    id: int
    person: Person


def opened(work: Work, renewal_id: int) -> tuple[RenewalBatch, RenewalView]:
    """The renewal, locked, and a batch to collect what is done to it. Raises Refused when there is none of this id."""
    found = view.load(work, [renewal_id]).get(renewal_id)
    if found is None:
        raise Refused("This renewal is not there any more. Use /renewal to find the account's current one.")
    return RenewalBatch(work), found


def acting(work: Work, member_id: int) -> Actor:
    """The member who acts. Raises Refused when the workspace has none of this id."""
    row = work.session.execute(work.select(Member.slack_id, Member.name).where(Member.id == member_id)).first()
    if row is None:
        raise Refused("You are not known here yet. Use /retention once, then try again.")
    return Actor(member_id, Person(row.slack_id, row.name))


def done(work: Work, batch: RenewalBatch, s: RenewalView) -> ActionResult:
    """Write what was collected."""
    batch.write()
    return ActionResult(s.id, s.account_id, s.account, True)
