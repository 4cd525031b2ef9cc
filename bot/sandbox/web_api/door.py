"""The door of the Web API: who is calling, how often, with what, and what is broken on purpose today."""

import asyncio
import contextlib
import json
import logging
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.errors import RateLimited, SlackError
from bot.sandbox.faults import Fault
from bot.sandbox.platform import Platform
from bot.sandbox.web_api import blocks, chat, conversations, files, people, views
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.methods import METHODS, Entry, granted, need_scope

log = logging.getLogger("bot.sandbox")

LOOK_EVERY = 0.02
"""Seconds between two looks whether the moment of a call that is accepted late has come."""

NOUNS = (blocks, chat, conversations, files, people, views)
"""Importing them fills the table of methods."""


class DroppedConnection(Response):
    """An answer that never comes: the connection is cut instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["sandbox.transport"].abort()
        await receive()  # returns once the server has seen that the connection is gone


async def call_method(platform: Platform, request: Request) -> Response:
    """Answer one Web API call."""
    name = request.path_params["method"]
    started = time.perf_counter()
    try:
        values, token = await _read(request)
    except ValueError:
        return JSONResponse(SlackError("invalid_json").body())
    platform.faults.catch_up(platform.clock.now())
    fault = platform.faults.take(name)
    try:
        answer, status, headers = _answer(platform, name, values, token, fault)
    except RateLimited as limited:
        answer, status, headers = limited.body(), 429, {"Retry-After": str(limited.retry_after)}
    except SlackError as refusal:
        answer, status, headers = refusal.body(), 200, {}
    if fault and fault.kind == "internal_error_after":
        answer = SlackError("internal_error").body()
    if fault and fault.kind == "http_500_after":
        answer, status = {}, 500
    if fault and fault.kind == "http_503_after":
        answer, status = SlackError("service_unavailable").body(), 503
    if fault and fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    ms = (time.perf_counter() - started) * 1000
    dropped = fault is not None and fault.kind in ("drop_reply", "drop_reply_late")
    platform.traffic.record(
        platform.clock.now(),
        "api",
        name,
        values,
        answer,
        None if dropped else status,
        ms,
        fault.kind if fault else None,
    )
    if dropped:
        return DroppedConnection()
    if status in (500, 504):
        return Response("Internal Server Error" if status == 500 else "Gateway Timeout", status)
    return JSONResponse(answer, status, {"X-OAuth-Scopes": granted(platform), **headers})


def _answer(
    platform: Platform, name: str, values: dict[str, Any], token: str, fault: Fault | None
) -> tuple[dict[str, Any], int, dict[str, str]]:
    if fault and fault.refuses:
        return _refusal(fault)
    entry = METHODS.get(name)
    if entry is None:
        log.error("The bot called %s, which the sandbox does not know.", name)
        raise SlackError("unknown_method", req_method=name)
    _check_token(platform, entry, name, token)
    platform.meter.count_call(name, platform.clock.now())
    need_scope(platform, entry.scope)
    if fault and fault.is_late:
        _accept_later(platform, entry, values, fault.seconds)
        return {}, 504 if fault.kind == "http_504_late" else 500, {}
    arguments = Arguments(values)
    arguments.paging = fault.kind if fault and fault.kind in ("short_page", "empty_page") else ""
    return entry.run(platform, arguments), 200, {}


def _accept_later(platform: Platform, entry: Entry, values: dict[str, Any], seconds: float) -> None:
    moment = platform.clock.now() + timedelta(seconds=seconds)

    def accept() -> None:
        # Whoever asked was answered long ago, and hears of no refusal.
        with contextlib.suppress(SlackError):
            entry.run(platform, Arguments(values))

    async def wait() -> None:
        while platform.clock.now() < moment:
            await asyncio.sleep(LOOK_EVERY)
        platform.faults.catch_up(platform.clock.now())

    platform.faults.accept_at(moment, accept)
    # The loop itself holds a task only loosely.
    task = asyncio.get_running_loop().create_task(wait())
    platform.faults.waiting.add(task)
    task.add_done_callback(platform.faults.waiting.discard)


def _refusal(fault: Fault) -> tuple[dict[str, Any], int, dict[str, str]]:
    if fault.kind == "http_500_before":
        return {}, 500, {}
    if fault.kind == "rate_limited":
        raise RateLimited(max(1, round(fault.seconds)))
    raise SlackError("internal_error" if fault.kind == "internal_error_before" else fault.kind[6:])


def _check_token(platform: Platform, entry: Entry, name: str, token: str) -> None:
    secrets = platform.credentials
    if not token:
        raise SlackError("not_authed")
    if token not in (secrets.bot_token, secrets.app_token):
        raise SlackError("invalid_auth")
    if token == secrets.bot_token and platform.refusal:
        raise SlackError(platform.refusal)
    wanted = secrets.app_token if entry.app_level else secrets.bot_token
    if token != wanted and name != "auth.test":
        raise SlackError("not_allowed_token_type")


async def _read(request: Request) -> tuple[dict[str, Any], str]:
    """The arguments without the token, and the token."""
    values: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if body:
        if request.headers.get("content-type", "").startswith("application/json"):
            given = json.loads(body)
            values |= given if isinstance(given, dict) else {}
        else:
            values |= dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    token = str(values.pop("token", "") or "")
    header = request.headers.get("authorization", "")
    return values, token or header.removeprefix("Bearer ").strip()
