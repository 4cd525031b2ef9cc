"""Handoffs: `/handoff` and the form behind it; accepted, returned with what is missing, or withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import handoffs
from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts import team as account_team
from bot.accounts.forms import WhoDraft
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.handoffs.facts import Package
from bot.handoffs.forms import (
    Beside,
    HandoffEntry,
    WaitingHandoff,
    handoff_form,
    read_handoff,
    read_return,
    receipt_view,
    return_form,
    typed_so_far,
)
from bot.handoffs.rules import Direction, State, usual_direction
from bot.slack import text
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound import identity
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.resolve_account import answer_about_account
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    answer_about_account(router, "/handoff", open_handoff)
    router.action(ActionId.ACCEPT_HANDOFF, choose_accept)
    router.action(ActionId.RETURN_HANDOFF, open_return)
    router.action(ActionId.WITHDRAW_HANDOFF, choose_withdraw)
    router.action(ActionId.REMIND_HANDOFF, choose_remind)
    router.action(ActionId.CHOOSE_DIRECTION, choose_way)
    router.submit(ViewId.HAND_OVER, submit_handoff)
    router.submit(ViewId.RETURN_HANDOFF, submit_return)


def open_handoff(request: Request, account_id: int) -> Response:
    """`/handoff [account]`, or Hand over… on a story, a list, or on what came back: the form for the account."""
    with request.reading() as work:
        return OpenModal(_form(work, request, account_id), request.how)


def choose_way(request: Request) -> Response:
    """The other way: the form asks for another role, and says who has it now."""
    typed = typed_so_far(request.view, usual_direction(request.person.role))
    with request.reading() as work:
        return OpenModal(_form(work, request, typed.account_id, typed), ModalMode.UPDATE)


def submit_handoff(request: Request) -> Response:
    """Give it to the receiver; the giver reads what becomes of it."""
    entry = read_handoff(request.view)
    receiver = identity.person_of(request.db, request.client, request.workspace_id, entry.to, request.now)
    if receiver is None:
        raise FieldErrors({"to": "Choose someone of the team."})
    with request.writing() as work:
        account_permissions.require_team(work, request.person, entry.account_id)
        named = people.keep_named(work, request, entry.account_id, entry.who)
        number = handoffs.hand_over(
            work,
            entry.account_id,
            entry.direction,
            request.person,
            receiver.id,
            replace(entry.package, contact=named.contact),
        )
        given = handoffs.read(work, number)
        assert given is not None
        days = [spoken_day(day, request.today) for day in handoffs.asked_after(work, given)]
    return OpenModal(receipt_view(number, given.account, given.receiver, given.direction, days))


def choose_accept(request: Request) -> None:
    """Accept."""
    with request.writing() as work:
        handoffs.accept(work, request.number, request.person)


def choose_remind(request: Request) -> str:
    """Remind Priya, in a manager's overview: whoever is to accept it reads that it waits."""
    with request.writing() as work:
        handoff = handoffs.read(work, request.number)
        if handoff is None:
            raise Refused("That handoff is no longer there.")
        account_permissions.require_team(work, request.person, handoff.account_id)
        name = handoffs.remind_now(work, request.number, request.person)
    return f"{text.name(name)} is reminded of the handoff."


def open_return(request: Request) -> Response:
    """Return…: what is missing?"""
    with request.reading() as work:
        handoff = handoffs.require_settler(work, request.number, request.person)
        before = handoffs.last_returned(work, handoff.account_id)
    gaps, on = (before.gaps, _day(request, before)) if before else ("", "")
    return OpenModal(return_form(handoff.account, handoff.giver, handoff.id, gaps, on, str(request.today)), request.how)


def submit_return(request: Request) -> None:
    """Give it back, with what is missing."""
    handoff_id, gaps = read_return(request.view)
    with request.writing() as work:
        handoffs.send_back(work, handoff_id, gaps, request.person)


def choose_withdraw(request: Request) -> Response:
    """Withdraw: on a message, or above the form, which then has the words of what was taken back."""
    with request.writing() as work:
        handoffs.withdraw(work, request.number, request.person)
        if not request.view:
            return None
        handoff = handoffs.read(work, request.number)
        assert handoff is not None
        return OpenModal(_form(work, request, handoff.account_id), ModalMode.UPDATE)


def _form(work: Work, request: Request, account_id: int, typed: HandoffEntry | None = None) -> dict[str, Any]:
    """The form as it is filled in so far; else with the words of what came back; else empty."""
    account = account_search.require_account(work, account_id, "/handoff")
    account_permissions.require_team(work, request.person, account.id)
    waiting = [_waiting(request, one) for one in handoffs.waiting_of(work, account.id)]
    today, beside = str(request.today), _beside(work, request, account.id)
    last = handoffs.last_of(work, account.id, request.person.id)
    if last is None or last.state not in (State.RETURNED, State.WITHDRAWN):
        entry = typed or HandoffEntry(account.id, usual_direction(request.person.role))
        who = _who(work, entry, typed)
        return handoff_form(account.name, entry, today, waiting, beside=beside, who=who)
    by = str(last.first_by) if last.first_by and last.first_by >= request.today else None
    package = Package(last.promised, last.expects, last.risks, last.first, by, last.contact)
    entry = typed or HandoffEntry(account.id, Direction(last.direction), last.receiver_slack, package)
    who = _who(work, entry, typed)
    return handoff_form(account.name, entry, today, waiting, last.gaps, last.settled_by or "", beside, who)


def _who(work: Work, entry: HandoffEntry, typed: HandoffEntry | None) -> WhoDraft:
    """Whom of the customer the form names: as somebody left it, else as what came back says."""
    if typed is not None:
        return people.draft_again(work, typed.account_id, typed.who)
    return people.who_draft(work, entry.account_id, entry.package.contact)


def _beside(work: Work, request: Request, account_id: int) -> Beside:
    """Who has the roles now, and what was said the last time that the account changed hands."""
    team = account_team.of_accounts(work, [account_id]).get(account_id, ())
    holders = {person.role: person.name for person in reversed(team)}
    last = handoffs.last_accepted(work, account_id)
    if last is None:
        return Beside(holders)
    return Beside(holders, Package(last.promised, last.expects, last.risks, last.first), _day(request, last))


def _day(request: Request, settled: handoffs.HandoffView) -> str:
    """The ISO day on which it was settled, where the reader is."""
    return str(local_date(settled.settled_at or settled.created_at, request.person.timezone))


def _waiting(request: Request, one: handoffs.HandoffView) -> WaitingHandoff:
    since = str(local_date(one.created_at, request.person.timezone))
    return WaitingHandoff(one.id, one.direction, one.giver, one.receiver, since, one.giver_id == request.person.id)
