"""The door: what is no request of Slack's for this workspace is turned away in one line, and nothing waits for ever."""

import hashlib
import hmac
import json
import sqlite3
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from slack_bolt.request import BoltRequest
from sqlalchemy import text

from bot.app import build
from bot.core import time_left
from bot.db import schema
from bot.db.engine import Database
from bot.db.readiness import NO_ANSWER, Readiness
from bot.manifest import manifest
from bot.models import Workspace
from bot.running.http import APART, wsgi
from bot.running.server import HttpRunner, listen
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from tests.factories import make_account
from tests.running.asking import control, fetch
from tests.running.silent_relay import SilentRelay

EVENTS = "/slack/events"
SLACK_WAITS = 3
SECRET_WORDS = "our secret plan"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class House:
    """A bot behind its HTTP server, in this process."""

    def __init__(self, slack, bot, url):
        self.slack, self.bot, self.url = slack, bot, url

    def signed(self, body, kind=JSON, stamp=None, secret=None):
        """(status, text) for a request that Slack's secret signs."""
        stamp = str(int(time.time())) if stamp is None else stamp
        mac = hmac.new((secret or self.slack.signing_secret).encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
        headers = {
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
            "X-Slack-Request-Timestamp": stamp,
            "Content-Type": kind,
        }
        return fetch(self.url + EVENTS, body, headers)

    def command(self, words, **more):
        """(status, answer) of `/touch words` by Dana."""
        fields = {
            "command": "/touch",
            "text": words,
            "user_id": "U0REP1",
            "team_id": "T0PERENNIAL",
            "channel_id": "C0ALERTS",
            "trigger_id": f"1.{time.time_ns()}",
            "response_url": "http://127.0.0.1:1/none",
            **more,
        }
        status, said = self.signed(urlencode(fields).encode(), FORM)
        return status, json.loads(said or "{}")


@contextmanager
def housed(database_url):
    db = Database(database_url)
    schema.upgrade(db)
    db.close()
    with Sandbox(manifest=manifest("http://127.0.0.1:1")) as slack:
        bot = build(
            Settings(
                bot_token=slack.bot_token,
                signing_secret=slack.signing_secret,
                api_url=slack.api_url,
                database_url=database_url,
            )
        )
        bot.driver.hold()
        with bot.db.transaction() as session:
            make_account(session, session.get_one(Workspace, bot.workspace_id), "Acme Robotics")
        sockets = listen("127.0.0.1", 0)
        runner = HttpRunner(sockets, wsgi(bot), 4, APART, on_death=lambda: None)
        url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        runner.open()
        try:
            yield House(slack, bot, url)
        finally:
            runner.finish(5)
            bot.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with housed(f"sqlite:///{tmp_path_factory.mktemp('house') / 'bot.sqlite3'}") as one:
        yield one


@contextmanager
def one_line(caplog):
    """Exactly one warning, on one line, without a traceback and without what was sent."""
    caplog.clear()
    yield
    said = [record for record in caplog.records if record.levelno >= 30]
    assert len(said) == 1, [record.getMessage() for record in said]
    assert "\n" not in said[0].getMessage()
    assert said[0].exc_info is None
    assert SECRET_WORDS not in caplog.text


JUNK = [
    b"{",
    b"[1]",
    b"null",
    b"3",
    b'"words"',
    b"payload=null",
    b"payload=",
    b"payload=%5B1%5D",
    b"payload={",
    b"",
    b"hello",
    b"[" * 100_000,
    b'{"type": "event_callback"}',
    b'{"type": "event_callback", "event": null}',
    b'{"type": "event_callback", "event": ["our secret plan"]}',
]


@pytest.mark.parametrize("body", [*JUNK, b"\x00\x01our secret plan", b"\xff\xfe"], ids=range(len(JUNK) + 2))
@pytest.mark.parametrize("kind", [JSON, FORM, "text/xml", ""])
def test_unsigned_junk_is_refused_in_one_line(house, caplog, body, kind):
    with one_line(caplog):
        status, _ = fetch(house.url + EVENTS, body, {"Content-Type": kind} if kind else {})
    assert status in (400, 401)


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("kind", [JSON, FORM])
def test_junk_with_a_good_signature_is_refused_in_one_line(house, caplog, body, kind):
    with one_line(caplog):
        assert house.signed(body, kind)[0] == 400


@pytest.mark.parametrize("stamp", ["abc", "", "-1", "1e9", "1" * 400, "٣", -600, 6000, "0x1"])
def test_a_bad_timestamp_is_refused_in_one_line(house, caplog, stamp):
    # A number of seconds from now: two workers must collect the same names of tests.
    stamp = stamp if isinstance(stamp, str) else str(int(time.time()) + stamp)
    body = b'{"type": "url_verification", "challenge": "our secret plan"}'
    headers = {"X-Slack-Signature": "v0=00", "Content-Type": JSON, "X-Slack-Request-Timestamp": stamp.encode()}
    with one_line(caplog):
        assert fetch(house.url + EVENTS, body, headers)[0] == 401


@pytest.mark.parametrize("signature", ["v0=00", "v1=", "v0=\xe9", "", "x" * 5000])
def test_a_wrong_signature_gets_nothing_and_its_words_stay_out_of_the_log(house, caplog, signature):
    body = b'{"type": "url_verification", "challenge": "our secret plan"}'
    headers = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": str(int(time.time())), "Content-Type": JSON}
    with one_line(caplog):
        status, words = fetch(house.url + EVENTS, body, headers)
    assert status == 401
    assert SECRET_WORDS not in words
    with one_line(caplog):
        assert house.signed(body, secret="another-secret")[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", EVENTS, 405),
        ("PUT", EVENTS, 405),
        ("DELETE", EVENTS, 405),
        ("POST", "/healthz", 405),
        ("POST", "/readyz", 405),
        ("GET", "/", 404),
        ("POST", "/elsewhere", 404),
        ("POST", EVENTS + "/", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/%0a%00our%20secret%20plan", 404),
        ("GET", "/slack/events?our+secret+plan", 405),
    ],
)
def test_other_methods_and_paths_are_refused_in_one_line(house, caplog, method, path, status):
    peer = HTTPConnection(house.url.removeprefix("http://"), timeout=10)
    with one_line(caplog):
        peer.request(method, path)
        assert peer.getresponse().status == status
    peer.close()


def test_it_says_that_it_is_up_and_ready(house):
    assert fetch(f"{house.url}/healthz") == (200, "up")
    assert fetch(f"{house.url}/readyz") == (200, "ready")
    peer = HTTPConnection(house.url.removeprefix("http://"), timeout=10)
    for _ in range(2):
        peer.request("HEAD", "/readyz")
        answer = peer.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    peer.close()


def test_it_is_not_ready_on_a_schema_of_another_version_but_still_up(house):
    with house.bot.db.transaction() as session:
        version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    status, words = fetch(f"{house.url}/readyz")
    assert status == 503
    assert "db upgrade" in words
    assert fetch(f"{house.url}/healthz")[0] == 200
    with house.bot.db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": version})
    assert fetch(f"{house.url}/readyz")[0] == 200


def test_an_old_signature_gets_nothing(house):
    body = b'{"type": "url_verification", "challenge": "abc"}'
    assert house.signed(body, stamp=str(int(time.time()) - 600))[0] == 401
    assert house.signed(body, stamp=str(int(time.time()) - 200))[0] == 200


def test_a_body_larger_than_any_of_slacks_is_turned_away_and_the_largest_is_not(house):
    assert house.signed(b"x" * 1_000_001)[0] == 413
    words = json.dumps({"type": "url_verification", "challenge": "x" * 900_000}).encode()
    assert house.signed(words)[0] == 200


def test_slacks_first_question_is_answered(house):
    status, words = house.signed(b'{"type": "url_verification", "challenge": "abc"}')
    assert status == 200
    assert "abc" in words


OTHERS = [
    {"type": "event_callback", "team_id": "T0OTHER", "event_id": "Ev1", "event": {"type": "app_uninstalled"}},
    {
        "type": "event_callback",
        "team_id": "T0PERENNIAL",
        "authorizations": [{"team_id": "T0OTHER", "user_id": "U0BOT"}],
        "event": {"type": "app_uninstalled"},
    },
    {
        "type": "event_callback",
        "team_id": "T0OTHER",
        "event": {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}},
    },
    {
        "type": "block_actions",
        "team": {"id": "T0OTHER"},
        "user": {"id": "U0REP1", "team_id": "T0OTHER"},
        "trigger_id": "1.1",
        "actions": [{"type": "button", "action_id": "renewal.claim", "value": "1", "block_id": "b"}],
    },
    {
        "type": "view_submission",
        "team": {"id": "T0OTHER"},
        "user": {"id": "U0REP1"},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "touch",
            "blocks": [{"type": "input", "block_id": "words"}],
        },
    },
    {"type": "shortcut", "team": {"id": "T0OTHER"}, "user": {"id": "U0REP1"}, "callback_id": "x", "trigger_id": "1.1"},
    {"command": "/touch", "text": "cedar met them", "team_id": "T0OTHER", "user_id": "U0REP1", "channel_id": "C1"},
]


