"""Whatever breaks on the way to Slack, no message is missing and none stands twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.db.engine import Database
from bot.posts.records import SETTLED_AFTER
from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from bot.slack.sender import sending_client
from tests.delivery.hurried_clock import HurriedClock
from tests.delivery.rig import OWNER, Rig, card, line, make_rig, make_sandbox

KINDS = (
    "drop_reply",
    "http_500_before",
    "http_500_after",
    "http_503_after",
    "internal_error_before",
    "internal_error_after",
    "delay",
    "rate_limited",
    "error:service_unavailable",
    "error:fatal_error",
)
CARDS, LINES = 100, 100
IMPATIENCE = 0.15
"""Seconds of real time that the client of these tests waits for an answer."""


@pytest.fixture
def sandbox(clock: SandboxClock) -> Iterator[Sandbox]:
    """Enough channels for the limits not to be what is tested."""
    with make_sandbox(clock, channels=40) as running:
        yield running


@pytest.fixture
def impatient(any_db: Database, sandbox: Sandbox, clock: SandboxClock) -> Rig:
    """A driver that does not wait long for an answer."""
    client = sending_client(sandbox.bot_token, sandbox.api_url)
    client.timeout = IMPATIENCE  # type: ignore[assignment]
    return make_rig(any_db, sandbox, clock, client_for=lambda _: client)


def expected() -> list[str]:
    return sorted([f"card {n}" for n in range(CARDS)] + [f"line {n}" for n in range(LINES)])


def want_all(rig: Rig) -> None:
    rig.want(*(card(n, f"C{n % 40:03}") for n in range(CARDS)))
    rig.want(*(line(n, of=n % CARDS) for n in range(LINES)))


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_posts_survive_a_fault_of_posting(impatient: Rig, kind: str) -> None:
    want_all(impatient)
    seconds = IMPATIENCE * 2 if kind == "delay" else 2.0
    impatient.break_next("chat.postMessage", kind, times=5, seconds=seconds)
    impatient.work()
    impatient.break_next("chat.postMessage", kind, times=5, seconds=seconds)
    impatient.run_out()
    assert not impatient.sandbox.platform.faults.take("chat.postMessage"), "all faults were played"
    assert sorted(impatient.everything_said()) == expected()
    assert impatient.post("renewal:1:card").state == "sent"


def test_two_hundred_posts_survive_faults_of_everything_at_once(impatient: Rig) -> None:
    want_all(impatient)
    for kind in KINDS:
        for method in ("chat.postMessage", "conversations.history", "conversations.info", "*"):
            impatient.break_next(method, kind, times=2, seconds=IMPATIENCE * 2)
    impatient.run_out()
    assert sorted(impatient.everything_said()) == expected()


def test_an_answer_that_was_lost_is_found_and_not_posted_again(any_rig: Rig) -> None:
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(card(1, "C000"))
    any_rig.work()
    assert any_rig.post("renewal:1:card").state == "unknown"
    any_rig.run_out()
    assert len(any_rig.calls("chat.postMessage")) == 1
    assert any_rig.post("renewal:1:card").state == "sent"
    assert any_rig.post("renewal:1:card").ts in any_rig.channel("C000").messages


def test_a_line_whose_answer_was_lost_is_found_in_its_thread(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    any_rig.pass_time(hours=3)
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(line(1, of=1))
    any_rig.run_out()
    assert any_rig.said("C000") == ["card 1", "line 1"]
    assert any_rig.calls("conversations.replies")


def test_an_unknown_message_is_not_looked_for_before_slack_can_be_done_with_it(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(1, "C000"))
    rig.work()
    rig.pass_time(seconds=19)
    rig.work()
    assert not rig.calls("conversations.history")
    rig.pass_time(seconds=1)
    rig.work()
    assert rig.calls("conversations.history")


def test_what_changed_while_an_answer_was_lost_is_shown_after_it_is_found(rig: Rig) -> None:
    rig.break_next("chat.postMessage", "drop_reply")
    rig.want(card(1, "C000"))
    rig.work()
    rig.want(card(1, "C000", "newer"))
    rig.run_out()
    assert rig.said("C000") == ["newer"]


def test_an_update_that_fails_is_tried_again(any_rig: Rig) -> None:
    any_rig.want(card(1, "C000"))
    any_rig.run_out()
    for kind in ("http_500_before", "drop_reply", "internal_error_after", "rate_limited", "error:service_unavailable"):
        any_rig.break_next("chat.update", kind)
    any_rig.want(card(1, "C000", "newer"))
    any_rig.run_out()
    assert any_rig.said("C000") == ["newer"]
    assert any_rig.post("renewal:1:card").state == "sent"


def test_a_direct_message_whose_answer_was_lost_is_found(any_rig: Rig) -> None:
    any_rig.break_next("chat.postMessage", "drop_reply")
    any_rig.want(card(1, "C000"))
    any_rig.channel("C000").is_ext_shared = True
    any_rig.run_out()
    assert any_rig.direct(OWNER) == ["card 1 (shared)"]
    assert len(any_rig.calls("chat.postMessage")) == 1


def test_under_a_clock_that_never_stands_still_a_lost_answer_is_looked_for_too(db: Database) -> None:
    clock = HurriedClock(time.time())
    with make_sandbox(clock, limits=Limits(enforced=False)) as sandbox:
        rig = make_rig(db, sandbox, clock)
        rig.break_next("chat.postMessage", "drop_reply")
        rig.want(card(1, "C000"))
        rig.work()
        end = rig.now + 3 * SETTLED_AFTER
        while rig.post("renewal:1:card").state != "sent" and rig.now < end:
            rig.work()
        assert rig.post("renewal:1:card").state == "sent"
        assert rig.said("C000") == ["card 1"]
