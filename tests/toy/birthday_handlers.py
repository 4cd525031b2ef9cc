"""`/birthday`: the year together of the account named, or of the channel's account."""

from __future__ import annotations

from datetime import timedelta

from bot.accounts.search import Found
from bot.slack import blocks
from bot.slack.ids import ActionId
from bot.slack.message import message
from handlers.inbound.request import Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router
from tests.toy import birthdays


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/birthday", plan_birthday)


def plan_birthday(request: Request) -> Response:
    """Plan it."""
    with request.writing() as work:
        account = account_meant(work, request, ActionId.ACCOUNT_STORY, "Write it like `/birthday Acme`.")
        if not isinstance(account, Found):
            return account
        birthdays.plan(work, account.id, request.now + timedelta(minutes=1))
    words = f"I will tell the team of {account.name} in a minute."
    return message(words, [blocks.section(words)])
