"""Every address the sandbox answers: the Web API, Socket Mode, response_urls, files, the control API, the page."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.control.routes import control_routes
from bot.sandbox.errors import SlackError
from bot.sandbox.link.answers import say
from bot.sandbox.platform import Platform
from bot.sandbox.stepping import Driver
from bot.sandbox.web_api.door import call_method

PAGE = Path(__file__).parent / "page"
STATUS_OF_ANSWER = {"expired_url": 404, "used_url": 404}
PERMALINK = re.compile(r"p(\d+)(\d{6})")


class Abortable:
    """Lets an answer cut its connection, and a socket break, which ASGI has no words for.

    uvicorn's send is a method of the object that holds the transport. Should that change, the test of the
    drop_reply fault fails with a KeyError in the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        cycle = getattr(send, "__self__", None)
        if scope["type"] == "http" and cycle is not None:
            scope["sandbox.transport"] = cycle.transport
        elif scope["type"] == "websocket" and cycle is not None:
            scope["sandbox.socket"] = cycle
        await self._app(scope, receive, send)


def all_routes(platform: Platform, driver: Callable[[], Driver | None]) -> list[BaseRoute]:
    """The routes of one workspace."""

    async def api(request: Request) -> Response:
        return await call_method(platform, request)

    async def answer(request: Request) -> Response:
        try:
            right = platform.permissions.use_answer(request.path_params["key"])
            body = await request.json()
            if not isinstance(body, dict):
                raise SlackError("invalid_payload")
            say(platform, right, body)
        except ValueError:
            return JSONResponse(SlackError("invalid_payload").body(), 400)
        except SlackError as refusal:
            return JSONResponse(refusal.body(), STATUS_OF_ANSWER.get(refusal.code, 400))
        return JSONResponse({"ok": True})

    async def upload(request: Request) -> Response:
        stored = platform.world.files.get(request.path_params["file"])
        if stored is None:
            return PlainTextResponse("No such upload", 404)
        stored.content = await request.body()
        return PlainTextResponse(f"OK - {len(stored.content)}")

    async def download(request: Request) -> Response:
        stored = platform.world.files.get(request.path_params["file"])
        return Response(stored.content) if stored else PlainTextResponse("No such file", 404)

    async def permalink(request: Request) -> Response:
        match = PERMALINK.fullmatch(request.path_params["stamp"])
        ts = f"{match[1]}.{match[2]}" if match else ""
        where = {"channel": request.path_params["channel"], "ts": ts}
        if thread_ts := request.query_params.get("thread_ts"):
            where["thread_ts"] = thread_ts
        return RedirectResponse(f"/?{urlencode(where)}")

    async def page(request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    return [
        Route("/api/{method}", api, methods=["GET", "POST"]),
        WebSocketRoute("/socket/{ticket}", platform.delivery.sockets.serve),
        Route("/actions/{key}", answer, methods=["POST"]),
        Route("/upload/{file}", upload, methods=["POST"]),
        Route("/files/{file}/{name}", download, methods=["GET"]),
        Route("/archives/{channel}/{stamp}", permalink, methods=["GET"]),
        *control_routes(platform, driver),
        Route("/", page, methods=["GET"]),
        Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
    ]
