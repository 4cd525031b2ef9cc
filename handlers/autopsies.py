"""`/autopsy`: the last autopsy of an account; all of its signals; and the one question that it asks."""

from __future__ import annotations

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.autopsies import queries, record
from bot.autopsies.forms import help_form, read_help, read_number
from bot.autopsies.messages import no_autopsy, render_autopsy, signals_view
from bot.db.work import Work
from bot.errors import NotForYou
from bot.slack.commands import named
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/autopsy", open_autopsy)
    router.action(named("/autopsy").chooser, choose_autopsy)
    router.action(ActionId.AUTOPSY_HELP, open_help)
    router.action(ActionId.AUTOPSY_SIGNALS, open_signals)
    router.action(ActionId.AUTOPSY_PAGE, choose_signals)
    router.submit(ViewId.AUTOPSY_HELP, submit_help)


def open_autopsy(request: Request) -> Response:
    """`/autopsy [account]`: of an account that is a customer no more, too."""
    with request.reading() as work:
        account = account_meant(work, request, "/autopsy", with_ended=True)
        return _last(work, request, account.id) if isinstance(account, Found) else account


def choose_autopsy(request: Request) -> Response:
    """One of the accounts that were offered."""
    with request.reading() as work:
        return _last(work, request, request.number)


def open_help(request: Request) -> Response:
    """What would have helped?…"""
    with request.reading() as work:
        card = queries.card(work, request.number)
        if card is None:
            raise NotForYou(record.GONE)
        account_permissions.require_team(work, request.person, card.account_id)
        said = queries.last_words(work, card.autopsy_id, request.person.id)
    return OpenModal(help_form(card.account, card.autopsy_id, said), request.how)


def submit_help(request: Request) -> None:
    """Keep the answer."""
    autopsy_id, words = read_help(request.view)
    with request.writing() as work:
        record.answer(work, autopsy_id, words, request.person)


def open_signals(request: Request) -> Response:
    """All signals and answers, from the first."""
    return OpenModal(_page(request, request.number, 0), request.how)


def choose_signals(request: Request) -> Response:
    """Later, or Earlier."""
    return OpenModal(_page(request, read_number(request.view), request.number), ModalMode.UPDATE)


def _last(work: Work, request: Request, account_id: int) -> Response:
    account = account_search.require_account(work, account_id, "/autopsy")
    autopsy_id = queries.last_of(work, account_id)
    card = queries.card(work, autopsy_id, request.person.timezone) if autopsy_id is not None else None
    return render_autopsy(card.to_facts()) if card is not None else no_autopsy(account.name)


def _page(request: Request, autopsy_id: int, number: int) -> dict[str, object]:
    with request.reading() as work:
        page = queries.page(work, autopsy_id, number, request.person.timezone)
    if page is None:
        raise NotForYou(record.GONE)
    return signals_view(page)