@pytest.mark.parametrize("transport", ["http", "socket"])
@pytest.mark.parametrize("payload", OTHERS, ids=lambda payload: payload.get("type", "command"))
def test_what_is_for_another_workspace_changes_nothing_and_is_refused_in_one_line(house, caplog, payload, transport):
    before = house.bot.db.writes
    with one_line(caplog):
        if transport == "socket":
            answered = house.bot.bolt.dispatch(BoltRequest(mode="socket_mode", body=payload))
            status, words = answered.status, answered.body
        elif "command" in payload:
            status, words = house.signed(urlencode(payload).encode(), FORM)
        elif payload["type"] == "event_callback":
            status, words = house.signed(json.dumps(payload).encode())
        else:
            status, words = house.signed(urlencode({"payload": json.dumps(payload)}).encode(), FORM)
    # Anything but 200 makes Slack send it again, or show the person an error of its own.
    assert status == 200
    assert ("another workspace" in words) is (payload.get("type") in (None, "view_submission"))
    assert house.bot.db.writes == before


def test_a_command_gets_its_answer_within_three_seconds_while_another_process_holds_the_database(house):
    holder = sqlite3.connect(house.bot.settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    house.command("help", command="/retention")
    holder.execute("BEGIN IMMEDIATE")
    try:
        answers = []
        # More than there are threads: those behind them have no more time than the first.
        threads = [
            threading.Thread(target=lambda n=n: answers.append(timed(house.command, f"Acme called Ruth, {n}")))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        assert timed(fetch, f"{house.url}/healthz")[0] == (200, "up")
        for thread in threads:
            thread.join()
        assert [status for (status, _), _ in answers] == [200] * 8
        assert all(said.get("text") for (_, said), _ in answers)
        assert max(took for _, took in answers) < SLACK_WAITS
    finally:
        holder.close()
    assert touches(house) == 0
    house.command("Acme called Ruth")
    assert touches(house) == 1


def test_a_command_gets_its_answer_within_three_seconds_while_slack_does_not_say_who_asks(house):
    control(house.slack, "fault", method="users.info", kind="delay", times=1, seconds=4)
    (status, said), took = timed(lambda: house.command("Acme called Ruth", user_id="U0REP2"))
    assert (status, took < SLACK_WAITS) == (200, True)
    assert "could not check" in said["text"]


@pytest.mark.postgres
def test_while_the_database_is_silent_people_are_told_and_it_is_not_ready_but_up(empty_postgres_url):
    relay = SilentRelay(empty_postgres_url)
    try:
        with housed(relay.url) as house:
            assert fetch(f"{house.url}/readyz") == (200, "ready")
            house.command("help", command="/retention")
            relay.fall_silent()
            (status, said), took = timed(house.command, "Acme called Ruth")
            assert (status, took < SLACK_WAITS) == (200, True)
            assert said["text"]
            # The pool is empty now: to connect is what hangs.
            assert timed(house.command, "Acme called Ruth")[1] < SLACK_WAITS
            answer, took = timed(fetch, f"{house.url}/readyz")
            assert answer == (503, NO_ANSWER)
            assert took < 2
            assert fetch(f"{house.url}/healthz") == (200, "up")
            relay.speak()
            assert fetch_until_ready(house)
            assert touches(house) == 0
            house.command("Acme called Ruth")
            assert touches(house) == 1
    finally:
        relay.close()


@pytest.mark.postgres
def test_a_lock_that_somebody_holds_ends_a_request_in_time_and_is_not_waited_for_any_longer(postgres_db):
    other = Database(postgres_db.engine.url.render_as_string(hide_password=False))
    with other.transaction() as holding:
        holding.execute(text("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE"))
        with (
            asked_by_a_request(postgres_db) as db,
            pytest.raises(Exception, match="cancel"),
            db.transaction() as session,
        ):
            session.execute(text("SELECT count(*) FROM accounts"))
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        assert holding.execute(waiting).scalar() == 0
    other.close()


def test_a_question_that_hangs_is_asked_once_and_answered_in_time_to_all():
    asked, gate = [], threading.Event()

    def ask():
        asked.append(1)
        gate.wait(10)
        return ""

    readiness = Readiness(ask, within=0.1)
    (first, took), (second, again) = timed(readiness.missing), timed(readiness.missing)
    assert (first, second) == (NO_ANSWER, NO_ANSWER)
    assert took < 1
    assert again < 0.1
    assert len(asked) == 1
    gate.set()


@contextmanager
def asked_by_a_request(db):
    """The same database as a request of a bot sees it."""
    mine = Database(db.engine.url.render_as_string(hide_password=False), patience=60)
    with time_left.answering():
        yield mine
    mine.close()


def touches(house):
    """How many touches are stored."""
    with house.bot.db.reading() as session:
        return session.execute(text("SELECT count(*) FROM touchpoints")).scalar()


def timed(work, *arguments):
    """(what it returned, seconds it took)."""
    began = time.monotonic()
    return work(*arguments), time.monotonic() - began


def fetch_until_ready(house):
    give_up = time.monotonic() + 15
    while fetch(f"{house.url}/readyz")[0] != 200:
        assert time.monotonic() < give_up
        time.sleep(0.1)
    return True
