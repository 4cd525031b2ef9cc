"""Health checks: the command, the button of a prompt, and the form behind both."""

from __future__ import annotations

from typing import Any

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.people_facts import NamedThere
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.health import checks
from bot.health import reasons as health_reasons
from bot.health.checks import AgreedStep, NewCheck
from bot.health.forms import HealthEntry, health_form, read_health
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound import identity
from handlers.inbound.request import CloseAllModals, OpenModal, Request, Response
from handlers.inbound.resolve_account import answer_about_account
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    answer_about_account(router, "/health", open_health_check)
    router.action(ActionId.CORRECT_HEALTH, open_correction)
    router.submit(ViewId.RECORD_HEALTH, submit_health_check)


def open_health_check(request: Request, account_id: int) -> Response:
    """`/health [account]`, or Health check… on a prompt, an alert, a story or a list: the form for the account."""
    with request.reading() as work:
        return OpenModal(_form(work, request, account_id), request.how)


def open_correction(request: Request) -> Response:
    """Correct it…: one's own check, filled in as it stands."""
    with request.reading() as work:
        check = checks.own(work, request.number, request.person.id)
        last = checks.latest(work, check.account_id, check)
        list_of_reasons = health_reasons.of_workspace(work)
        who = people.who_draft(work, check.account_id, check.contact)
    about = (check.account_id, check.account, request.today, request.person.slack_id)
    return OpenModal(health_form(*about, list_of_reasons, last, check, who), request.how)


def submit_health_check(request: Request) -> Response:
    """Keep what was heard."""
    entry = read_health(request.view, request.today)
    owner_id = _owner(request, entry)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, entry.about.account_id)
        named = people.keep_named(work, request, entry.about.account_id, entry.who)
        new = _new(request, entry, owner_id, named)
        if entry.about.check_id:
            checks.correct(work, entry.about.check_id, new)
        else:
            checks.record(work, new)
    # Under a correction may lie the form it was asked for in; it shows the answers that were corrected.
    return CloseAllModals() if entry.about.check_id else None


def _form(work: Work, request: Request, account_id: int) -> dict[str, Any]:
    account = account_search.require_account(work, account_id, "/health")
    account_permissions.require_team(work, request.person, account.id)
    last = checks.latest(work, account.id)
    list_of_reasons = health_reasons.of_workspace(work)
    about = (account.id, account.name, request.today, request.person.slack_id)
    return health_form(*about, list_of_reasons, last, who=people.who_draft(work, account.id))


def _owner(request: Request, entry: HealthEntry) -> int:
    if not entry.next_step or entry.owner in (None, request.person.slack_id):
        return request.person.id
    owner = identity.person_of(request.db, request.client, request.workspace_id, str(entry.owner), request.now)
    if owner is None:
        raise FieldErrors({"follow_up_by": "Choose someone of the team."})
    return owner.id


def _new(request: Request, entry: HealthEntry, owner_id: int, named: NamedThere) -> NewCheck:
    due_on = entry.due_on
    return NewCheck(
        account_id=entry.about.account_id,
        by_id=request.person.id,
        talked_on=entry.talked_on,
        scales=entry.scales,
        heard=entry.heard,
        risks=entry.risks,
        sold_nothing=entry.sold_nothing,
        contact=named.contact,
        picked=named.picked,
        next_step=AgreedStep(entry.next_step, owner_id, due_on) if due_on and entry.next_step else None,
    )
