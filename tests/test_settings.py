"""Settings: what is there, what is refused, and what must never be shown."""

import pytest
from sqlalchemy.exc import OperationalError

from bot.db.engine import trouble
from bot.db.url import read_url
from bot.docs_reference import ROOT, env_example, with_tables
from bot.errors import Refused
from bot.settings import Settings, settings_here, variables


def test_an_empty_environment_gives_the_defaults():
    settings = Settings.from_env({})
    assert settings.database_url == "sqlite:///perennial.sqlite3"
    assert settings.port == 3000


def test_an_empty_or_blank_variable_counts_as_not_set():
    assert Settings.from_env({"PORT": "", "TIMEZONE": "  "}) == Settings()


def test_an_app_token_means_socket_mode_even_beside_a_signing_secret():
    assert Settings.from_env({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}).uses_socket_mode
    assert not Settings.from_env({"SLACK_SIGNING_SECRET": "s"}).uses_socket_mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "0"),
        ("THREADS", "-1"),
        ("POSTS_PER_MINUTE", "many"),
        ("TIMEZONE", "Berlin"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("SLACK_API_URL", "slack.com"),
        ("DATABASE_URL", "perennial.db"),
        ("DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_variable(name, value):
    with pytest.raises(Refused, match=f"^{name} "):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg2://u:p@h:6543/d?sslmode=require", "postgresql+psycopg://u:p@h:6543/d?sslmode=require"),
        ("postgresql+asyncpg://u@h/d?ssl=true", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("POSTGRESQL://u@h/d?sslmode=no-verify", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("postgresql://u@h/d?pgbouncer=true&connection_limit=1&schema=public", "postgresql+psycopg://u@h/d"),
        ("postgresql:///d?host=/run/sockets", "postgresql+psycopg:///d?host=%2Frun%2Fsockets"),
        ("'postgresql://u@h/d'", "postgresql+psycopg://u@h/d"),
        ("sqlite+aiosqlite:////srv/p.sqlite3", "sqlite:////srv/p.sqlite3"),
        ("sqlite:///p.sqlite3", "sqlite:///p.sqlite3"),
    ],
)
def test_an_address_in_another_programs_spelling_is_read_as_it_is_meant(given, read):
    assert read_url(given).render_as_string(hide_password=False) == read
    assert Settings.from_env({"DATABASE_URL": given}).database_url == given


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("sqlite:///", "names no file"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://p.sqlite3", "write three"),
        ("sqlite:p.sqlite3", "write three"),
        ("sqlite:///data/", "names a folder"),
        ("sqlite:///p.sqlite3?mode=ro", "?mode="),
        ("p.sqlite3", "no address"),
        ("jdbc:postgresql://h/d", "leave that out"),
        ("mysql+pymysql://u:hidden@h/d", "SQLite or PostgreSQL"),
        ("postgresql://u:hidden@h:port/d", "cannot be read"),
        ("postgresql://u:hidden@h/d?sslmod=require", "?sslmod="),
        ("postgresql://u:hidden@h/d?schema=crm", "schema=crm"),
    ],
)
def test_an_address_that_cannot_be_used_gets_one_plain_line_that_says_what_to_write(given, says):
    with pytest.raises(Refused, match=r"^DATABASE_URL ") as refused:
        Settings.from_env({"DATABASE_URL": given})
    assert says in refused.value.message
    assert "\n" not in refused.value.message
    assert "hidden" not in refused.value.message


@pytest.mark.parametrize(
    ("said", "what_to_do"),
    [
        ("database is locked", "Wait a minute"),
        ("database or disk is full", "Make room"),
        ("FATAL: sorry, too many clients already", "Wait a minute"),
        ("no such table: posts", ""),
    ],
)
def test_an_error_of_the_database_says_what_to_do(said, what_to_do):
    words = trouble(OperationalError("SELECT 1", {}, Exception(said)))
    assert what_to_do in words
    assert bool(words) == bool(what_to_do)


def test_secrets_are_not_shown_when_settings_are_printed():
    secrets = {name: f"hidden-{name}" for name, setting in variables().items() if setting.is_secret}
    assert len(secrets) == 3
    assert "hidden" not in repr(Settings.from_env(secrets))


def test_the_example_file_lists_every_setting_as_it_is():
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == env_example(), "Run: make docs"


def test_the_example_file_read_as_it_is_changes_nothing():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.lstrip("# ").partition("=")[0]: line.partition("=")[2] for line in lines if "=" in line}
    known = set(variables())
    assert known <= set(names)
    assert Settings.from_env({name: names[name] for name in known}) == Settings()


def test_the_tables_in_readme_say_what_the_code_says():
    written = (ROOT / "README.md").read_text(encoding="utf-8")
    assert written == with_tables(written), "Run: make docs"


def test_the_environment_goes_before_the_file_and_a_blank_variable_gives_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=4000\nTIMEZONE=Europe/Berlin\nHOST=0.0.0.0\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("HOST", "  ")
    here = settings_here()
    assert (here.port, here.timezone, here.host) == (5000, "Europe/Berlin", "127.0.0.1")


def test_made_by_name_settings_look_at_no_environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")
    assert Settings(host="::1") == Settings.from_env({"HOST": "::1"})
    assert Settings().bot_token == ""


def test_a_bad_value_in_the_file_is_refused_by_the_name_of_its_variable(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("KEEP_POSTS_DAYS=1\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"^KEEP_POSTS_DAYS is '1': give whole days from "):
        settings_here()


def test_only_the_variables_that_are_documented_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("API_URL=https://elsewhere.example/\nport=4000\n", encoding="utf-8")
    for name, setting in Settings.model_fields.items():
        for other in {name, name.upper()} - {setting.validation_alias}:
            monkeypatch.setenv(other, "5000")
    assert settings_here().model_dump() == Settings().model_dump()
