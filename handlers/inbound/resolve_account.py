"""Which account a command is about: the one it names, or its channel's; else the ones to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.db.work import Work
from bot.renewals.messages.choices import EXAMPLE, unclear_account, which_account
from bot.slack.ids import ActionId
from bot.slack.message import Message
from handlers.inbound.request import Request

OFFERING = (
    ActionId.CHOOSE_ACCOUNT,
    ActionId.ACCOUNT_STORY,
    ActionId.OPEN_HEALTH,
    ActionId.OPEN_PULSE,
    ActionId.OPEN_HANDOFF,
)
"""What is done with an account that was looked for in such an answer; each has a menu that searches."""

SURE = 75
"""A single loose match at least this good (of 100) is opened at once; what opens names the account."""


def account_meant(
    work: Work,
    request: Request,
    action: ActionId = ActionId.CHOOSE_ACCOUNT,
    example: str = EXAMPLE,
    with_ended: bool = False,
) -> Found | Message:
    """The account that is meant, or the answer that offers those that may be, as buttons that do `action`.

    `with_ended`: also one that is no longer a customer, where no other is called so.
    """
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
