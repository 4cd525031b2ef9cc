"""What the command line says, and how it ends."""

import json

import pytest
from sqlalchemy import text

from bot.db import schema
from bot.db.engine import Database
from bot.manifest import manifest
from bot.sandbox.server import Sandbox
from tests.factories import make_member, make_workspace


@pytest.fixture
def slack():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def settings(slack, tmp_path):
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
    }


def refused(done, words):
    """One line on stderr that says what to do, exit 2, and no traceback."""
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return True


def test_without_a_token_run_says_which_variable_to_set(run_bot):
    assert refused(run_bot("run"), "SLACK_BOT_TOKEN")


def test_with_a_token_alone_run_names_both_ways_to_listen(run_bot):
    assert refused(
        run_bot("run", SLACK_BOT_TOKEN="xoxb-1"), "SLACK_APP_TOKEN to use Socket Mode, or SLACK_SIGNING_SECRET"
    )


def test_a_setting_that_cannot_be_used_is_named(run_bot):
    assert refused(run_bot("run", PORT="http"), "PORT")


def test_a_port_that_is_taken_and_a_host_that_is_none_are_said_in_one_line(run_bot, settings, slack):
    del settings["SLACK_APP_TOKEN"]
    settings["SLACK_SIGNING_SECRET"] = slack.signing_secret
    port = slack.base_url.rpartition(":")[2]
    assert refused(run_bot("run", **settings, PORT=port), f"Cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert refused(run_bot("run", **settings, HOST="127.0.0.1:3000"), "HOST is '127.0.0.1:3000'")


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_starting_on_an_old_schema_is_refused_with_the_command_that_helps(run_bot, settings, slack, transport):
    if transport == "http":
        del settings["SLACK_APP_TOKEN"]
        settings["SLACK_SIGNING_SECRET"] = slack.signing_secret
    assert refused(run_bot("run", **settings), "python -m bot db upgrade")


def test_a_token_that_slack_refuses_is_said_without_showing_it(run_bot, settings):
    settings["SLACK_BOT_TOKEN"] = "xoxb-somebody-elses"
    run_bot("db", "upgrade", **settings)
    done = run_bot("run", **settings)
    assert refused(done, "invalid_auth")
    assert "somebody-elses" not in done.stderr


def test_an_unreachable_slack_is_said(run_bot, settings):
    run_bot("db", "upgrade", **settings)
    assert refused(run_bot("run", **{**settings, "SLACK_API_URL": "http://127.0.0.1:9/api/"}), "cannot be reached")


@pytest.mark.parametrize("command", [("db", "version"), ("run",)])
def test_an_unreachable_database_is_said_without_its_password(run_bot, settings, command):
    settings["DATABASE_URL"] = "postgresql://bot:hush@127.0.0.1:9/perennial"
    done = run_bot(*command, **settings)
    assert refused(done, "DATABASE_URL")
    assert "hush" not in done.stderr


def test_doctor_tells_of_an_unreachable_database_among_the_rest(run_bot, settings):
    done = run_bot("doctor", **{**settings, "DATABASE_URL": "postgresql://bot:hush@127.0.0.1:9/perennial"})
    assert done.returncode == 1
    assert "✓ Token" in done.stdout
    assert "DATABASE_URL" in done.stdout
    assert "hush" not in done.stdout + done.stderr


def test_upgrade_makes_the_schema_and_a_second_one_says_there_is_nothing_to_do(run_bot, settings):
    first, second = run_bot("db", "upgrade", **settings), run_bot("db", "upgrade", **settings)
    assert "Upgraded from nothing" in first.stdout
    assert "Already at" in second.stdout
    assert run_bot("db", "version", **settings).returncode == 0


def test_an_old_schema_is_told_by_its_exit_code(run_bot, settings):
    assert run_bot("db", "version", **settings).returncode == 1


def test_settings_come_from_a_dot_env_file_and_the_environment_goes_first(run_bot, settings, tmp_path):
    (tmp_path / ".env").write_text("PORT=http\n")
    assert refused(run_bot("db", "version"), "PORT")
    assert run_bot("db", "version", PORT="3000", **settings).returncode == 1


def test_the_manifest_can_be_pasted(run_bot):
    assert "scopes:" in run_bot("manifest").stdout
    made = json.loads(run_bot("manifest", "--json", "--http", "https://bot.example.com").stdout)
    assert made["settings"]["socket_mode_enabled"] is False


def test_sync_reads_people_and_channels_and_then_members_can_be_given_roles(run_bot, settings):
    run_bot("db", "upgrade", **settings)
    done = run_bot("sync", **settings)
    assert "people and" in done.stdout, done.stderr
    done = run_bot("member", "set", "U0REP1", "--role", "manager", "--manager", "U0MGR1", **settings)
    assert done.stdout.strip() == "Dana Whitlock: manager, sales, reports to Helen Osei."
    listed = run_bot("member", "list", **settings).stdout
    assert "Dana Whitlock" in listed
    assert "Ruth Nakamura" not in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("U0REP1",), "Nothing to set"),
        (("U0REP1", "--role", "king"), "rep, support, manager, admin"),
        (("U0NOBODY", "--role", "rep"), "python -m bot sync"),
        (("U0REP1", "--manager", "U0REP1"), "their own manager"),
        (("U0OUT1", "--role", "rep"), "can have no role"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_to_do(run_bot, tmp_path, arguments, words):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session)
        make_member(session, workspace, slack_id="U0REP1")
        make_member(session, workspace, name="Ruth", slack_id="U0OUT1", is_outsider=True)
    db.close()
    assert refused(run_bot("member", "set", *arguments, DATABASE_URL=url), words)


