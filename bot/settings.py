"""What the environment says. Read once, frozen, handed on: nothing is built at import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.retention import LEAST, LONGEST, Retention
from bot.db.url import read_url
from bot.errors import Refused

COMMAND_PREFIX = re.compile(r"[a-z0-9_-]{0,20}")
"""Slack takes 32 characters with the slash; the longest of our names has nine."""


def _setting(name: str, default: str, about: str, secret: bool = False) -> str:
    # The field holds text here; Settings.from_env turns it into the field's type.
    return field(default=default, repr=not secret, metadata={"env": name, "about": about, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its environment variable and what it is for in the field's metadata."""

    bot_token: str = _setting("SLACK_BOT_TOKEN", "", "The bot token (xoxb-…) of the installed app.", secret=True)
    app_token: str = _setting(
        "SLACK_APP_TOKEN", "", "The app-level token (xapp-…). Set it to use Socket Mode.", secret=True
    )
    signing_secret: str = _setting(
        "SLACK_SIGNING_SECRET",
        "",
        "The signing secret. Set it, without an app token, to serve HTTP.",
        secret=True,
    )
    api_url: str = _setting("SLACK_API_URL", "https://slack.com/api/", "Where Slack's Web API is.")
    database_url: str = _setting(
        "DATABASE_URL",
        "sqlite:///perennial.sqlite3",
        "SQLite or PostgreSQL, as sqlite:///FILE or postgresql://…",
    )
    host: str = _setting("HOST", "127.0.0.1", "The address to listen on in HTTP mode.")
    port: str = _setting("PORT", "3000", "The port to listen on in HTTP mode.")
    threads: str = _setting("THREADS", "", "Request threads. Empty: 4 on SQLite, 16 on PostgreSQL.")
    timezone: str = _setting("TIMEZONE", "UTC", "The zone of people whose own zone is unknown.")
    country: str = _setting(
        "COUNTRY", "", "Country (code such as DE) whose days off count where a time zone names none. Empty: the zone's."
    )
    fallback_channel: str = _setting("FALLBACK_CHANNEL", "", "Channel id for accounts with no channel, route or owner.")
    leadership_channel: str = _setting(
        "LEADERSHIP_CHANNEL", "", "Channel id for renewals that stand still close to their deadline."
    )
    posts_per_minute: str = _setting("POSTS_PER_MINUTE", "180", "How many messages a minute a workspace may get.")
    keep_posts_days: str = _setting(
        "KEEP_POSTS_DAYS", str(Retention().posts), "Days the bot remembers a message after it last changed."
    )
    keep_scores_days: str = _setting(
        "KEEP_SCORES_DAYS", str(Retention().scores), "Days that past health scores are kept."
    )
    keep_people_days: str = _setting(
        "KEEP_PEOPLE_DAYS",
        str(Retention().people),
        "Days that name and e-mail of a person are kept after they left the workspace.",
    )
    base_url: str = _setting(
        "BASE_URL",
        "",
        "Where the CRM shows an account, with {id} for its id there: https://crm.example.com/accounts/{id}. "
        "Cards then link to it, and such links unfurl.",
    )
    command_prefix: str = _setting(
        "COMMAND_PREFIX",
        "",
        "What stands before each command's name where another app has it already: acme- makes /acme-account. "
        "The manifest must be made with the same one.",
    )
    log_level: str = _setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")
    log_format: str = _setting("LOG_FORMAT", "auto", "auto, json or text; auto is text on a terminal.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables; raises Refused naming the variable that cannot be used."""
        given = {f.name: environ.get(f.metadata["env"], "").strip() for f in fields(cls)}
        settings = cls(**{name: value for name, value in given.items() if value})
        settings._check()
        return settings

    def _check(self) -> None:
        for name in ("port", "posts_per_minute", "threads"):
            value = getattr(self, name)
            if value and not (value.isdecimal() and 0 < int(value) < 65536):
                raise Refused(f"{_env_name(name)} is {value!r}: give a whole number from 1 to 65535.")
        for kept in fields(Retention):
            least, value = getattr(LEAST, kept.name), getattr(self, f"keep_{kept.name}_days")
            if not (value.isdecimal() and least <= int(value) <= LONGEST):
                name = _env_name(f"keep_{kept.name}_days")
                raise Refused(f"{name} is {value!r}: give whole days from {least} to {LONGEST}.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise Refused(f"TIMEZONE is {self.timezone!r}: give a zone such as Europe/Berlin.") from None
        if self.log_format not in ("auto", "json", "text"):
            raise Refused(f"LOG_FORMAT is {self.log_format!r}: give auto, json or text.")
        if self.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise Refused(f"LOG_LEVEL is {self.log_level!r}: give DEBUG, INFO, WARNING or ERROR.")
        if not COMMAND_PREFIX.fullmatch(self.command_prefix):
            raise Refused(
                f"COMMAND_PREFIX is {self.command_prefix!r}: give at most 20 of a-z, 0-9, - and _, such as acme-."
            )
        read_url(self.database_url)
        if not self.api_url.startswith(("http://", "https://")):
            raise Refused(f"SLACK_API_URL is {self.api_url!r}: give an address such as https://slack.com/api/.")

    @property
    def retention(self) -> Retention:
        """How long messages, scores and people are kept."""
        return Retention(int(self.keep_posts_days), int(self.keep_scores_days), int(self.keep_people_days))

    @property
    def uses_socket_mode(self) -> bool:
        """Socket Mode when there is an app-level token; else HTTP with the signing secret."""
        return bool(self.app_token)


def _env_name(name: str) -> str:
    return next(str(f.metadata["env"]) for f in fields(Settings) if f.name == name)
