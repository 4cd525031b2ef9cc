"""`/retention`: what the bot can do, by role, and what could not be sent."""

from __future__ import annotations

from bot.accounts import permissions as account_permissions
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.posts import dead_letters
from bot.posts.dead_letters import DeadPost
from bot.renewals import desk
from bot.renewals.messages.desk import my_renewals
from bot.slack import text
from bot.slack.ids import ActionId
from bot.workspace.messages import Unsent, all_commands, help_for, unknown_word, unsent_messages
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router
from handlers.settings import open_settings

SHOWN = 10


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/retention", open_help)
    router.action(ActionId.SHOW_MY_RENEWALS, open_my_renewals)
    router.action(ActionId.SHOW_COMMANDS, open_commands)
    router.action(ActionId.SHOW_DEAD_POSTS, open_unsent)
    router.action(ActionId.RETRY_POST, choose_retry)


def open_help(request: Request) -> Response:
    """`/retention`, or `/retention settings`."""
    word = request.text.casefold()
    if word == "settings":
        return open_settings(request)
    if word not in ("", "help"):
        return unknown_word(request.text, request.person.role)
    if request.person.role != "admin":
        return help_for(request.person.role)
    with request.reading() as work:
        return help_for(request.person.role, dead_letters.count(work))


def open_commands(request: Request) -> Response:
    """Every command, for who wants more than those of every day."""
    return all_commands(request.person.role)


def open_my_renewals(request: Request) -> Response:
    """What waits for this person."""
    with request.reading() as work:
        return my_renewals(desk.desk_of(work, request.person.id, request.today))


def open_unsent(request: Request) -> Response:
    """What could not be sent, for admins."""
    account_permissions.require_admin(request.person)
    with request.reading() as work:
        posts = dead_letters.listed(work, SHOWN)
        total = dead_letters.count(work)
    return unsent_messages([_unsent(request, post) for post in posts], total)


def choose_retry(request: Request) -> Response:
    """Try one or all of them again, after someone has mended the cause."""
    account_permissions.require_admin(request.person)
    with request.writing() as work:
        revived = dead_letters.requeue(work, request.number or None)
    if not revived:
        return "That was tried again already. What fails again comes back to the list."
    return f"{text.count(revived, 'message')} will be tried again now. What fails again comes back to this list."


def _unsent(request: Request, post: DeadPost) -> Unsent:
    place = text.channel(post.channel) if post.channel else text.mention(post.recipient or "")
    since = spoken_day(local_date(post.created_at, request.person.timezone), request.today)
    return Unsent(post.kind, place, post.reason, since, post.id)
