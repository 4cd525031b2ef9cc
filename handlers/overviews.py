"""The buttons of an overview: ask who answers for a renewal, the lists behind it, and a file of all."""

from __future__ import annotations

import json

from bot.accounts import permissions as account_permissions
from bot.core.person import Person
from bot.db.work import Work
from bot.digests.facts_overview import OverviewPlace
from bot.digests.messages_overview import PAGE, list_view
from bot.digests.overview import look_over, rows_of, scope_of
from bot.digests.overview_file import as_csv
from bot.errors import NotForYou
from bot.renewals import escalations
from bot.slack import text
from bot.slack.ids import ActionId
from bot.workspace import members
from handlers.inbound.files import NamedFile, send_later
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

GONE = "There is nothing here for you. Set up an overview of your own with `/digest`."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.OVERVIEW_ASK, choose_ask)
    router.action(ActionId.OVERVIEW_LIST, open_list)
    router.action(ActionId.OVERVIEW_PAGE, choose_page)
    router.action(ActionId.OVERVIEW_FILE, choose_file)


def choose_ask(request: Request) -> str:
    """Ask Dana: she reads who asks, and whoever asked reads that she was."""
    with request.writing() as work:
        account_permissions.require_renewal(work, request.person, request.number)
        name = escalations.ask(work, request.number, Person(request.person.slack_id, request.person.name))
    return f"{text.name(name)} is asked what is next with this renewal."


def open_list(request: Request) -> Response:
    """The list behind a section: its first page."""
    return OpenModal(_page(request), request.how)


def choose_page(request: Request) -> Response:
    """Another page of it."""
    return OpenModal(_page(request), ModalMode.UPDATE)


def choose_file(request: Request) -> str:
    """All as a file: made and uploaded while nobody waits."""
    _, place, _ = _read(request)
    with request.reading() as work:
        _reader(work, place)

    def make() -> list[NamedFile]:
        with request.reading() as work:
            content = as_csv(work, place)
        words = "All that lies behind the overview, as it stands now."
        return [NamedFile(f"overview-{request.today}.csv", content, words)]

    return send_later(request, make)


def _page(request: Request) -> dict[str, object]:
    section, place, page = _read(request)
    with request.reading() as work:
        look = look_over(work, scope_of(place), _reader(work, place))
        found = rows_of(work, look, section, page * PAGE, PAGE)
    return list_view(section, place, page, found)


def _reader(work: Work, place: OverviewPlace) -> members.MemberView:
    person = members.by_id(work, place.member_id)
    if person is None or person.is_outsider:
        raise NotForYou(GONE)
    return person


def _read(request: Request) -> tuple[str, OverviewPlace, int]:
    """What a button names. It is data from outside, and leads to nothing but a read of this workspace's accounts."""
    try:
        value = json.loads(request.value)
        place = OverviewPlace.from_facts(value)
        scope_of(place)
        return str(value["section"]), place, min(max(0, int(value["page"])), 100_000)
    except (ValueError, KeyError, TypeError) as unreadable:
        raise NotForYou(GONE) from unreadable
