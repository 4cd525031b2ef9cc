"""`/insight`: the library of what is worth telling, and what happens at customers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.db.work import Work
from bot.errors import Refused
from bot.insights import service as insight_service
from bot.insights import trigger_events
from bot.insights.forms import (
    TypedInsight,
    audience_of,
    details_of,
    insight_form,
    read_insight,
    trigger_of,
    typed_so_far,
)
from bot.insights.messages import library_message, restored, retired
from bot.slack import text
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

LINK = re.compile(r"<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?")
SHOWN, AHEAD = 12, 8


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/insight", open_insight)
    router.action(ActionId.ADD_INSIGHT, open_new)
    router.action(ActionId.CHOOSE_INSIGHT_KIND, choose_kind)
    router.action(ActionId.EDIT_INSIGHT, open_edit)
    router.action(ActionId.RETIRE_INSIGHT, press_retire)
    router.action(ActionId.RESTORE_INSIGHT, press_restore)
    router.action(ActionId.EDIT_TRIGGER, open_trigger)
    router.action(ActionId.END_TRIGGER, press_end)
    router.submit(ViewId.ADD_INSIGHT, submit_insight)


def open_insight(request: Request) -> Response:
    """`/insight [words and link]`: the form with what was typed; `/insight list`: the library."""
    if request.text.strip().casefold() == "list":
        return open_library(request)
    link = LINK.search(request.text)
    words = LINK.sub("", request.text).strip()
    return _new(request, TypedInsight(words=words[:3000], url=link[1] if link else ""))


def open_new(request: Request) -> Response:
    """Add…: the empty form."""
    return _new(request, TypedInsight())


def open_library(request: Request) -> Response:
    """The newest insights, and what comes up at customers."""
    with request.reading() as work:
        entries, total = insight_service.listing(work, SHOWN)
        triggers = trigger_events.ahead(work, AHEAD)
    person = request.person
    changeable = frozenset(one.id for one in entries if person.manages or one.by_id == person.id)
    return library_message(entries, total, triggers, request.today, changeable)


def choose_kind(request: Request) -> Response:
    """Another kind was chosen: the form asks for what that needs, and keeps what was typed."""
    typed = typed_so_far(request.view)
    with request.reading() as work:
        return OpenModal(_form(work, typed), ModalMode.UPDATE)


def open_edit(request: Request) -> Response:
    """Change… of an insight."""
    with request.reading() as work:
        entry = insight_service.read(work, request.number)
        return OpenModal(_form(work, TypedInsight.of_insight(entry)), request.how)


def press_retire(request: Request) -> Response:
    """Retire: it is proposed to nobody any more."""
    with request.writing() as work:
        entry = insight_service.read(work, request.number)
        insight_service.retire(work, request.number, request.person)
    return retired(entry.id, entry.words)


def press_restore(request: Request) -> Response:
    """Put it back, right after Retire."""
    with request.writing() as work:
        insight_service.restore(work, request.number, request.person)
        return restored(insight_service.read(work, request.number).words)


def open_trigger(request: Request) -> Response:
    """Change… of something that happens at a customer."""
    with request.reading() as work:
        entry = trigger_events.read(work, request.number)
        if entry is None:
            raise Refused(trigger_events.GONE)
        account_permissions.require_team(work, request.person, entry.said.account_id)
        return OpenModal(_form(work, TypedInsight.of_trigger(entry)), request.how)


def press_end(request: Request) -> Response:
    """Take off the list."""
    with request.writing() as work:
        entry = trigger_events.read(work, request.number)
        if entry is None:
            raise Refused(trigger_events.GONE)
        account_permissions.require_team(work, request.person, entry.said.account_id)
        trigger_events.end(work, request.number, request.person.name)
    return f"Off the list: nobody is told of it any more. The timeline of {text.name(entry.account)} keeps it."


def submit_insight(request: Request) -> None:
    """Keep it: an insight for the next pulses and nurture touches, or a day that the account's team is told of."""
    typed = read_insight(request.view)
    with request.writing() as work:
        if typed.is_trigger:
            _keep_trigger(work, request, typed)
        elif typed.number:
            insight_service.edit(
                work,
                typed.number,
                typed.words,
                typed.url,
                audience_of(typed),
                request.person,
                details_of(typed),
            )
        else:
            insight_service.add(work, typed.words, typed.url, audience_of(typed), request.person, details_of(typed))


def _keep_trigger(work: Work, request: Request, typed: TypedInsight) -> None:
    new = trigger_of(typed)
    account_permissions.require_team(work, request.person, new.account_id)
    if not typed.number:
        trigger_events.add(work, new, request.person.id)
        return
    before = trigger_events.read(work, typed.number)
    if before is None:
        raise Refused(trigger_events.GONE)
    account_permissions.require_team(work, request.person, before.said.account_id)
    trigger_events.edit(work, typed.number, new, request.person)


def _new(request: Request, typed: TypedInsight) -> Response:
    with request.reading() as work:
        here = account_search.account_of_channel(work, request.channel or "")
        account = (here.name, str(here.id)) if here else None
        return OpenModal(_form(work, replace(typed, account=account)), request.how)


def _form(work: Work, typed: TypedInsight) -> dict[str, Any]:
    if typed.account and not typed.account[0]:
        found = account_search.account_named(work, int(typed.account[1]))
        typed = replace(typed, account=(found.name, str(found.id)) if found else None)
    return insight_form(insight_service.industries(work), typed)
