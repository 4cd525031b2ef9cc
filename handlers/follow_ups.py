"""The buttons of a next step: done, dropped; a promise kept or not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import follow_ups
from bot.slack.ids import ActionId
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router

OUTCOMES: Mapping[ActionId, str] = {
    ActionId.CLOSE_FOLLOW_UP: "done",
    ActionId.DROP_FOLLOW_UP: "dropped",
    ActionId.KEEP_PROMISE: "kept",
    ActionId.BREAK_PROMISE: "broken",
}


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    for action, outcome in OUTCOMES.items():
        router.action(action, _closing(outcome))


def _closing(outcome: str) -> Callable[[Request], Response]:
    def choose_outcome(request: Request) -> None:
        with request.writing() as work:
            follow_ups.require_part(work, request.person, request.number)
            follow_ups.close(work, request.number, outcome, request.person.id)

    return choose_outcome
