"""`/insight`: write down something worth telling a customer that sells nothing."""

from __future__ import annotations

import re

from bot.accounts import search as account_search
from bot.insights import service as insight_service
from bot.insights.forms import insight_form, read_insight
from bot.insights.service import InsightAudience
from bot.slack.ids import ViewId
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router

LINK = re.compile(r"<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?")


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/insight", open_insight)
    router.submit(ViewId.ADD_INSIGHT, submit_insight)


def open_insight(request: Request) -> Response:
    """`/insight [words and link]`: the form with what was typed; in an account's channel it is for that account."""
    link = LINK.search(request.text)
    words = LINK.sub("", request.text).strip()
    with request.reading() as work:
        here = account_search.account_of_channel(work, request.channel or "")
        industries = insight_service.industries(work)
    account = (here.name, str(here.id)) if here else None
    return OpenModal(insight_form(industries, words[:3000], link[1] if link else "", account))


def submit_insight(request: Request) -> None:
    """Keep it. It is offered with the next pulses."""
    form = read_insight(request.view)
    audience = InsightAudience(form.account_id, form.industry)
    with request.writing() as work:
        insight_service.add(work, form.words, form.url, audience, request.person)
