"""The acknowledgement of a slash command through the whole stack, against a bare Bolt app and a raw WSGI echo.

Each side is a process of its own, behind the same HTTP server; requests come one at a time over one kept connection,
in rounds that take turns. Ours is `python -m bot run` with its heartbeats, against a sandbox.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.db import schema
from bot.db.engine import Database
from bot.manifest import manifest
from bot.sandbox.server import Sandbox
from bot.workspace.messages import help_for
from tests.benchmarks.in_process import profile_requests
from tests.benchmarks.load import Load, run_load
from tests.benchmarks.measuring import Case, compared, rounds
from tests.benchmarks.postgres import postgres
from tests.benchmarks.serving import served

SECRET_OF = "SLACK_SIGNING_SECRET"
NEEDS_NOTHING = {"channel_id": "C0ACME", "text": "help"}
WRITES_ONE_ROW = {"channel_id": "C0MERIDIAN", "text": "help"}
"""In a channel that is shared with a customer the answer goes by direct message, which is one row among the posts."""

ROUNDS, NUMBER = 9, 400


@contextmanager
def bench_environment(database_url: str) -> Iterator[dict[str, str]]:
    """A sandbox, a database with our tables, and the environment that a bot needs to run on them."""
    db = Database(database_url)
    schema.upgrade(db)
    db.close()
    with Sandbox(manifest=manifest("http://127.0.0.1:1")) as slack:
        yield {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            SECRET_OF: slack.signing_secret,
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "WARNING",
            "POSTS_PER_MINUTE": "180",
            "BENCH_TEAM": "T0PERENNIAL",
            "BENCH_FACTS": _facts_of_the_answer(),
        }


def command(port: int, environ: Mapping[str, str], number: int, **more: object) -> Load:
    """`/retention help` by a rep, so many times."""
    fields = {
        "command": "/retention",
        "user_id": "U0REP1",
        "user_name": "dana",
        "team_id": environ["BENCH_TEAM"],
        "api_app_id": "A1",
        "token": "x",
        "response_url": "http://127.0.0.1:1/none",
        **NEEDS_NOTHING,
    }
    return Load(port, environ[SECRET_OF], fields, number, **more)  # type: ignore[arg-type]


def bench_ack(is_quick: bool) -> list[Case]:
    """Acknowledgements without a write, with one write on either database, and with all that is registered."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cases = _without_write(folder, is_quick)
        cases.append(_with_write(folder, f"sqlite:///{folder / 'write.sqlite3'}", 4, 2.7, is_quick))
        with postgres() as url:
            cases.append(_with_write(folder, url, 16, 2.2, is_quick))
    return cases


def _without_write(folder: Path, is_quick: bool) -> list[Case]:
    names = ("bot", "bot_with_one", "bolt", "echo")
    with bench_environment(f"sqlite:///{folder / 'ack.sqlite3'}") as environ, ExitStack() as servers:
        ports = [servers.enter_context(served(name, environ, 4, folder)) for name in names]
        ours, one, bolt, echo = _medians([command(port, environ, *_size(is_quick)) for port in ports], is_quick)
        cases = [
            compared("ack, no database", ours, echo, 2.0, "ms p50", "raw HMAC-checking echo on the same server"),
            compared("ack, against bare Bolt", ours, bolt, None, "ms p50", "a Bolt app with one listener"),
            compared("ack, all registered", ours, one, 1.2, "ms p50", "the same bot with one command"),
        ]
        if not all(case.ok for case in cases):
            profile_requests("ack", environ, command(0, environ, 1))
    return cases


def _with_write(folder: Path, url: str, threads: int, target: float, is_quick: bool) -> Case:
    engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    with bench_environment(url) as environ, ExitStack() as servers:
        ports = [servers.enter_context(served(name, environ, threads, folder)) for name in ("bot", "echo_with_write")]
        loads = [command(port, environ, *_size(is_quick)) for port in ports]
        for load in loads:
            load.fields.update(WRITES_ONE_ROW)
        ours, echo = _medians(loads, is_quick)
        against = "the same row by the raw driver behind the echo"
        note = f"{threads} threads"
        case = compared(f"ack, one write, {engine}", ours, echo, target, "ms p50", against, note)
        if not case.ok:
            profile_requests(f"ack-write-{engine.lower()}", environ, loads[0])
    return case


def _size(is_quick: bool) -> tuple[int, ...]:
    return (NUMBER // 4 if is_quick else NUMBER,)


def _medians(loads: list[Load], is_quick: bool) -> list[float]:
    return rounds(3 if is_quick else ROUNDS, *(lambda load=load: _p50(load) for load in loads))


def _p50(load: Load) -> float:
    answered = run_load(load)
    if answered.bad:
        raise RuntimeError(f"{answered.bad} of {len(answered.times)} requests were not answered with 200")
    return answered.p50


def _facts_of_the_answer() -> str:
    message = help_for("rep", 0)
    return json.dumps({"text": message.text, "blocks": message.blocks})
