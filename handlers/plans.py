"""The plan of an account: what was agreed with the customer, and when to look at it again."""

from __future__ import annotations

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.plans import service as plan_service
from bot.plans.forms import PlanForm, plan_form, read_plan
from bot.slack import text
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.OPEN_PLAN, open_plan)
    router.submit(ViewId.PLAN, submit_plan)


def open_plan(request: Request) -> Response:
    """Plan: the form with what is agreed so far."""
    with request.reading() as work:
        account = account_search.require_account(work, request.number, "/account")
        account_permissions.require_team(work, request.person, account.id)
        plan = plan_service.read(work, account.id)
        who = people.who_draft(work, account.id, plan.contact if plan else "")
    if plan is None:
        return OpenModal(plan_form(account.name, PlanForm(account.id, "", "", "", None), who=who), request.how)
    day = spoken_day(local_date(plan.created_at, request.person.timezone), request.today)
    form = PlanForm(account.id, plan.goals, plan.measure, plan.rhythm, plan.review_on)
    last = f"Last written by {text.name(plan.by or 'someone')} on {day}."
    return OpenModal(plan_form(account.name, form, last, who), request.how)


def submit_plan(request: Request) -> None:
    """Keep it."""
    form = read_plan(request.view)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, form.account_id)
        plan_service.record(
            work,
            form.account_id,
            form.goals,
            form.measure,
            form.rhythm,
            form.review_on,
            request.person.id,
            people.keep_named(work, request, form.account_id, form.who),
        )
