"""`/time`: where one's own touches went, to the one who asks alone; a team's together, to its manager."""

from __future__ import annotations

from bot.core.calendar import local_date
from bot.errors import NotForYou
from bot.forecast import scoring
from bot.metrics import time_spent
from bot.metrics.messages_time import only_for_managers, own_answer, team_answer, unknown_time_word
from bot.workspace import context
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/time", open_time)


def open_time(request: Request) -> Response:
    """`/time`: the asker's own touches, whoever they are; `/time team`: a manager's people together."""
    word = request.text.casefold()
    if word == "team":
        return _team(request)
    if word not in ("", "mine"):
        return unknown_time_word(request.text)
    with request.reading() as work:
        return own_answer(time_spent.own_time(work, request.person.id, request.today, request.person.timezone))


def _team(request: Request) -> Response:
    if not request.person.manages:
        raise NotForYou(only_for_managers())
    with request.reading() as work:
        led = scoring.led_by(work, request.person.id)
        # Never their own among them: what is left would be the others', one by one.
        people = led or scoring.everybody_but(work, request.person.id)
        day = local_date(request.now, context.of(work).zone)
        return team_answer(time_spent.team_time(work, people, day), bool(led))
