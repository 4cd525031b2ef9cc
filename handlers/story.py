"""`/account`: the story of an account, its timeline, and sharing it where only the team reads."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot import story
from bot.accounts import search as account_search
from bot.accounts.crm_links import address
from bot.accounts.search import Found
from bot.db.work import Work
from bot.errors import Refused
from bot.slack.ids import ActionId, ViewId
from bot.story import share
from bot.story.forms import SharePlace, read_share, share_form
from bot.story.messages.card import account_message, account_view, chart_message, chart_view, past_message
from bot.story.messages.timeline import ALL, timeline_view
from bot.touchpoints.rules.line_days import Day, day_behind
from handlers.inbound import identity, readers
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router
from handlers.pick_renewal import offer_accounts

HOW_DAYS = "Write it like `/account acme 30 June` or `/account acme 2026-06-30`, up to today."
EXACT = 100
NOT_HERE = "I am not in this channel. Invite me, then share it again."
NOT_SAFE = "Someone from outside the team may read this channel, so the story stays between us."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/account", open_account)
    router.action(ActionId.ACCOUNT_STORY, open_story)
    router.action(ActionId.FIND_STORY, open_story)
    router.options(ActionId.FIND_STORY, offer_accounts)
    router.action(ActionId.SHARE_ACCOUNT, choose_share)
    router.submit(ViewId.SHARE_ACCOUNT, submit_share)
    router.action(ActionId.ACCOUNT_TIMELINE, open_timeline)
    router.action(ActionId.ACCOUNT_CHART, open_chart)
    router.action(ActionId.TIMELINE_KIND, choose_kind)
    router.action(ActionId.TIMELINE_PAGE, choose_page)


def open_account(request: Request) -> Response:
    """`/account [name] [day]`: the card of the account named, or of the channel's account; as it stood on a past day.

    A name that ends as a day does is a name where an account is called so.
    """
    with request.reading() as work:
        told = _past_day(work, request)
        if told is not None:
            return _shown_on(work, request, told)
        account = account_meant(work, request, "/account", with_ended=True)
        return _shown(work, request, account.id) if isinstance(account, Found) else account


def open_story(request: Request) -> Response:
    """A button or a search that names an account: beside the message it is on, or as a modal."""
    with request.reading() as work:
        if not request.view:
            return _shown(work, request, request.number)
        return OpenModal(account_view(_card(work, request, request.number)), request.how)


def choose_share(request: Request) -> Response:
    """Share…: first a form that names the channel and who reads there."""
    channel = request.channel or ""
    place, names = _look_who_reads(request, channel)
    with request.reading() as work:
        account = account_search.require_account(work, request.number, "/account")
    return OpenModal(share_form(account.name, account.id, channel, place, names), request.how)


def submit_share(request: Request) -> Response:
    """Share it: looked at again who reads there, since someone may have joined meanwhile."""
    account_id, channel = read_share(request.view)
    _look_who_reads(request, channel)
    with request.writing() as work:
        card = _card(work, request, account_id)
        share.share(work, card, channel, request.person, request.receipt)
    return None


def open_timeline(request: Request) -> Response:
    """Full timeline: its first page."""
    with request.reading() as work:
        return OpenModal(_page(work, request, request.number, "", 0), request.how)


def open_chart(request: Request) -> Response:
    """Health over time: drawn beside the message it was asked on, in words over a modal."""
    with request.reading() as work:
        card = _card(work, request, request.number)
    return OpenModal(chart_view(card), request.how) if request.view else chart_message(card)


def choose_kind(request: Request) -> Response:
    """The timeline, narrowed to one kind."""
    account_id, _ = _about(request)
    with request.reading() as work:
        return OpenModal(_page(work, request, account_id, request.value, 0), ModalMode.UPDATE)


def choose_page(request: Request) -> Response:
    """Older, or Newer."""
    account_id, kind = _about(request)
    with request.reading() as work:
        return OpenModal(_page(work, request, account_id, kind, request.number), ModalMode.UPDATE)


def _card(work: Work, request: Request, account_id: int) -> story.AccountCard:
    card = story.card(work, account_id, request.person.timezone)
    crm_id = account_search.crm_id_of(work, account_id) if request.base_url else None
    return replace(card, link=address(request.base_url, crm_id))


def _past_day(work: Work, request: Request) -> Day | None:
    told = day_behind(request.text, request.today)
    if told is None:
        return None
    known = account_search.find_accounts(work, request.text, limit=1, with_ended=True)
    return None if known and known[0].score == EXACT else told


def _shown_on(work: Work, request: Request, told: Day) -> Response:
    if told.on is None:
        raise Refused(f"There is no {told.typed}. {HOW_DAYS}")
    if told.on > request.today:
        raise Refused(f"{told.typed} has not come yet. {HOW_DAYS}")
    account = account_meant(work, replace(request, text=told.rest), "/account", with_ended=True)
    if not isinstance(account, Found):
        raise Refused(f"Write the account's whole name before the day. {HOW_DAYS}")
    if told.on == request.today:
        return _shown(work, request, account.id)
    return past_message(story.card_on(work, account.id, told.on, request.person.timezone))


def _shown(work: Work, request: Request, account_id: int) -> Response:
    return account_message(_card(work, request, account_id), can_share=_may_share(request, request.channel))


def _may_share(request: Request, channel: str | None) -> bool:
    """Share is offered where there is a channel of the team alone; a talk with the bot is none."""
    if channel is None or channel == request.person.dm_channel or channel.startswith("D"):
        return False
    return identity.is_private_place(
        request.db, request.client, request.workspace_id, request.person, channel, request.now
    )


def _look_who_reads(request: Request, channel: str) -> tuple[SharePlace, list[str]]:
    """What channel it is, and the names of those who read there; raises Refused when not only the team does."""
    identity.look_at_channels(request, [channel])
    try:
        info = request.client.conversations_info(channel=channel).get("channel") or {}
        if not info.get("is_member"):
            raise Refused(NOT_HERE)
    except (SlackApiError, OSError) as error:
        raise Refused(NOT_HERE) from error
    here = (request.db, request.client, request.workspace_id, channel, request.now)
    names = readers.team_that_reads(*here) if _may_share(request, channel) else None
    if names is None:
        raise Refused(NOT_SAFE)
    return SharePlace(str(info.get("name") or ""), bool(info.get("is_private"))), names


def _page(work: Work, request: Request, account_id: int, kind: str, number: int) -> dict[str, object]:
    page = story.timeline(work, account_id, kind, number, request.person)
    return timeline_view(page)


def _about(request: Request) -> tuple[int, str]:
    """What the open timeline is about, from its private_metadata: data from outside, that only leads to a read."""
    account, _, kind = str(request.view.get("private_metadata") or "").partition(":")
    return int(account) if account.isdecimal() and len(account) < 18 else 0, "" if kind == ALL else kind
