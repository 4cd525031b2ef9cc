"""Settings: what the environment says, else the .env file. Read once, typed, frozen, and handed on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.retention import LEAST, LONGEST, Retention
from bot.db.url import read_url
from bot.errors import Refused

DOT_ENV = ".env"
COMMAND_PREFIX = re.compile(r"[a-z0-9_-]{0,20}")
"""Slack takes 32 characters with the slash; the longest of our names has nine."""
A_COUNT = "give a whole number from 1 to 65535."


def _setting(env: str, default: Any, about: str, fix: str = "", secret: bool = False, **bounds: Any) -> Any:
    # `fix` says what to write where a value cannot be used.
    extra: dict[str, JsonValue] = {"about": about, "fix": fix, "secret": secret}
    return Field(default, validation_alias=env, repr=not secret, json_schema_extra=extra, **bounds)


def _days(env: str, kept: str, about: str) -> Any:
    least = getattr(LEAST, kept)
    fix = f"give whole days from {least} to {LONGEST}."
    return _setting(env, getattr(Retention(), kept), about, fix, ge=least, le=LONGEST)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError as unknown:
        raise ValueError("no such zone") from unknown
    return name


def _url(given: str) -> str:
    read_url(given)
    return given


class Settings(BaseModel):
    """Every setting, with its environment variable and what it is for. Made by name, it looks at no environment."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

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
    api_url: str = _setting(
        "SLACK_API_URL",
        "https://slack.com/api/",
        "Where Slack's Web API is.",
        "give an address such as https://slack.com/api/.",
        pattern="^https?://",
    )
    database_url: Annotated[str, AfterValidator(_url)] = _setting(
        "DATABASE_URL",
        "sqlite:///perennial.sqlite3",
        "SQLite or PostgreSQL, as sqlite:///FILE or postgresql://…",
    )
    host: str = _setting("HOST", "127.0.0.1", "The address to listen on in HTTP mode.")
    port: int = _setting("PORT", 3000, "The port to listen on in HTTP mode.", A_COUNT, ge=1, le=65535)
    threads: int | None = _setting(
        "THREADS", None, "Request threads. Empty: 4 on SQLite, 16 on PostgreSQL.", A_COUNT, ge=1, le=65535
    )
    cpus: Literal["one", "all"] = _setting(
        "CPUS", "one", "one or all: how many CPUs the bot may use; with one it answers sooner.", "give one or all."
    )
    timezone: Annotated[str, AfterValidator(_zone)] = _setting(
        "TIMEZONE", "UTC", "The zone of people whose own zone is unknown.", "give a zone such as Europe/Berlin."
    )
    country: str = _setting(
        "COUNTRY", "", "Country (code such as DE) whose days off count where a time zone names none. Empty: the zone's."
    )
    fallback_channel: str = _setting("FALLBACK_CHANNEL", "", "Channel id for accounts with no channel, route or owner.")
    leadership_channel: str = _setting(
        "LEADERSHIP_CHANNEL", "", "Channel id for renewals that stand still close to their deadline."
    )
    posts_per_minute: int = _setting(
        "POSTS_PER_MINUTE", 180, "How many messages a minute a workspace may get.", A_COUNT, ge=1, le=65535
    )
    keep_posts_days: int = _days("KEEP_POSTS_DAYS", "posts", "Days the bot remembers a message after it last changed.")
    keep_scores_days: int = _days("KEEP_SCORES_DAYS", "scores", "Days that past health scores are kept.")
    keep_people_days: int = _days(
        "KEEP_PEOPLE_DAYS", "people", "Days that name and e-mail of a person are kept after they left the workspace."
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
        "give at most 20 of a-z, 0-9, - and _, such as acme-.",
        pattern=f"^{COMMAND_PREFIX.pattern}$",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = _setting(
        "LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.", "give DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["auto", "json", "text"] = _setting(
        "LOG_FORMAT", "auto", "auto, json or text; auto is text on a terminal.", "give auto, json or text."
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Settings from environment variables; raises Refused naming the variable that cannot be used."""
        given: dict[str, Any] = {name: environ[name] for name in variables() if name in environ}
        try:
            return cls(**given)
        except ValidationError as unfit:
            raise Refused(_in_words(unfit)) from None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        # An empty or blank variable counts as not set.
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @property
    def retention(self) -> Retention:
        """How long messages, scores and people are kept."""
        return Retention(self.keep_posts_days, self.keep_scores_days, self.keep_people_days)

    @property
    def uses_socket_mode(self) -> bool:
        """Socket Mode when there is an app-level token; else HTTP with the signing secret."""
        return bool(self.app_token)


class _Here(BaseSettings, Settings):
    # By the variables' own names alone: a field may have the name of somebody else's variable, such as API_URL.
    model_config = SettingsConfigDict(env_file=DOT_ENV, case_sensitive=True, populate_by_name=False)


def settings_here() -> Settings:
    """The settings of this process: its environment first, then the .env file beside it.

    Raises Refused naming the variable that cannot be used.
    """
    try:
        return _Here()
    except ValidationError as unfit:
        raise Refused(_in_words(unfit)) from None


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting as documents list it: what it is for, and what holds while it is not set."""

    about: str
    default: str
    is_secret: bool


def variables() -> Mapping[str, Variable]:
    """Every setting by the name of its environment variable."""
    return {str(field.validation_alias): _variable(field) for field in Settings.model_fields.values()}


def _variable(field: FieldInfo) -> Variable:
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return Variable(str(extra["about"]), "" if field.default is None else str(field.default), bool(extra["secret"]))


def _in_words(unfit: ValidationError) -> str:
    first = unfit.errors(include_url=False)[0]
    name = str(first["loc"][0])
    field = next(f for n, f in Settings.model_fields.items() if name in (n, f.validation_alias))
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return f"{field.validation_alias} is {str(first['input'])!r}: {extra['fix']}"
