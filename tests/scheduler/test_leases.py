"""One worker drives a workspace; who lost it writes nothing more."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import LeaseLost
from bot.sandbox.clock import SandboxClock
from bot.workspace import leases
from bot.workspace.leases import LIFETIME, HeldLease
from scheduler.leases import CALL_NEEDS, LeaseKeeper
from tests.factories import NOW, make_workspace

LATER = NOW + LIFETIME


def take(db: Database, workspace_id: int, holder: str, now: datetime = NOW) -> HeldLease | None:
    with Work.writing(db, workspace_id, now) as work:
        return leases.acquire(work, holder)


def must(lease: HeldLease | None) -> HeldLease:
    assert lease is not None
    return lease


def test_a_free_workspace_is_taken_and_a_held_one_is_not(any_db: Database, workspace_id: int) -> None:
    assert must(take(any_db, workspace_id, "one")).token == 1
    assert take(any_db, workspace_id, "two") is None
    assert must(take(any_db, workspace_id, "one")).token == 1


def test_a_lease_that_is_over_is_taken_with_the_next_token(any_db: Database, workspace_id: int) -> None:
    first = must(take(any_db, workspace_id, "one"))
    second = must(take(any_db, workspace_id, "two", LATER))
    assert second.token == first.token + 1
    with any_db.transaction() as session, pytest.raises(LeaseLost):
        leases.check(session, first)
    with any_db.transaction() as session, pytest.raises(LeaseLost):
        leases.renew(session, first, LATER)
    with any_db.transaction() as session:
        leases.check(session, second)


def test_a_lease_that_ends_later_than_one_can_was_taken_before_the_clock_was_put_back_and_is_over(
    any_db: Database, workspace_id: int
) -> None:
    must(take(any_db, workspace_id, "one", NOW + timedelta(hours=6)))
    with any_db.reading() as session:
        assert leases.takeable(session, "two", NOW) == [workspace_id]
    assert must(take(any_db, workspace_id, "two")).token == 2
    assert take(any_db, workspace_id, "three") is None
    must(take(any_db, workspace_id, "two", NOW + timedelta(minutes=1)))
    assert take(any_db, workspace_id, "three") is None, "another machine's clock may be a minute ahead"


def test_a_lease_that_is_over_and_that_nobody_took_still_holds(any_db: Database, workspace_id: int) -> None:
    first = must(take(any_db, workspace_id, "one"))
    much_later = NOW + timedelta(days=365)
    with any_db.transaction() as session:
        leases.check(session, first)
        renewed = leases.renew(session, first, much_later)
    assert (renewed.token, renewed.expires_at) == (first.token, much_later + LIFETIME)


def test_a_released_workspace_is_free_at_once_and_its_token_does_not_start_again(
    any_db: Database, workspace_id: int
) -> None:
    first = must(take(any_db, workspace_id, "one"))
    with any_db.transaction() as session:
        leases.release(session, first, NOW)
    assert must(take(any_db, workspace_id, "two")).token == 2


def test_only_what_can_be_had_is_offered(any_db: Database, workspace_id: int) -> None:
    with any_db.transaction() as session:
        other = make_workspace(session).id
    take(any_db, workspace_id, "one")
    with any_db.reading() as session:
        assert leases.takeable(session, "two", NOW) == [other]
        assert leases.takeable(session, "one", NOW) == [workspace_id, other]
        assert leases.takeable(session, "two", LATER) == [workspace_id, other]


@pytest.mark.postgres
def test_nobody_takes_over_in_the_middle_of_a_write(postgres_db: Database) -> None:
    with postgres_db.transaction() as session:
        workspace_id = make_workspace(session).id
    first = must(take(postgres_db, workspace_id, "one"))
    taken = Event()

    def take_over() -> None:
        take(postgres_db, workspace_id, "two", LATER)
        taken.set()

    thread = Thread(target=take_over)
    with postgres_db.transaction() as session:
        leases.check(session, first)
        thread.start()
        assert not taken.wait(0.3)
    assert taken.wait(5)
    thread.join()


def test_what_is_held_is_renewed_before_a_call_that_would_outlive_it(
    any_db: Database, workspace_id: int, clock: SandboxClock
) -> None:
    holding = LeaseKeeper(any_db, clock.now, "one")
    assert holding.take() == [workspace_id]
    clock.set(NOW + LIFETIME - timedelta(seconds=1))
    assert holding.lease(workspace_id).expires_at == NOW + LIFETIME
    assert holding.lease(workspace_id, CALL_NEEDS).expires_at == clock.now() + LIFETIME


def test_a_worker_that_slept_past_its_lease_learns_that_it_lost_it(
    any_db: Database, workspace_id: int, clock: SandboxClock
) -> None:
    sleeper, other = LeaseKeeper(any_db, clock.now, "one"), LeaseKeeper(any_db, clock.now, "two")
    sleeper.take()
    clock.set(NOW + LIFETIME)
    assert other.take() == [workspace_id]
    with pytest.raises(LeaseLost):
        sleeper.lease(workspace_id, CALL_NEEDS)
    assert sleeper.take() == []
    other.release()
    assert sleeper.take() == [workspace_id]
