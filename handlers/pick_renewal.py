"""From anywhere to a renewal's form: the command, the shortcut, and the choices between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.core.calendar import local_date
from bot.core.days import countdown, due, spoken_day
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.renewals import queries as renewal_queries
from bot.renewals import undo_payment
from bot.renewals.forms.pick import account_form, account_options, read_picked, renewals_form
from bot.renewals.messages.choices import paid_today, which_renewal
from bot.renewals.queries import RenewalBrief
from bot.renewals.rules.stages import Stage, is_unsigned, label
from bot.renewals.undo_payment import JustPaid
from bot.slack.commands import COMMANDS
from bot.slack.ids import ActionId, ShortcutId, ViewId
from bot.touchpoints.forms import Source
from handlers.inbound.request import OpenModal, Options, Request, Response
from handlers.inbound.resolve_account import account_meant, named
from handlers.inbound.router import Router
from handlers.renewals import form_of

OFFERED = 50


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/renewal", open_renewal)
    router.shortcut(ShortcutId.UPDATE_RENEWAL, open_search)
    router.action(ActionId.PICK_RENEWAL, open_search)
    router.action(ActionId.CHOOSE_ACCOUNT, choose_account)
    for action in (ActionId.FIND_ACCOUNT, *(command.chooser for command in COMMANDS if command.chooser)):
        router.options(action, offer_accounts)
    router.submit(ViewId.PICK_RENEWAL, submit_search)


def open_renewal(request: Request) -> Response:
    """`/renewal [account]`: the form of the account named, or of the channel's account."""
    with request.reading() as work:
        account = account_meant(work, request, "/renewal")
        return _open(work, request, account) if isinstance(account, Found) else account


def open_search(request: Request) -> Response:
    """The search for an account, from a shortcut or a button."""
    return OpenModal(account_form())


def choose_account(request: Request) -> Response:
    """One of the accounts that were offered."""
    with request.reading() as work:
        account = account_search.require_account(work, request.number, "/renewal")
        return _open(work, request, account)


def offer_accounts(request: Request) -> Response:
    """Accounts while someone types; before they do, those that may be meant, and their own ones."""
    with request.reading() as work:
        if request.text:
            found = account_search.find_accounts(work, request.text, OFFERED)
        else:
            near = account_search.accounts_named(work, Source.from_view(request.view).near_ids)
            own = account_search.own_accounts(work, request.person.id, OFFERED)
            found = [*near, *(one for one in own if one.id not in {a.id for a in near})][:OFFERED]
    return Options(account_options(named(found)))


def submit_search(request: Request) -> Response:
    """The account that was picked: its renewal's form, or first the choice between several."""
    picked = read_picked(request.view)
    with request.reading() as work:
        if picked.renewal_id:
            return OpenModal(form_of(work, request, picked.renewal_id))
        account = account_search.account_named(work, picked.account_id)
        renewals = renewal_queries.open_renewals(work, account.id) if account else []
        if account is None or not renewals:
            raise FieldErrors({ActionId.FIND_ACCOUNT: "It has no open renewal. Choose another account."})
        account_permissions.require_team(work, request.person, account.id)
        if len(renewals) > 1:
            return OpenModal(renewals_form(account.name, account.id, _options(request, renewals)))
        return OpenModal(form_of(work, request, renewals[0].id))


def _open(work: Work, request: Request, account: Found) -> Response:
    account_permissions.require_team(work, request.person, account.id)
    renewals = renewal_queries.open_renewals(work, account.id)
    paid = undo_payment.just_paid(work, account.id, account.name)
    if paid:
        options = [(int(id), words) for words, id in _options(request, renewals)]
        return paid_today(account.name, [_paid(request, one) for one in paid], options)
    if not renewals:
        raise Refused(
            f"{account.name} has no open renewal. It gets one when a contract with an end date is imported for it."
        )
    if len(renewals) > 1:
        return which_renewal(account.name, [(int(id), words) for words, id in _options(request, renewals)])
    return OpenModal(form_of(work, request, renewals[0].id))


def _options(request: Request, renewals: Sequence[RenewalBrief]) -> list[tuple[str, str]]:
    today = request.today
    return [(f"{_due(r, today)}. {label(Stage(r.stage))}", str(r.id)) for r in renewals]


def _paid(request: Request, one: JustPaid) -> tuple[int, str]:
    on, paid = (spoken_day(day, request.today) for day in (one.renewal_date, _local_day(request, one)))
    return one.renewal_id, f"{one.by} marked the renewal of {on} paid on {paid}"


def _local_day(request: Request, one: JustPaid) -> date:
    return local_date(one.paid_at, request.person.timezone)


def _due(r: RenewalBrief, today: date) -> str:
    if is_unsigned(Stage(r.stage)):
        return due(r.deadline, r.renewal_date, r.auto_renew, today)
    return f"{spoken_day(r.renewal_date, today)}, {countdown(r.renewal_date, today)}"
