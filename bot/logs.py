"""One line per event, readable on a terminal, JSON elsewhere, and never a token in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped

from bot.settings import Settings

TOKEN = re.compile(r"(x(?:ox[a-z]|app)(?:\.xox[a-z])?-)[\w.-]+")
PASSWORD = re.compile(r"(\w+://[^:/@\s]*:)[^@\s]+(?=@)")
PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
BOLT_APP = "slack_bolt.App"


def masked(text: str) -> str:
    """The text with Slack tokens and passwords in addresses replaced by asterisks."""
    return PASSWORD.sub(r"\1***", TOKEN.sub(r"\1***", text))


class TextLines(logging.Formatter):
    """One line for a person: time, level, logger, message, then what came with it as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; a traceback is folded into it."""
        extras = "".join(f" {name}={value}" for name, value in _extras(record).items())
        line = f"{_moment(record):%H:%M:%S} {record.levelname:<7} {record.name}: {record.getMessage()}{extras}"
        trace = _trace(record)
        return masked(f"{line}\n{trace}" if trace else line.replace("\n", " ⏎ "))


class JsonLines(logging.Formatter):
    """One JSON object a line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one JSON line: at, level, logger, message, what came with it, trace if there is one."""
        line = {
            "at": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
        }
        trace = _trace(record)
        if trace:
            line["trace"] = trace
        return masked(json.dumps(line, ensure_ascii=False, default=str))


class WithoutEnvelopes(logging.Filter):
    """On their debug level the SDKs write whole requests: people's words, tokens, addresses to answer at.

    Not by their loggers' levels: Bolt sets its own to the root's when an app is made.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop what the SDKs say below INFO."""
        return record.levelno >= logging.INFO or not record.name.startswith(("slack_bolt", "slack_sdk"))


class WithoutTokenAdvice(logging.Filter):
    """Bolt reads SLACK_BOT_TOKEN by itself and then says that it will not use it: our client carries the same one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop that one sentence of Bolt's."""
        return record.getMessage() != warning_client_prioritized_and_token_skipped()


_WITHOUT_TOKEN_ADVICE = WithoutTokenAdvice()


def guard_bolt() -> None:
    """Keep needless advice out of the log, whoever set logging up."""
    logging.getLogger(BOLT_APP).addFilter(_WITHOUT_TOKEN_ADVICE)


def set_up(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (stderr when None), in the form the settings ask for."""
    out = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines() if as_json else TextLines())
    handler.addFilter(WithoutEnvelopes())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # Each of these says the same thing at every heartbeat or request.
    for name in ("apscheduler", "slack_sdk", "uvicorn.access", "urllib3", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It counts requests that wait for a thread, each time there is one.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # On their debug level these write whole requests: people's words, tokens, addresses to answer at.
    logging.getLogger("slack_bolt").setLevel(max(root.level, logging.INFO))
    # Whoever calls Slack says what came of it; the client would say it a second time.
    logging.getLogger("slack_sdk.web.base_client").setLevel(logging.CRITICAL)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in record.__dict__.items() if name not in PLAIN}


def _trace(record: logging.LogRecord) -> str:
    return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
