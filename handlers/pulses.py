"""Pulses: started by hand, answered by a press, followed by a next step; coverage and reasons for managers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot import pulses
from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou
from bot.health import reasons
from bot.pulses import forms as pulse_forms
from bot.pulses.facts import GivenAnswer
from bot.pulses.messages.answers import own_answer
from bot.pulses.messages.card import pulse_card, started
from bot.pulses.messages.coverage import coverage_message
from bot.pulses.rules import Colour
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound import identity
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router

NOT_A_MANAGER = "Only managers and admins can {}. Ask one of them."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/pulse", open_pulse)
    router.action(ActionId.OPEN_PULSE, choose_pulse)
    router.action(ActionId.PULSE_GREEN, choose_green)
    router.action(ActionId.PULSE_YELLOW, open_yellow)
    router.action(ActionId.PULSE_RED, open_red)
    router.action(ActionId.PULSE_HEARD, say_heard)
    router.action(ActionId.PULSE_IMPRESSION, say_impression)
    router.action(ActionId.CHANGE_PULSE, open_change)
    router.action(ActionId.STEP_PULSE, open_step)
    router.submit(ViewId.ANSWER_PULSE, submit_why)
    router.submit(ViewId.STEP_PULSE, submit_step)
    router.submit(ViewId.SET_REASONS, submit_reasons)


def open_pulse(request: Request) -> Response:
    """`/pulse [account]`: a round now, or the one that runs; `/pulse coverage` and `/pulse reasons` for managers."""
    word = request.text.casefold()
    if word in LISTS and not _is_account(request):
        return LISTS[word](request)
    with request.reading() as work:
        account = account_meant(work, request, "/pulse")
    return _start(request, account.id) if isinstance(account, Found) else account


def choose_pulse(request: Request) -> Response:
    """A button that names an account: the same."""
    return _start(request, request.number)


def choose_green(request: Request) -> Response:
    """🟢: kept at once; whether it was heard from them is asked in what confirms it."""
    with request.writing() as work:
        _require(work, request, request.number)
        by, at = request.person.id, request.now
        own = pulses.answer(work.at(at), request.number, by, GivenAnswer(Colour.GREEN), is_press=True)
    return own_answer(own)


def open_yellow(request: Request) -> Response:
    """🟡: why?"""
    return _ask_why(request, Colour.YELLOW)


def open_red(request: Request) -> Response:
    """🔴: why?"""
    return _ask_why(request, Colour.RED)


def open_change(request: Request) -> Response:
    """Change… under one's own answer: colour, reasons, words, and how it is known."""
    return _ask_why(request, None)


def say_heard(request: Request) -> Response:
    """Heard from them today, under one's own answer."""
    return _say_how_known(request, request.today)


def say_impression(request: Request) -> Response:
    """My impression, under one's own answer."""
    return _say_how_known(request, None)


def submit_why(request: Request) -> Response:
    """The answer, with its reasons."""
    why = pulse_forms.read_why(request.view, request.today)
    with request.writing() as work:
        _require(work, request, why.round_id)
        named = people.keep_named(work, request, pulses.account_of(work, why.round_id), why.who)
        given = replace(why.given, heard_from=named.contact if why.given.heard_on else "")
        own = pulses.answer(work, why.round_id, request.person.id, given)
    return own_answer(replace(own, is_asked=False))


def open_step(request: Request) -> Response:
    """Next step… under a round that needs one."""
    with request.reading() as work:
        _require(work, request, request.number)
        card, account_id = pulses.card(work, request.number), pulses.account_of(work, request.number)
        contact = people.who_draft(work, account_id)
    return OpenModal(pulse_forms.step_form(card, request.person.slack_id, account_id, contact), request.how)


def submit_step(request: Request) -> None:
    """The next step, with who does it and by when."""
    step = pulse_forms.read_step(request.view)
    owner_id = _owner(request, step.owner)
    with request.writing() as work:
        _require(work, request, step.round_id)
        named = people.keep_named(work, request, pulses.account_of(work, step.round_id), step.who)
        pulses.take_step(
            work,
            step.round_id,
            owner_id,
            step.words,
            step.due_on,
            step.is_promise,
            request.person.id,
            named.contact,
        )


def open_coverage(request: Request) -> Response:
    """`/pulse coverage`."""
    _require_manager(request, "see the coverage of pulses")
    with request.reading() as work:
        return coverage_message(pulses.coverage(work))


def open_reasons(request: Request) -> Response:
    """`/pulse reasons`."""
    _require_manager(request, "change the list of reasons")
    with request.reading() as work:
        return OpenModal(pulse_forms.reasons_form(reasons.of_workspace(work)))


def submit_reasons(request: Request) -> None:
    """Keep the list."""
    _require_manager(request, "change the list of reasons")
    with request.writing() as work:
        reasons.set_list(work, pulse_forms.read_reasons(request.view))


LISTS = {"coverage": open_coverage, "reasons": open_reasons}


def _is_account(request: Request) -> bool:
    """Whether such a word means an account: in its own channel, or from somebody who can do nothing else with it."""
    with request.reading() as work:
        found = account_search.find_accounts(work, request.text)
        here = account_search.account_of_channel(work, request.channel or "")
    is_exact = len(found) == 1 and found[0].score == 100
    return is_exact and (not request.person.manages or (here is not None and here.id == found[0].id))


def _start(request: Request, account_id: int) -> Response:
    with request.writing() as work:
        account_permissions.require_team(work, request.person, account_id)
        before = pulses.running_of(work, account_id)
        round_id = pulses.start(work, account_id, request.person.id)
        card = pulses.card(work, round_id)
        place = pulses.place_of(work, account_id)
    if before is not None:
        return pulse_card(card)
    # Where the card itself comes up, more words would only repeat it.
    return None if place == request.channel else started(card, place)


def _ask_why(request: Request, colour: Colour | None) -> Response:
    """The form for an answer of this colour, or, without one, for changing what one has said."""
    with request.reading() as work:
        _require(work, request, request.number)
        asked = pulses.asked_why(work, request.number, request.person.id)
        given = asked.given or GivenAnswer(Colour.GREEN)
        account_id = pulses.account_of(work, request.number)
        who = people.who_draft(work, account_id, given.heard_from)
    form = pulse_forms.why_form(
        asked.account,
        request.number,
        replace(given, colour=colour or given.colour),
        asked.reasons,
        asked.most,
        today=request.today,
        channel=request.channel,
        is_change=colour is None,
        account_id=account_id,
        who=who,
    )
    return OpenModal(form, request.how)


def _say_how_known(request: Request, heard_on: date | None) -> Response:
    with request.writing() as work:
        _require(work, request, request.number)
        own = pulses.say_how_known(work, request.number, request.person.id, heard_on)
    return own_answer(own)


def _require(work: Work, request: Request, round_id: int) -> None:
    account_id = pulses.account_of(work, round_id)
    account_permissions.require_team(work, request.person, account_id)


def _require_manager(request: Request, what: str) -> None:
    if not request.person.manages:
        raise NotForYou(NOT_A_MANAGER.format(what))


def _owner(request: Request, slack_id: str | None) -> int:
    if slack_id in (None, request.person.slack_id):
        return request.person.id
    person = identity.person_of(request.db, request.client, request.workspace_id, str(slack_id), request.now)
    if person is None:
        raise FieldErrors({"follow_up_by": "Choose someone of the team."})
    return person.id
