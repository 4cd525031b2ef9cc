"""What doctor finds: each trouble by name, with what to do."""

from datetime import timedelta

import pytest

from bot import doctor
from bot.app import utc_now
from bot.db.engine import Database
from bot.db.schema import upgrade
from bot.db.work import Work
from bot.doctor import examine, examine_blocks
from bot.manifest import manifest
from bot.models import Workspace
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.ids import ViewId
from bot.slack.outcomes import UNREADABLE
from bot.slack.renderers import RENDERERS
from bot.slack.samples import Sample, samples
from bot.slack.sender import sending_client
from bot.workspace import workspaces
from tests.factories import NOW, make_account, make_member, make_post


@pytest.fixture
def slack():
    with Sandbox(manifest=manifest()) as sandbox:
        yield sandbox


@pytest.fixture
def db(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def settings(slack, db):
    return Settings(
        bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url, database_url=str(db.engine.url)
    )


@pytest.fixture
def workspace_id(db, settings):
    with db.transaction() as session:
        return workspaces.ensure(session, "T0PERENNIAL", "Larkfield", "U0BOT", settings, utc_now())


def findings(settings, db, now=None):
    client = sending_client(settings.bot_token, settings.api_url)
    return list(examine(settings, client, db, now or utc_now()))


def troubles(settings, db, now=None):
    return {f.seen: f.todo for f in findings(settings, db, now) if not f.is_well}


def test_a_bot_that_is_well_has_nothing_to_do(settings, db, workspace_id):
    assert troubles(settings, db) == {}


def test_an_empty_leadership_channel_is_said_until_there_is_one(settings, db, workspace_id):
    def said():
        return [f.seen for f in findings(settings, db) if f.what == "Leadership"]

    assert ["managers are told instead" in seen for seen in said()] == [True]
    with db.transaction() as session:
        session.get(Workspace, workspace_id).leadership_channel = "C0ALERTS"
    assert said() == []


def test_whose_days_off_are_assumed_for_whom_is_said_and_is_no_trouble(settings, db, workspace_id):
    with db.transaction() as session:
        workspace = session.get(Workspace, workspace_id)
        for zone, country in (("Europe/Berlin", ""), ("Asia/Riyadh", ""), ("Europe/Berlin", "AT"), ("UTC", "")):
            make_member(session, workspace, timezone=zone, country=country)
    said = {f.seen for f in findings(settings, db) if f.what == "Holidays"}
    assert {
        "1 person: those of DE, assumed from their time zone Europe/Berlin",
        "1 person: those of SA, assumed from their time zone Asia/Riyadh",
        "1 person: those of AT, chosen in My settings",
        "1 person: weekends alone, since UTC names no country",
    } <= said
    assert not [f for f in findings(settings, db) if f.what == "Holidays" and f.todo]


def test_dead_posts_are_counted_by_their_reason(settings, db, workspace_id):
    with Work.writing(db, workspace_id, NOW) as work:
        for key in "ab":
            make_post(work, key, utc_now(), state="dead", error="The channel is archived.")
    ((seen, todo),) = troubles(settings, db).items()
    assert seen == "2 could not be sent: The channel is archived."
    assert "/retention" in todo


def test_a_stopped_workspace_says_why(settings, db, workspace_id):
    with db.transaction() as session:
        session.get(Workspace, workspace_id).stopped_reason = "missing_scope: im:write"
    assert any("missing_scope: im:write" in seen for seen in troubles(settings, db))


def test_a_clock_that_is_off_is_told(settings, db, workspace_id):
    assert any("away from Slack's" in seen for seen in troubles(settings, db, utc_now() + timedelta(minutes=10)))


def test_channels_that_are_gone_archived_or_closed_are_named(settings, slack, db, workspace_id):
    channels = slack.platform.world.channels
    channels["C0ACME"].is_archived = True
    channels["C0BRIGHT"].is_private = True
    channels["C0BRIGHT"].members.remove("U0BOT")
    with db.transaction() as session:
        workspace = session.get(Workspace, workspace_id)
        for channel in ("C0ACME", "C0BRIGHT", "C0GONE", "C0MERIDIAN", "C0CEDAR"):
            make_account(session, workspace, channel, channel=channel)
    found = troubles(settings, db)
    assert any("archived" in seen for seen in found)
    assert any("C0GONE: channel_not_found" in seen for seen in found)
    assert any("C0BRIGHT" in seen or "brightwater" in seen for seen in found)
    assert len(found) == 3
    assert any("shared with another company" in f.seen and f.is_well for f in findings(settings, db))


@pytest.mark.parametrize("field", ["fallback_channel", "leadership_channel"])
@pytest.mark.parametrize("who", ["guest", "company"])
def test_a_fixed_channel_that_others_came_to_read_is_named_with_what_to_do(
    settings, slack, db, workspace_id, field, who
):
    with db.transaction() as session:
        setattr(session.get(Workspace, workspace_id), field, "C0ALERTS")
    assert troubles(settings, db) == {}
    channel = slack.platform.world.channels["C0ALERTS"]
    if who == "guest":
        channel.members.append("U0GST1")
    else:
        channel.is_ext_shared = True
    ((seen, todo),) = troubles(settings, db).items()
    assert seen.startswith(f"#{channel.name}, the {field.partition('_')[0]} channel, ")
    assert ("read by a guest" if who == "guest" else "shared with another company") in seen
    assert "/retention settings" in todo
    if who == "guest":
        with db.transaction() as session:
            session.get(Workspace, workspace_id).guests_may_read = True
        assert troubles(settings, db) == {}


@pytest.mark.parametrize(
    ("changes", "todo"),
    [
        ({"bot_token": "xoxb-other"}, "SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-other"}, "SLACK_APP_TOKEN"),
        ({"app_token": ""}, "SLACK_SIGNING_SECRET"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "SLACK_API_URL"),
    ],
)
def test_what_does_not_connect_is_told_with_the_setting_to_look_at(settings, db, workspace_id, changes, todo):
    assert any(todo in text for text in troubles(settings.model_copy(update=changes), db).values())