def test_the_agenda_says_what_comes_until_a_day_and_changes_nothing(run_bot, tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        workspace = make_workspace(session)
        session.execute(
            text(
                "INSERT INTO agenda (workspace_id, kind, subject, dedupe_key, due_at, urgency, facts)"
                " VALUES (:w, 'prune', 'workspace:1', 'night', '2030-01-02 08:00:00', 0, '{}')"
            ),
            {"w": workspace.id},
        )
    db.close()
    assert "night" in run_bot("agenda", "--until", "2030-01-02", DATABASE_URL=url).stdout
    assert "night" not in run_bot("agenda", "--until", "2030-01-01", DATABASE_URL=url).stdout


def test_doctor_tells_what_is_well_and_what_to_do(run_bot, settings):
    before = run_bot("doctor", **settings)
    assert before.returncode == 1
    assert "python -m bot db upgrade" in before.stdout
    run_bot("db", "upgrade", **settings)
    run_bot("sync", **settings)
    after = run_bot("doctor", **settings)
    assert after.returncode == 0, after.stdout
    for word in ("Token", "Scopes", "Clock", "Socket Mode", "Schema", "Driver", "Posts", "Channels"):
        assert word in after.stdout


def test_doctor_names_a_missing_scope_with_its_reason(run_bot, tmp_path):
    poor = manifest()
    poor["oauth_config"]["scopes"]["bot"].remove("im:write")
    with Sandbox(manifest=poor) as slack:
        settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
        }
        run_bot("db", "upgrade", **settings)
        done = run_bot("doctor", **settings)
    assert done.returncode == 1
    assert "im:write (open a direct message" in done.stdout


def test_the_sandbox_refuses_a_seed_that_is_not_json(run_bot, tmp_path):
    (tmp_path / "seed.json").write_text("people: none")
    assert refused(run_bot("sandbox", "--port", "0", "--seed", "seed.json"), "not JSON")


def test_a_seed_with_a_mistake_is_refused_with_its_place(run_bot, tmp_path):
    path = tmp_path / "seed.json"
    path.write_text('{"users": [{"id": "U1", "name": "ann"}]}')
    assert refused(run_bot("sandbox", "--port", "0", "--seed", str(path)), "users[0]: give real_name")


def test_the_help_shows_what_a_seed_looks_like(run_bot):
    said = " ".join(run_bot("sandbox", "--help").stdout.split())
    assert '"real_name"' in said
    assert "docs/sandbox.md" in said


def test_a_manifest_with_a_prefix_says_how_the_bot_learns_of_it(run_bot):
    done = run_bot("manifest", "--prefix", "acme-", "--json")
    commands = [one["command"] for one in json.loads(done.stdout)["features"]["slash_commands"]]
    assert commands and all(one.startswith("/acme-") for one in commands)
    assert "Set COMMAND_PREFIX=acme- for the bot too" in done.stderr
    same = run_bot("manifest", "--json", COMMAND_PREFIX="acme-")
    assert (same.stdout, same.stderr) == (done.stdout, "")


def test_a_prefix_that_slack_would_not_take_is_refused(run_bot):
    assert refused(run_bot("manifest", "--prefix", "Acme "), "--prefix")
    assert refused(run_bot("manifest", COMMAND_PREFIX="Acme!"), "COMMAND_PREFIX")
