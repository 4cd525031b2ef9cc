"""The addresses of the control API."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.control import changing, modals, pressing, reading, talking
from bot.sandbox.control.given import Given
from bot.sandbox.control.guard import Answer, check_caller
from bot.sandbox.errors import ControlError
from bot.sandbox.platform import Platform
from bot.sandbox.stepping import Driver

Look = Callable[[Given], Any]
Act = Callable[[Given], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "message": talking.message,
    "link": talking.link,
    "command": talking.command,
    "reaction": talking.reaction,
    "action": pressing.action,
    "suggest": pressing.suggest,
    "shortcut": pressing.shortcut,
    "submit": modals.submit,
    "close": modals.close,
    "home": modals.open_home,
    "payload": pressing.payload,
    "share": changing.share,
    "member": changing.member,
    "archive": changing.archive,
    "pending": changing.pending,
    "rename": changing.rename,
    "person": changing.person,
    "revoke": changing.revoke,
    "fault": changing.fault,
}


def control_routes(platform: Platform, driver: Callable[[], Driver | None]) -> list[Route]:
    """All routes under /control/. `driver` is asked anew each time, because it may come later than the server."""
    hand = changing.ClockHand(platform)

    async def move_clock(given: Given) -> Any:
        return await hand.move(given, driver())

    def see_state(given: Given) -> Any:
        return reading.state(given, driven=driver() is not None)

    async def stream(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(platform.live.stream(), media_type="text/event-stream", headers=headers)

    looks: dict[str, Look] = {
        "state": see_state,
        "messages/{channel}": reading.messages,
        "view": reading.view,
        "home": reading.home,
        "traffic": reading.traffic,
        "explore": reading.explore,
    }
    acts = {**ACTS, "clock": move_clock}
    return [
        Route("/control/events", _guarded(stream), methods=["GET"]),
        *(Route(f"/control/{path}", _looking(platform, look), methods=["GET"]) for path, look in looks.items()),
        *(Route(f"/control/{path}", _acting(platform, act), methods=["POST"]) for path, act in acts.items()),
    ]


def _guarded(answer: Answer) -> Answer:
    async def guarded(request: Request) -> Response:
        try:
            check_caller(request)
            return await answer(request)
        except ControlError as refused:
            return JSONResponse({"error": str(refused)}, refused.status)

    return guarded


def _looking(platform: Platform, look: Look) -> Answer:
    async def answer(request: Request) -> Response:
        return JSONResponse(look(Given(platform, {**request.query_params, **request.path_params})))

    return _guarded(answer)


def _acting(platform: Platform, act: Act) -> Answer:
    async def answer(request: Request) -> Response:
        return JSONResponse(await act(Given(platform, await _body(request))))

    return _guarded(answer)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ControlError("Send a JSON object.")
    return body