def test_files_with_secrets_that_others_can_read_are_named_with_the_command_that_closes_them(
    settings, db, workspace_id, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert troubles(settings, db) == {}
    env = tmp_path / ".env"
    env.touch(mode=0o640)
    env.chmod(0o640)
    (tmp_path / "bot.sqlite3").chmod(0o644)
    assert troubles(settings, db) == {
        ".env can be read by others on this machine": "Run: chmod 600 .env",
        "bot.sqlite3 can be read by others on this machine": f"Run: chmod 600 {tmp_path / 'bot.sqlite3'}",
    }


def test_messages_held_because_slack_hides_their_metadata_are_counted_with_the_scope_to_add(settings, db, workspace_id):
    with Work.writing(db, workspace_id, NOW) as work:
        make_post(work, "a", utc_now(), state="unknown", error=UNREADABLE.reason)
    ((seen, todo),) = troubles(settings, db).items()
    assert seen == "1 held: Slack does not show whether they were sent"
    assert "metadata.message:read" in todo


def test_every_kind_of_message_and_every_form_has_an_example():
    made = list(samples("U0BOT"))
    assert {one.kind for one in made if one.form == "message"} >= set(RENDERERS)
    assert {one.body.get("callback_id") for one in made if one.body.get("type") == "modal"} == set(ViewId)
    assert {one.body["type"] for one in made if one.form == "view"} == {"modal", "home"}


def test_every_kind_of_message_and_view_is_shown_to_slack_and_taken(slack, settings):
    slack.platform.faults.arm(Fault("blocks.validate", "rate_limited", 1, 1))
    (finding,) = examine_blocks(sending_client(settings.bot_token, settings.api_url))
    count = len(list(samples("U0BOT")))
    assert (finding.seen, finding.todo) == (f"{count} messages and views shown to Slack, nothing refused", "")


def test_what_slack_refuses_is_named_with_its_kind_and_its_pointer(settings, monkeypatch):
    empty = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
    bad = [
        Sample("notice", "message", {"text": "x", "blocks": [empty]}),
        Sample("modal x", "view", {"type": "modal", "blocks": [{"type": "divider"}]}),
    ]
    monkeypatch.setattr(doctor, "samples", lambda person: iter(bad))
    found = list(examine_blocks(sending_client(settings.bot_token, settings.api_url)))
    assert [one.seen for one in found[:2]] == [
        "notice: /blocks/0/text/text must be more than 0 characters",
        "modal x: / missing required field: title",
    ]
    assert not found[0].is_well and found[2].seen.endswith("2 refused")


def test_a_slack_that_does_not_know_the_method_says_so(slack, settings):
    slack.platform.faults.arm(Fault("blocks.validate", "error:unknown_method", 1))
    (finding,) = examine_blocks(sending_client(settings.bot_token, settings.api_url))
    assert "unknown_method" in finding.seen and not finding.is_well
