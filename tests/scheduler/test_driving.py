"""The driver and its heartbeats, from the outside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.db.engine import Database
from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from bot.sandbox.stepping import step_to
from bot.slack.sender import sending_client
from scheduler.heartbeats import Heartbeats
from tests.delivery.rig import Rig, card, make_driver, make_rig, make_sandbox
from tests.factories import make_workspace
from tests.scheduler.conftest import Jobs, plan

PATIENCE = 10.0


@pytest.fixture
def sandbox(clock: SandboxClock) -> Iterator[Sandbox]:
    with make_sandbox(clock, limits=Limits(enforced=False)) as running:
        yield running


@pytest.fixture
def rig(db: Database, sandbox: Sandbox, clock: SandboxClock) -> Rig:
    return make_rig(db, sandbox, clock)


def eventually(condition: Callable[[], Any]) -> None:
    deadline = threading.Event()
    timer = threading.Timer(PATIENCE, deadline.set)
    timer.start()
    while not deadline.wait(0.01):
        if condition():
            timer.cancel()
            return
    raise AssertionError("It did not happen in time.")


def test_of_two_drivers_one_drives_until_it_gives_up(rig: Rig) -> None:
    second = make_driver(rig.db, rig.sandbox, rig.clock, holder="two")
    rig.work()
    rig.want(card(1, "C000"))
    second.work()
    assert rig.said("C000") == []
    assert second.next_due() is None
    rig.driver.stop(1)
    second.work()
    assert rig.said("C000") == ["card 1"]


def test_a_stopped_driver_does_nothing_more(rig: Rig) -> None:
    rig.want(card(1, "C000"))
    assert rig.driver.stop(1)
    rig.work()
    assert rig.said("C000") == []


def test_the_sandbox_can_step_through_everything_that_is_planned(rig: Rig, jobs: Jobs) -> None:
    start = rig.now
    for day in (1, 30, 300):
        plan(rig.db, rig.workspace_id, f"thing:{day}", at=start + timedelta(days=day))
    rig.want(*(card(n, "C000") for n in range(3)))
    step_to(rig.clock, rig.driver, start + timedelta(days=365))
    assert [(subject, (at - start).days) for subject, at in jobs] == [
        ("thing:1", 1),
        ("thing:30", 30),
        ("thing:300", 300),
    ]
    assert rig.said("C000") == ["card 0", "card 1", "card 2"]


def test_heartbeats_run_jobs_and_send_without_being_asked(rig: Rig, jobs: Jobs) -> None:
    plan(rig.db, rig.workspace_id, "thing:1")
    rig.want(card(1, "C000"))
    heartbeats = Heartbeats(rig.driver)
    heartbeats.start()
    try:
        eventually(lambda: rig.said("C000") == ["card 1"] and jobs)
        rig.want(card(2, "C001"))
        heartbeats.nudge()
        eventually(lambda: rig.said("C001") == ["card 2"])
    finally:
        assert heartbeats.stop(5)
    rig.want(card(3, "C002"))
    assert make_driver(rig.db, rig.sandbox, rig.clock, holder="next").hold(), "the lease was given back"


class SlowClient(WebClient):
    """A client whose posts take until they are let go."""

    began = threading.Event()
    let_go = threading.Event()

    def api_call(self, api_method: str, **arguments: Any) -> Any:
        answer = super().api_call(api_method, **arguments)
        if api_method == "chat.postMessage":
            self.began.set()
            assert self.let_go.wait(PATIENCE)
        return answer


def test_stopping_lets_the_send_in_flight_finish_and_be_recorded(
    db: Database, sandbox: Sandbox, clock: SandboxClock
) -> None:
    plain = sending_client(sandbox.bot_token, sandbox.api_url)
    client = SlowClient(token=plain.token, base_url=plain.base_url, retry_handlers=[])
    rig = make_rig(db, sandbox, clock, client_for=lambda _: client)
    rig.want(card(1, "C000"), card(2, "C001"))
    heartbeats = Heartbeats(rig.driver)
    heartbeats.start()
    assert client.began.wait(PATIENCE)
    stopped: list[bool] = []
    stopping = threading.Thread(target=lambda: stopped.append(heartbeats.stop(PATIENCE)))
    stopping.start()
    client.let_go.set()
    stopping.join(PATIENCE)
    assert stopped == [True]
    assert rig.post("renewal:1:card").state == "sent"
    assert rig.said("C001") == []


def test_a_workspace_without_a_token_here_is_left_to_others_and_holds_nobody_up(
    db: Database, sandbox: Sandbox, clock: SandboxClock
) -> None:
    client = sending_client(sandbox.bot_token, sandbox.api_url)
    rig = make_rig(db, sandbox, clock)
    with db.transaction() as session:
        make_workspace(session, team_id="T0OTHER")
    driver = make_driver(db, sandbox, clock, {rig.workspace_id: client}.get, "served")
    rig.want(card(1, "C000"))
    driver.work()
    assert driver.hold() == [rig.workspace_id]
    assert len(rig.said("C000")) == 1
