"""People at a customer: `/people`, and the forms behind it; and who of them a field of any form may mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from bot import people
from bot.accounts import customer_people, decision_process
from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.customer_people import CONTACT_LENGTH
from bot.accounts.forms import ADD, TYPED, WhoAtCustomer, WhoDraft, which_of_them
from bot.accounts.people_facts import NamedThere, PersonView
from bot.core.person_names import besides, person_key
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.people import PersonEntry
from bot.people.forms import (
    PersonAbout,
    decision_form,
    left_form,
    person_form,
    read_decision,
    read_left,
    read_person,
    remove_form,
)
from bot.people.messages import people_view
from bot.people.queries import people_list
from bot.slack import text
from bot.slack.blocks import OPTION_LENGTH
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId
from bot.workspace import context
from handlers.inbound.request import ModalMode, OpenModal, Options, RefreshModal, Request, Response
from handlers.inbound.resolve_account import answer_about_account
from handlers.inbound.router import Router

OFFERED = 50
NOT_YOURS = "Only the account's team and managers add people there. Untick this: the name is kept here all the same."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    answer_about_account(router, "/people", open_people)
    router.options(ActionId.FIND_PERSON, offer_people)
    router.options(ActionId.LOOK_UP_PERSON, offer_people)
    router.action(ActionId.LOOK_UP_PERSON, show_found)
    router.action(ActionId.ADD_PERSON, open_add)
    router.action(ActionId.EDIT_PERSON, open_edit)
    router.action(ActionId.PERSON_LEFT, open_left)
    router.action(ActionId.PERSON_BACK, choose_back)
    router.action(ActionId.REMOVE_PERSON, open_remove)
    router.action(ActionId.EDIT_DECISION, open_decision)
    router.submit(ViewId.PERSON, submit_person)
    router.submit(ViewId.PERSON_LEFT, submit_left)
    router.submit(ViewId.REMOVE_PERSON, submit_remove)
    router.submit(ViewId.DECISION, submit_decision)


def open_people(request: Request, account_id: int) -> Response:
    """`/people [account]`, or People on a story or in a digest: the list, for the eyes of the one who asks."""
    with request.reading() as work:
        return OpenModal(people_view(people_list(work, account_id, request.person)), request.how)


def offer_people(request: Request) -> Response:
    """People while someone types: those of the form's account, or, while it has none, of all."""
    with request.reading() as work:
        found = customer_people.search(work, request.text, _account_asked(request), OFFERED)
    several = len({one.account_id for one in found}) > 1
    names = Counter(person_key(one.name) for one in found)
    return Options([_option(one, several, names[person_key(one.name)] > 1) for one in found])


def show_found(request: Request) -> Response:
    """Somebody who stands beyond the first of the list, found by name: their row, and what can be done with it."""
    with request.reading() as work:
        person = people.require_person(work, request.number)
        found = people_list(work, person.account_id, request.person, person.id)
    return OpenModal(people_view(found), ModalMode.UPDATE)


def open_add(request: Request) -> Response:
    """Add somebody…, or a name that was logged: the form."""
    number, _, name = request.value.partition(":")
    account_id = int(number) if number.isdecimal() and len(number) < 18 else 0
    with request.reading() as work:
        account = account_search.require_account(work, account_id)
        account_permissions.require_team(work, request.person, account.id)
        days = _takes_over_days(work, account.id)
    return OpenModal(person_form(account.name, _about(request, account.id), days, name=name[:200]), request.how)


def open_edit(request: Request) -> Response:
    """Edit…: the form with what is known."""
    with request.reading() as work:
        person = _of_team(work, request, request.number)
        days = _takes_over_days(work, person.account_id)
    about = _about(request, person.account_id, person.id)
    return OpenModal(person_form(person.account, about, days, person), request.how)


def open_left(request: Request) -> Response:
    """Has left…: when?"""
    with request.reading() as work:
        person = _of_team(work, request, request.number)
        days = _takes_over_days(work, person.account_id)
    about = _about(request, person.account_id, person.id)
    return OpenModal(left_form(person, about, request.today, days), request.how)


def choose_back(request: Request) -> Response:
    """Is back: they are there again."""
    with request.writing() as work:
        person = _of_team(work, request, request.number)
        people.is_back(work, person.id, request.person.id)
        found = people_list(work, person.account_id, request.person)
    return OpenModal(people_view(found), ModalMode.UPDATE)


def open_remove(request: Request) -> Response:
    """Remove for good…: sure?"""
    with request.reading() as work:
        person = _of_team(work, request, request.number)
    return OpenModal(remove_form(person, _about(request, person.account_id, person.id)), request.how)


def open_decision(request: Request) -> Response:
    """Change… how they decide."""
    with request.reading() as work:
        account = account_search.require_account(work, request.number)
        account_permissions.require_team(work, request.person, account.id)
        steps = decision_process.steps_of(work, account.id)
    return OpenModal(decision_form(account.name, account.id, steps, _about(request, account.id).list_view), request.how)


def submit_person(request: Request) -> Response:
    """Keep what the form says of somebody."""
    form = read_person(request.view)
    entry = PersonEntry(form.name, form.title, form.email, form.part, form.since, form.left_on)
    with request.writing() as work:
        if form.about.person_id:
            person = _of_team(work, request, form.about.person_id)
            if form.keeps_left_on:
                entry = replace(entry, left_on=person.left_on)
            people.edit(work, person.id, entry, request.person.id)
        else:
            account_permissions.require_team(work, request.person, form.about.account_id)
            people.add(work, form.about.account_id, entry, request.person.id)
        return _list_anew(work, request, form.about)


