"""What our requests are measured against, each behind our server: an echo, the same with one write, and bare Bolt.

Settings come by environment, since each is built in a process of its own.
"""

from __future__ import annotations

import atexit
import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import psycopg
from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.app import bolt_app, build
from bot.db.engine import normal_url
from bot.running.http import wsgi
from bot.settings import settings_here
from handlers.help import open_help
from handlers.inbound.router import Router

OLDEST = 300
"""Seconds after which a signature is no longer believed."""

ANSWER = json.dumps({"response_type": "ephemeral", "text": "Hello."}).encode()
KEY = "answer:U0REP1:command:"
INSERT = (
    "INSERT INTO posts (workspace_id, key, kind, facts, revision, created_at) VALUES (1, {0}, 'answer', {0}, 1, {0})"
    " ON CONFLICT (workspace_id, key) DO UPDATE SET facts = excluded.facts, revision = posts.revision + 1 RETURNING id"
)
PLACE = (
    "INSERT INTO deliveries (workspace_id, post_id, role, nth, recipient, is_wanted, due_at, state, attempts,"
    " sent_revision) VALUES (1, {0}, 'home', 0, 'U0REP1', true, {0}, 'waiting', 0, 0)"
    " ON CONFLICT (post_id, role, nth) DO NOTHING"
)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def echo() -> Wsgi:
    """Check the signature, read the form, answer."""
    return _answering(lambda form: None)


def echo_with_write() -> Wsgi:
    """The same, with the two rows that our answer by direct message writes, by the bare driver."""
    url = os.environ["DATABASE_URL"]
    return _answering(_sqlite(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else _postgres(url))


def bolt() -> Wsgi:
    """Bolt with one listener, as its tutorial has it, with the answer after the work."""
    app = _bolt()
    app.command("/retention")(_say_hello)
    return SlackRequestHandler(app, path="/slack/events")


def bot_with_one() -> Wsgi:
    """Our own bot, heartbeats and all, that knows one command and nothing else."""
    settings = settings_here()
    bot = build(settings)
    bot.start()
    atexit.register(bot.stop)
    router = Router(bot.db, bot.clock, bot.workspace_id, os.environ["BENCH_TEAM"], bot.heartbeats.nudge)
    router.command("/retention", open_help)
    bolt = bolt_app(settings, bot.client)
    router.attach(bolt)
    return wsgi(replace(bot, bolt=bolt))


def _bolt() -> App:
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    return App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"], process_before_response=True)


def _say_hello(ack: Ack) -> None:
    ack(response_type="ephemeral", text="Hello.")


def _answering(write: Callable[[dict[str, list[str]]], None]) -> Wsgi:
    secret = os.environ["SLACK_SIGNING_SECRET"].encode()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        stamp = environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"]
        good = "v0=" + hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        given = environ["HTTP_X_SLACK_SIGNATURE"]
        if not hmac.compare_digest(good, given) or abs(time.time() - int(stamp)) > OLDEST:
            start_response("401 Unauthorized", [("Content-Length", "0")])
            return [b""]
        write(parse_qs(body.decode()))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
        return [ANSWER]

    return answer


def _values(form: dict[str, list[str]]) -> tuple[str, ...]:
    now = time.strftime("%Y-%m-%d %H:%M:%S.000000", time.gmtime())
    return KEY + form["trigger_id"][0], os.environ["BENCH_FACTS"], now


def _insert(connection: Any, mark: str, values: tuple[str, ...]) -> None:
    (post_id,) = connection.execute(INSERT.format(mark), values).fetchone()
    connection.execute(PLACE.format(mark), (post_id, values[-1]))


def _sqlite(path: str) -> Callable[[dict[str, list[str]]], None]:
    mine = threading.local()

    def write(form: dict[str, list[str]]) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = sqlite3.connect(path, isolation_level=None, timeout=5)
            mine.connection.execute("PRAGMA synchronous=NORMAL")
        mine.connection.execute("BEGIN IMMEDIATE")
        _insert(mine.connection, "?", _values(form))
        mine.connection.execute("COMMIT")

    return write


def _postgres(url: str) -> Callable[[dict[str, list[str]]], None]:
    mine = threading.local()
    address = normal_url(url).replace("+psycopg", "")

    def write(form: dict[str, list[str]]) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(address)
        _insert(mine.connection, "%s", _values(form))
        mine.connection.commit()

    return write
