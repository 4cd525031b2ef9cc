"""The bot as a process: it answers, it is watched, and it ends well."""

from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from sqlalchemy import text

from bot.app import utc_now
from bot.db.engine import Database
from bot.db.work import Work
from bot.posts import outgoing
from bot.posts.notices import Notice
from tests.running.asking import control, fetch, until

pytestmark = pytest.mark.slow

ALERTS = "C0ALERTS"


def test_a_command_is_answered_to_the_person_who_gave_it(running):
    control(running.slack, "command", channel=ALERTS, user="U0REP1", command="/retention", text="")
    until(lambda: running.messages(ALERTS, "U0REP1"), "the answer is there")
    assert all(message["ephemeral"] for message in running.messages(ALERTS, "U0REP1"))
    assert running.messages(ALERTS, "U0REP2") == []


def test_asked_to_stop_it_ends_well_and_gives_its_lease_back(running):
    db = Database(running.database_url)

    def holder():
        with db.reading() as session:
            return session.execute(text("SELECT holder FROM leases")).scalar()

    until(holder, "the bot drives the workspace")
    assert running.end() == 0, running.log.read_text()
    assert holder() == ""
    db.close()
    assert "Traceback" not in running.log.read_text()


def test_what_it_logs_is_one_json_object_a_line_without_a_token(running):
    control(running.slack, "command", channel=ALERTS, user="U0REP1", command="/retention", text="")
    running.end()
    assert running.lines()
    assert running.slack.bot_token not in running.log.read_text()
    assert running.slack.app_token not in running.log.read_text()


@pytest.mark.parametrize("running", ["http"], indirect=True)
def test_its_threads_share_one_cpu_unless_it_may_have_all(running):
    bot = psutil.Process(running.process.pid)
    each = [psutil.Process(thread.id).cpu_affinity() for thread in bot.threads()]
    assert len(each) > 4
    assert {len(cpus) for cpus in each} == {1}
    running.end()
    running.may_have(CPUS="all")
    running.start()
    assert psutil.Process(running.process.pid).cpu_affinity() == psutil.Process().cpu_affinity()


@pytest.mark.postgres
@pytest.mark.parametrize("running", ["http on postgres"], indirect=True)
def test_on_postgresql_it_answers_and_ends_as_well(running):
    test_a_command_is_answered_to_the_person_who_gave_it(running)
    test_asked_to_stop_it_ends_well_and_gives_its_lease_back(running)


def test_asked_to_stop_it_still_answers_the_request_in_flight(running):
    control(running.slack, "fault", method="views.open", kind="delay", times=1, seconds=1.5)
    with ThreadPoolExecutor(1) as hand:
        pressed = hand.submit(control, running.slack, "shortcut", user="U0REP1", callback_id="renewal.update")
        until(lambda: fault_is_playing(running.slack), "Slack is asked for the form")
        assert running.end() == 0, running.log.read_text()
        assert pressed.result()["status"] == 200
    assert fetch(f"{running.slack.base_url}/control/view?user=U0REP1")[1] != "null"


def test_asked_to_stop_it_still_finishes_the_send_in_flight_and_records_it(running):
    control(running.slack, "fault", method="chat.postMessage", kind="delay", times=1, seconds=1.5)
    db = Database(running.database_url)
    facts = Notice(code="dead_posts", account="", details={"count": "1", "reason": "is_archived"}).to_facts()
    with Work.writing(db, 1, utc_now()) as work:
        outgoing.put(work, [outgoing.OutgoingPost("notice:1", "notice", facts, channel=ALERTS)])
    until(lambda: fault_is_playing(running.slack), "the message is on its way")
    assert running.end() == 0, running.log.read_text()
    with db.reading() as session:
        assert session.execute(text("SELECT state, sent_revision FROM deliveries")).all() == [("sent", 1)]
    db.close()
    assert len(running.messages(ALERTS, "U0REP1")) == 1


@pytest.mark.parametrize("running", ["http"], indirect=True)
def test_killed_it_leaves_nothing_behind_and_another_takes_port_and_lease_at_once(running):
    db = Database(running.database_url)

    def holder():
        with db.reading() as session:
            return session.execute(text("SELECT holder FROM leases")).scalar()

    first = until(holder, "the bot drives the workspace")
    assert psutil.Process(running.process.pid).children(recursive=True) == []
    running.process.kill()
    running.process.wait()
    assert fetch(f"{running.url}/healthz")[0] == 0
    # The half minute for which a dead worker keeps its lease is over.
    with db.transaction() as session:
        session.execute(text("UPDATE leases SET expires_at = :over"), {"over": "2026-01-01 00:00:00.000000"})
    running.start()
    until(lambda: holder() not in ("", first), "the second bot drives the workspace")
    assert fetch(f"{running.url}/readyz") == (200, "ready")
    assert running.end() == 0
    assert holder() == ""
    db.close()
    assert "Traceback" not in running.log.read_text()


def fault_is_playing(slack):
    """Whether the fault that was armed has met its call."""
    return not slack.platform.faults._armed