def submit_left(request: Request) -> Response:
    """They have left."""
    about, day = read_left(request.view)
    with request.writing() as work:
        person = _of_team(work, request, about.person_id)
        people.has_left(work, person.id, day, request.person.id)
        return _list_anew(work, request, replace(about, account_id=person.account_id))


def submit_remove(request: Request) -> Response:
    """They are removed for good."""
    about = PersonAbout.from_view(request.view)
    with request.writing() as work:
        person = _of_team(work, request, about.person_id)
        people.remove_for_good(work, person.id, request.person.id)
        return _list_anew(work, request, replace(about, account_id=person.account_id))


def submit_decision(request: Request) -> Response:
    """Keep how they decide."""
    about, written = read_decision(request.view)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, about.account_id)
        decision_process.write_down(work, about.account_id, written, request.person.id)
        return _list_anew(work, request, about)


def keep_named(work: Work, request: Request, account_id: int, who: WhoAtCustomer) -> NamedThere:
    """Whom a form names; names that are not in the list come into it where that was ticked.

    Raises FieldErrors beside the form's own field for somebody who is of another account, or no longer there; for a
    name that several of them may have; for more names than are kept; and for a tick of somebody who may not change the
    list.
    """
    picked: tuple[int, ...] = ()
    typed, names = who.typed, []
    if who.person_id:
        person = customer_people.read(work, who.person_id)
        if person is None or person.is_removed:
            raise FieldErrors({who.field: "They are no longer in the list. Choose somebody else, or write the name."})
        if person.account_id != account_id:
            raise FieldErrors({who.field: f"{person.name} is at {person.account}. Choose somebody of this account."})
        picked, typed, names = (person.id,), besides(who.typed, person.name), [person.name]
    unclear, several = customer_people.unclear(work, account_id, typed)
    if several:
        raise FieldErrors({TYPED: which_of_them(unclear, several, has_list=who.field != TYPED)})
    contact = ", ".join(name for name in [*names, typed] if name)
    if len(contact) > CONTACT_LENGTH:
        raise FieldErrors({TYPED: f"Keep all names within {CONTACT_LENGTH} characters."})
    if who.is_new:
        if not account_permissions.may_act(work, request.person, account_id):
            raise FieldErrors({ADD: NOT_YOURS})
        people.add_named(work, account_id, typed, request.person.id)
    return NamedThere(contact, picked)


def offered_for_adding(work: Work, request: Request, account_id: int, typed: str) -> str:
    """The first name in a line that is not in the account's list; empty for whoever may not change that."""
    new = customer_people.meant_by(work, account_id, typed)[1] if typed else []
    return new[0] if new and account_permissions.may_act(work, request.person, account_id) else ""


def who_draft(work: Work, account_id: int, typed: str = "") -> WhoDraft:
    """What a form's fields begin with, when `typed` is what is known of whom it was with; 0 is no account yet."""
    if not account_id:
        return WhoDraft(typed, has_list=customer_people.are_any(work))
    there = customer_people.known(work, [account_id]).get(account_id)
    found, others = customer_people.meant_by(work, account_id, typed) if there and typed else ([], [])
    person = customer_people.read(work, found[0]) if len(found) == 1 and not others else None
    has_list = bool(there) or customer_people.are_any(work)
    if person is None:
        return WhoDraft(typed, has_list=has_list)
    return WhoDraft(chosen=(person.name, str(person.id)), has_list=True)


def draft_again(work: Work, account_id: int, who: WhoAtCustomer) -> WhoDraft:
    """The fields as they were left, for a form that comes up anew while somebody fills it in."""
    person = customer_people.read(work, who.person_id) if who.person_id else None
    chosen = (person.name, str(person.id)) if person else None
    return replace(who_draft(work, account_id), typed=who.typed, chosen=chosen, is_new=who.is_new)


def _list_anew(work: Work, request: Request, about: PersonAbout) -> Response:
    """The list that lies under the form, as it is now."""
    if not about.list_view:
        return None
    return RefreshModal(about.list_view, people_view(people_list(work, about.account_id, request.person)))


def _about(request: Request, account_id: int, person_id: int = 0) -> PersonAbout:
    """What a form is about; it remembers the list that it comes up on."""
    is_list = request.view.get("callback_id") == ViewId.PEOPLE
    return PersonAbout(account_id, person_id, str(request.view.get("id") or "") if is_list else "")


def _of_team(work: Work, request: Request, person_id: int) -> PersonView:
    """Somebody of the list, for whoever may change it."""
    person = customer_people.read(work, person_id)
    if person is None:
        raise Refused(people.GONE)
    account_permissions.require_team(work, request.person, person.account_id)
    return people.require_person(work, person_id)


def _takes_over_days(work: Work, account_id: int) -> int:
    """By when the owner finds out who takes over from somebody whose leaving matters."""
    known = account_search.tier_and_name(work, account_id)
    return context.of(work).policies.of(known.tier if known else "").takes_over_days


def _account_asked(request: Request) -> int | None:
    """The account of a form: the field's own, the one chosen in it, or the list's; None for none yet."""
    _, _, number = str(request.body.get("action_id") or "").partition(":")
    if number.isdecimal() and len(number) < 18:
        return int(number)
    return Fields(request.view).number(ActionId.FIND_ACCOUNT) or None


def _option(one: PersonView, several: bool, has_namesake: bool) -> dict[str, Any]:
    """Somebody as a choice: with what tells them from the others that are offered."""
    part, left = one.part.label if one.part else "", "left" if one.left_on else ""
    more = [left, one.email if has_namesake else "", one.account if several else "", one.title, part]
    words = text.plain(", ".join(part for part in (one.name, *more) if part), OPTION_LENGTH - 2)
    return {"text": {"type": "plain_text", "text": words or "?"}, "value": str(one.id)}
