"""The manifest against what handlers register, against README, and against what Slack documents."""

import json
import re
import subprocess
from dataclasses import replace

import pytest

from bot.app import utc_now
from bot.docs_reference import ROOT, commands_table
from bot.manifest import EVENTS, SCOPES, SHORTCUTS, as_yaml, manifest
from bot.slack.commands import COMMANDS
from handlers import register_all
from handlers.inbound.payloads import Kind
from handlers.inbound.router import Router

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_manifest_stays_within_the_lengths_that_slack_documents():
    made = manifest("https://bot.example.com")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    assert len(COMMANDS) <= 50
    assert len(SHORTCUTS) <= 10
    for command in COMMANDS:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command.name)
        assert len(command.about) <= 2000
        assert len(command.hint) <= 1000
    for shortcut in SHORTCUTS:
        assert len(shortcut.name) <= 24
        assert len(shortcut.about) <= 150
        assert len(shortcut.callback_id) <= 255


@pytest.fixture
def hintless():
    """The first command, as if nothing were typed behind it."""
    before = COMMANDS[0]
    COMMANDS[0] = replace(before, hint="")
    yield COMMANDS[0]
    COMMANDS[0] = before


def test_a_command_behind_which_nothing_is_typed_has_no_hint(hintless):
    first, *others = manifest()["features"]["slash_commands"]
    assert "usage_hint" not in first and all(other["usage_hint"] for other in others)
    assert f"| `{hintless.name}` |" in commands_table()


@pytest.fixture
def router(db):
    """What the handlers really register."""
    made = Router(db, utc_now, workspace_id=1, team_id="T1")
    register_all(made)
    return made


def test_the_manifest_names_exactly_the_commands_and_shortcuts_that_are_handled(router):
    assert {command.name for command in COMMANDS} == router.registered(Kind.COMMAND)
    assert {shortcut.callback_id for shortcut in SHORTCUTS} == router.registered(Kind.SHORTCUT)


def test_every_command_about_an_account_has_what_chooses_one_and_a_menu_that_searches(router):
    choosers = {command.chooser for command in COMMANDS if command.chooser}
    assert choosers and choosers <= router.registered(Kind.ACTION)
    assert choosers <= router.registered(Kind.OPTIONS)


def test_the_manifest_asks_for_exactly_the_events_that_are_heard(router):
    assert set(EVENTS) == router.events()


def test_each_scope_and_each_event_says_why():
    assert all(SCOPES.values())
    assert all(EVENTS.values())
    written = as_yaml()
    for name, reason in {**SCOPES, **EVENTS}.items():
        assert f'- "{name}"  # {reason}' in written


def test_readme_shows_each_command_and_each_shortcut():
    for command in COMMANDS:
        assert f"`{command.name} " in README
    for shortcut in SHORTCUTS:
        assert shortcut.name in README


def test_socket_mode_needs_no_address_and_http_names_it_everywhere():
    quiet, loud = manifest(), manifest("https://bot.example.com/")
    assert quiet["settings"]["socket_mode_enabled"] and not loud["settings"]["socket_mode_enabled"]
    assert "https://" not in str(quiet)
    address = "https://bot.example.com/slack/events"
    assert loud["settings"]["event_subscriptions"]["request_url"] == address
    assert loud["settings"]["interactivity"]["request_url"] == address
    assert all(command["url"] == address for command in loud["features"]["slash_commands"])


@pytest.mark.parametrize("http", [None, "https://bot.example.com"])
def test_the_yaml_says_the_same_as_the_json(http):
    assert _read(as_yaml(http)) == manifest(http)


def _read(text: str) -> object:
    """Just enough YAML to read the manifest back: mappings, lists, JSON scalars, comments."""
    lines = [re.sub(r"  # .*$", "", line) for line in text.splitlines() if line.strip()]
    value, rest = _block(lines, 0)
    assert not rest
    return value


def _block(lines, indent):
    if lines[0].lstrip().startswith("- "):
        found = []
        while lines and _indent(lines[0]) == indent and lines[0].lstrip().startswith("- "):
            head = lines[0].lstrip()[2:]
            if re.match(r"\w+: ", head):
                item, lines = _block([" " * (indent + 2) + head, *lines[1:]], indent + 2)
            else:
                item, lines = json.loads(head), lines[1:]
            found.append(item)
        return found, lines
    mapping = {}
    while lines and _indent(lines[0]) == indent and not lines[0].lstrip().startswith("- "):
        key, _, scalar = lines[0].strip().partition(":")
        lines = lines[1:]
        if scalar.strip():
            mapping[key] = json.loads(scalar)
        else:
            mapping[key], lines = _block(lines, _indent(lines[0]))
    return mapping, lines


def _indent(line):
    return len(line) - len(line.lstrip())


def test_a_prefix_stands_before_each_command_and_in_what_is_said_of_it():
    made = manifest(None, "", "acme-")["features"]["slash_commands"]
    assert [one["command"] for one in made] == [f"/acme-{command.name[1:]}" for command in COMMANDS]
    assert all(
        re.fullmatch(r"/[a-z0-9_-]{1,31}", one["command"])
        for one in manifest(None, "", "x" * 20)["features"]["slash_commands"]
    )
    assert any("/acme-pulse coverage" in one["description"] for one in made)


def test_the_address_of_an_account_gives_the_domain_whose_links_unfurl():
    assert manifest(None, "https://crm.example.com/accounts/{id}")["features"]["unfurl_domains"] == ["crm.example.com"]


def test_a_machine_that_runs_the_bot_gets_no_test_tools():
    said = subprocess.run(["make", "-n", "venv", "VENV=/nowhere"], cwd=ROOT, capture_output=True, text=True).stdout
    assert "pip install" in said and "[dev]" not in said
    said = subprocess.run(["make", "-n", "lint", "VENV=/nowhere"], cwd=ROOT, capture_output=True, text=True).stdout
    assert "[dev]" in said
