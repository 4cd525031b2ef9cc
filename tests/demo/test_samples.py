"""The sample accounts: what README and the demo promise about them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cli.demo import begins_at
from bot.demo.morning import working_morning
from bot.demo.samples import ACCOUNTS, CONTRACTS, accounts_csv, contracts_csv
from bot.sandbox.seed import DEFAULT


def test_every_account_has_a_situation_of_its_own():
    situations = [account.situation for account in ACCOUNTS]
    assert len(ACCOUNTS) >= 12
    assert len(set(situations)) == len(situations)


def test_people_and_channels_of_the_samples_are_those_of_the_sandbox():
    emails = {person.get("email") for person in DEFAULT.users}
    channels = {f"#{room['name']}" for room in DEFAULT.channels}
    for account in ACCOUNTS:
        assert {account.owner, account.support_lead} - {""} <= emails
        assert account.channel in channels | {""}


def test_every_contract_belongs_to_an_account_and_every_account_has_one():
    assert {contract.account_id for contract in CONTRACTS} == {account.id for account in ACCOUNTS}


def test_the_export_counts_its_days_from_the_day_it_is_made():
    rows = {row["Contract ID"]: row for row in csv.DictReader(io.StringIO(contracts_csv(date(2030, 5, 1))))}
    assert rows["C-301"]["End Date"] == (date(2030, 5, 1) + timedelta(days=12)).isoformat()
    assert rows["C-502"]["End Date"] == ""
    assert len(list(csv.DictReader(io.StringIO(accounts_csv())))) == len(ACCOUNTS)


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 24, 8, 5, tzinfo=UTC)),
        (date(2026, 11, 28), datetime(2026, 11, 30, 8, 5, tzinfo=UTC)),
        (date(2026, 7, 6), datetime(2026, 7, 6, 7, 5, tzinfo=UTC)),
    ],
)
def test_the_demo_begins_on_a_working_morning_in_berlin(day, begins):
    assert working_morning(day) == begins


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 5, tzinfo=UTC)),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), datetime(2026, 11, 25, 8, 5, tzinfo=UTC)),
    ],
)
def test_without_a_day_it_begins_on_the_day_that_it_is_in_berlin(now, begins, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.cli.demo.utc_now", lambda: now)
    assert begins_at(tmp_path) == begins
    assert begins_at(tmp_path, date(2027, 5, 8)) == datetime(2027, 5, 10, 7, 5, tzinfo=UTC)
