"""What the demo's team has learnt: every sample row comes in, of people and accounts that are there."""

import csv
import io
from datetime import date

from bot.demo.past_care import past_touches
from bot.demo.samples import ACCOUNTS
from bot.demo.touches import INSIGHTS, TICKETS, TOUCHES, tickets_csv, touches_csv
from bot.importing import touch_cells
from bot.sandbox.seed import DEFAULT
from bot.touchpoints.rules.line import LABELS, MOODS

TODAY = date(2026, 3, 2)


def test_people_and_accounts_are_those_of_the_sandbox():
    emails = {person.get("email") for person in DEFAULT.users}
    ids = {account.id for account in ACCOUNTS}
    assert {touch.by for touch in TOUCHES} <= emails
    assert {row.account_id for row in (*TOUCHES, *TICKETS)} <= ids
    assert {name for _, name, _, _ in INSIGHTS} - {""} <= {account.name for account in ACCOUNTS}
    assert {industry for industry, *_ in INSIGHTS} - {""} <= {account.industry for account in ACCOUNTS}


def test_every_kind_and_mood_of_the_samples_is_understood():
    assert all(touch_cells.kind(touch.kind) in set(LABELS) - {""} for touch in TOUCHES)
    assert {touch.mood for touch in TOUCHES} <= {"", *MOODS}


def test_the_exports_count_their_days_from_the_day_they_are_made():
    touches = list(csv.DictReader(io.StringIO(touches_csv(TODAY))))
    tickets = list(csv.DictReader(io.StringIO(tickets_csv(TODAY))))
    assert (len(touches), len(tickets)) == (len(TOUCHES) + len(past_touches(TODAY)), len(TICKETS))
    assert touches[0]["Date"] == "2026-02-24"
    assert [row["Closed At"] for row in tickets[:2]] == ["", "2026-02-17"]
    assert all(row["Created At"] <= str(TODAY) for row in tickets)
