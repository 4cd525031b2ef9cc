"""The list of an account's people as a screen shows it."""

from __future__ import annotations

from datetime import date

from bot.accounts import customer_people, decision_process, permissions
from bot.accounts import search as account_search
from bot.accounts.people_facts import PersonView
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.people.facts import ListedPerson, PeopleList
from bot.renewals.decision_time import last_decision
from bot.workspace.members import MemberView

SHOWN = 20
"""People on one page; the others are found by their names."""


def people_list(work: Work, account_id: int, reader: MemberView, looked_up: int = 0) -> PeopleList:
    """Everybody known at an account, on the reader's days; beside the first ones, whoever was `looked_up`.

    Raises Refused when there is no such account.
    """
    account = account_search.require_account(work, account_id)
    people = customer_people.of_account(work, account_id)
    today = local_date(work.now, reader.timezone)
    return PeopleList(
        account_id=account.id,
        account=account.name,
        as_of=str(today),
        people=tuple(_listed(one, reader.timezone) for one in people[:SHOWN]),
        count=len(people),
        gone=sum(one.left_on is not None for one in people),
        concerns=customer_people.concerns_in_words(work, [account_id]).get(account_id, ()),
        named=tuple(customer_people.named_elsewhere(work, account_id)),
        steps=decision_process.steps_of(work, account_id),
        last=last_decision(work, account_id),
        may_change=permissions.may_act(work, reader, account_id),
        looked_up=next((_listed(one, reader.timezone) for one in people if one.id == looked_up), None),
    )


def _listed(one: PersonView, zone: str) -> ListedPerson:
    return ListedPerson(
        one.id,
        one.name,
        one.title,
        one.email,
        one.part.label if one.part else "",
        _iso(one.since),
        str(local_date(one.met_at, zone)) if one.met_at else None,
        _iso(one.left_on),
    )


def _iso(day: date | None) -> str | None:
    return str(day) if day else None
