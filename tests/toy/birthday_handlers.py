"""`/birthday`: the year together of the account named, of the channel's account, or of the one chosen."""

from __future__ import annotations

from datetime import timedelta

from bot.accounts import search as account_search
from bot.slack import blocks
from bot.slack.message import message
from handlers.inbound.request import Request, Response
from handlers.inbound.resolve_account import answer_about_account
from handlers.inbound.router import Router
from tests.toy import birthdays


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    answer_about_account(router, "/birthday", plan_birthday)


def plan_birthday(request: Request, account_id: int) -> Response:
    """Plan it."""
    with request.writing() as work:
        account = account_search.require_account(work, account_id)
        birthdays.plan(work, account.id, request.now + timedelta(minutes=1))
    words = f"I will tell the team of {account.name} in a minute."
    return message(words, [blocks.section(words)])
