"""A nurture touch: sent, another, not now, what the customer answered, how touches begin; and an account's pause."""

from __future__ import annotations

from typing import Any

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.db.work import Work
from bot.errors import NotForYou
from bot.nurture import actions, pauses, queries
from bot.nurture.forms import opening_form, pause_form, read_opening, read_pause, read_said, said_form
from bot.nurture.rules import Attendance, NotNow, NurtureAnswer
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

NOTHING = "There is nothing here for you."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.SEND_NURTURE, press_sent)
    router.action(ActionId.ANOTHER_NURTURE, press_another)
    router.action(ActionId.NOT_NOW_NURTURE, choose_not_now)
    router.action(ActionId.REOPEN_NURTURE, press_reopen)
    router.action(ActionId.ANSWER_NURTURE, press_answer)
    router.action(ActionId.ATTEND_NURTURE, press_attendance)
    router.action(ActionId.SAY_NURTURE, open_said)
    router.action(ActionId.OPENING_NURTURE, open_opening)
    router.action(ActionId.PAUSE_ACCOUNT, open_pause)
    router.action(ActionId.END_PAUSE, press_end_pause)
    router.submit(ViewId.PAUSE_ACCOUNT, submit_pause)
    router.submit(ViewId.SAY_NURTURE, submit_said)
    router.submit(ViewId.OPENING_NURTURE, submit_opening)


def press_sent(request: Request) -> None:
    """Sent: logged as a touch."""
    with request.writing() as work:
        _require(work, request, request.number)
        actions.send(work, request.number, request.person.id)


def press_another(request: Request) -> None:
    """Another."""
    with request.writing() as work:
        _require(work, request, request.number)
        actions.another(work, request.number)


def choose_not_now(request: Request) -> None:
    """Not now, by the reason that was chosen."""
    chosen, touch_id = _choice(request)
    if chosen not in set(NotNow):
        raise NotForYou(NOTHING)
    with request.writing() as work:
        _require(work, request, touch_id)
        actions.not_now(work, touch_id, NotNow(chosen), request.person.id)


def press_reopen(request: Request) -> None:
    """Not sent after all, or Propose it again: as it was before."""
    with request.writing() as work:
        _require(work, request, request.number)
        actions.reopen(work, request.number, request.person.id)


def press_answer(request: Request) -> None:
    """They answered."""
    chosen, touch_id = _choice(request)
    if chosen not in set(NurtureAnswer):
        raise NotForYou(NOTHING)
    with request.writing() as work:
        _require(work, request, touch_id)
        actions.answer(work, touch_id, NurtureAnswer(chosen), request.person.id)


def press_attendance(request: Request) -> None:
    """Whether they come, or came."""
    chosen, touch_id = _choice(request)
    if chosen not in set(Attendance):
        raise NotForYou(NOTHING)
    with request.writing() as work:
        _require(work, request, touch_id)
        actions.attend(work, touch_id, Attendance(chosen), request.person.id)


def open_said(request: Request) -> Response:
    """In their words…"""
    with request.reading() as work:
        _require(work, request, request.number)
        asked = actions.asked_again(work, request.number, request.person.id)
        who = people.who_draft(work, asked.account_id, asked.heard_from)
    view = said_form(asked.account, asked.touch_id, asked.answer, asked.said, asked.account_id, who)
    return OpenModal(view, request.how)


def submit_said(request: Request) -> None:
    """Keep what they said."""
    touch_id, answer, said, who = read_said(request.view)
    with request.writing() as work:
        _require(work, request, touch_id)
        named = people.keep_named(work, request, actions.account_of(work, touch_id), who)
        actions.say(work, touch_id, answer, said, request.person.id, named)


def open_opening(request: Request) -> Response:
    """Change the opening…"""
    with request.reading() as work:
        _require(work, request, request.number)
        asked = actions.asked_again(work, request.number, request.person.id)
    return OpenModal(opening_form(asked.touch_id, asked.opening, request.person.manages), request.how)


def submit_opening(request: Request) -> None:
    """Keep how touches begin."""
    touch_id, opening, for_all = read_opening(request.view)
    with request.writing() as work:
        _require(work, request, touch_id)
        actions.set_opening(work, touch_id, opening, request.person.id, for_all and request.person.manages)


def open_pause(request: Request) -> Response:
    """Pause this account…; of one that is paused, as it is."""
    with request.reading() as work:
        account_permissions.require_team(work, request.person, request.number)
        return OpenModal(_pause_view(work, request, request.number), request.how)


def submit_pause(request: Request) -> None:
    """Pause it, or change its pause."""
    account_id, until, reason = read_pause(request.view)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, account_id)
        pauses.pause(work, account_id, until, reason, request.person)


def press_end_pause(request: Request) -> Response:
    """End the pause; in the form, what it is then."""
    with request.writing() as work:
        account_id = pauses.account_of(work, request.number)
        account_permissions.require_team(work, request.person, account_id)
        pauses.end(work, request.number, request.person)
        return OpenModal(_pause_view(work, request, account_id), ModalMode.UPDATE) if request.view else None


def _pause_view(work: Work, request: Request, account_id: int) -> dict[str, Any]:
    account = account_search.require_account(work, account_id)
    there = queries.lasting_pauses(work, [account_id]).get(account_id)
    return pause_form(account.name, account_id, there, str(request.today))


def _choice(request: Request) -> tuple[str, int]:
    chosen, _, number = request.value.partition(":")
    return chosen, int(number) if number.isdecimal() and len(number) < 18 else 0


def _require(work: Work, request: Request, touch_id: int) -> None:
    account_permissions.require_team(work, request.person, actions.account_of(work, touch_id))
