"""Settings: what is there, what is refused, and what must never be shown."""

from dataclasses import fields

import pytest

from bot.errors import Refused
from bot.reference import ROOT, env_example, with_tables
from bot.settings import Settings


def test_an_empty_environment_gives_the_defaults():
    settings = Settings.from_env({})
    assert settings.database_url == "sqlite:///perennial.sqlite3"
    assert settings.port == "3000"


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


def test_secrets_are_not_shown_when_settings_are_printed():
    secrets = {str(f.metadata["env"]): f"hidden-{f.name}" for f in fields(Settings) if f.metadata["secret"]}
    assert len(secrets) == 3
    assert "hidden" not in repr(Settings.from_env(secrets))


def test_the_example_file_lists_every_setting_as_it_is():
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == env_example(), "Run: make docs"


def test_the_example_file_read_as_it_is_changes_nothing():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.lstrip("# ").partition("=")[0]: line.partition("=")[2] for line in lines if "=" in line}
    known = {str(f.metadata["env"]) for f in fields(Settings)}
    assert known <= set(names)
    assert Settings.from_env({name: names[name] for name in known}) == Settings()


def test_the_tables_in_readme_say_what_the_code_says():
    written = (ROOT / "README.md").read_text(encoding="utf-8")
    assert written == with_tables(written), "Run: make docs"
