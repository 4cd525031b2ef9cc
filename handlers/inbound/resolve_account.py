"""Which account a command is about: the one it names, or its channel's; else the ones to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.db.work import Work
from bot.renewals.messages.choices import unclear_account, which_account
from bot.slack.commands import named as named_command
from bot.slack.message import Message
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router

SURE = 75
"""A single loose match at least this good (of 100) is opened at once; what opens names the account."""


About = Callable[[Request, int], Response]
"""Answers a request about the account of this number."""


def answer_about_account(router: Router, name: str, about: About) -> None:
    """Let `about` answer the command of this name: about the account named, the channel's own, or the one chosen."""
    command = named_command(name)

    def typed(request: Request) -> Response:
        with request.reading() as work:
            account = account_meant(work, request, command.name)
        return about(request, account.id) if isinstance(account, Found) else account

    router.command(command.name, typed)
    router.action(command.chooser, lambda request: about(request, request.number))


def account_meant(work: Work, request: Request, name: str, with_ended: bool = False) -> Found | Message:
    """The account that the command of this name is about, or the answer that offers those that may be meant.

    `with_ended`: also one that is no longer a customer, where no other is called so.
    """
    action, example = named_command(name).chooser, f"Write it like `{name} Acme`."
    if request.text:
        found = account_search.find_accounts(work, request.text, with_ended=with_ended)
        if len(found) == 1 and found[0].score >= SURE:
            return found[0]
        if found:
            return unclear_account(request.text, named(found), action, example)
        nearest = account_search.nearest_accounts(work, request.text)
        return unclear_account(request.text, named(nearest), action, example, is_alike=False)
    here = account_search.accounts_of_channel(work, request.channel or "")
    if len(here) == 1:
        return here[0]
    mine = here or account_search.own_accounts(work, request.person.id)
    return which_account(named(mine), action, example)


def named(found: Sequence[Found]) -> list[tuple[int, str]]:
    """The accounts as choices: (id, name)."""
    return [(account.id, account.name) for account in found]
