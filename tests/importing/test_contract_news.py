"""What a later file changes of a contract: what it says; not what people and time have settled, nor what it omits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db.work import Work
from bot.importing.contract_diff import Mark, RowDigest
from bot.importing.contract_status import TermFrom
from bot.models import Contract, Renewal, Workspace
from bot.renewals.update import RenewalChange, change
from tests.factories import make_member
from tests.importing.conftest import Desk
from tests.importing.test_accounts import counts

FULL = (
    "Contract ID,Account Name,Contract Name,Start Date,End Date,Term,Amount,Currency,Notice Period,Auto Renew\n"
    "C1,Acme,Gold,2024-07-01,2026-06-30,24,20000,EUR,60,yes\n"
)
DATED = "Contract ID,Account Name,Start Date,End Date,ARR,Notice\nC1,Acme,2025-06-30,2026-06-30,10000,30\n"


def act(desk: Desk, *changes: RenewalChange) -> None:
    """What Dana does to the only renewal."""
    with desk.db.transaction() as session:
        workspace = session.get_one(Workspace, desk.workspace_id)
        dana = make_member(session, workspace, role="admin").id
        renewal_id = session.scalars(select(Renewal.id)).one()
    for wanted in changes:
        with Work.writing(desk.db, desk.workspace_id, desk.now) as work:
            change(work, renewal_id, dana, wanted)


def win(desk: Desk, **values: Any) -> None:
    act(desk, RenewalChange(stage="signed", **values), RenewalChange(stage="invoiced"), RenewalChange(stage="paid"))


def lose(desk: Desk) -> None:
    act(desk, RenewalChange(stage="lost", lost_reason="price", lost_words="x"))
    with desk.db.transaction() as session:
        session.execute(update(Contract).values(status="ended"))


def known(contract: Contract) -> tuple[object, ...]:
    return (
        contract.renewal_date,
        contract.deadline,
        contract.notice_days,
        contract.auto_renew,
        contract.term_months,
        contract.value,
        contract.currency,
        contract.status,
    )


@pytest.mark.parametrize(
    "later",
    [
        "Contract ID,Account Name,Contract Name,Start Date,End Date,Term,Amount,Currency,Notice Period,Auto Renew\n"
        "C1,Acme,,2024-07-01,2026-06-30,,,,,\n",
        "Contract ID,Account Name,Contract Name,Start Date\nC1,Acme,Gold,2024-07-01\n",
        "Contract ID,Account Name,Start Date,Amount\nC1,Acme,2024-07-01,20000\n",
        "Contract ID,Account Name,End Date,Amount\nC1,Acme,2026-06-30,20000\n",
    ],
)
def test_what_a_later_file_leaves_out_or_blank_stays(any_desk: Desk, later: str) -> None:
    any_desk.contracts(FULL)
    before = known(any_desk.contract("C1"))
    assert before[:6] == (date(2026, 6, 30), date(2026, 5, 1), 60, True, 24, Decimal(10000))
    assert counts(any_desk.contracts(later)) == (0, 0, 1, 0)
    assert counts(any_desk.contracts(later)) == (0, 0, 1, 0)
    assert known(any_desk.contract("C1")) == before and any_desk.contract("C1").name == "Gold"
    assert counts(any_desk.contracts(FULL)) == (0, 0, 1, 0)
    assert known(any_desk.contract("C1")) == before


def test_a_new_end_keeps_the_notice_that_the_file_does_not_repeat(desk: Desk) -> None:
    desk.contracts(FULL)
    desk.contracts("Contract ID,Account Name,Start Date,End Date\nC1,Acme,2024-07-01,2027-06-30\n")
    contract = desk.contract("C1")
    assert (contract.renewal_date, contract.deadline, contract.auto_renew) == (
        date(2027, 6, 30),
        date(2027, 5, 1),
        True,
    )


def test_what_only_followed_from_silence_does_not_outlive_it(desk: Desk) -> None:
    desk.contracts("Contract ID,Account Name,Start Date,Billing\nC1,Acme,2025-07-01,monthly\n")
    assert (desk.contract("C1").auto_renew, desk.contract("C1").term_months) == (True, 1)
    desk.contracts("Contract ID,Account Name,Start Date,End Date\nC1,Acme,2025-07-01,2026-06-30\n")
    assert (desk.contract("C1").auto_renew, desk.contract("C1").term_months) == (False, 12)


def test_a_file_that_does_not_speak_of_churn_revives_nothing(desk: Desk) -> None:
    desk.contracts("Contract ID,Account Name,End Date,Churned\nC1,Acme,2026-12-31,yes\n")
    desk.contracts("Contract ID,Account Name,End Date,ARR\nC1,Acme,2026-12-31,5\n")
    assert desk.contract("C1").status == "ended"
    desk.contracts("Contract ID,Account Name,End Date,Churned\nC1,Acme,2026-12-31,no\n")
    assert desk.contract("C1").status == "active"


def test_the_same_file_near_the_end_of_the_term_changes_nothing(desk: Desk) -> None:
    text = "Contract ID,Account Name,End Date,Billing Frequency,Amount\nC1,Acme,2026-12-31,monthly,12000\n"
    assert desk.contracts(text).tally.renewals_created == 1
    desk.now = datetime(2026, 12, 10, 9, tzinfo=UTC)
    assert counts(desk.contracts(text)) == (0, 0, 1, 0)
    assert (desk.contract("C1").value, desk.contract("C1").term_months) == (Decimal(12000), 12)


def test_an_agreed_value_stays_until_the_file_gives_another_amount(any_desk: Desk) -> None:
    text = DATED.replace("Notice", "Name").replace(",30\n", ",Gold\n")
    any_desk.contracts(text)
    win(any_desk, proposed_value=Decimal(20000), proposed_currency="EUR")
    any_desk.contracts(text.replace("Gold", "Gold plan"))
    assert (any_desk.contract("C1").value, any_desk.contract("C1").name) == (Decimal(20000), "Gold plan")
    any_desk.contracts("Contract ID,Account Name,Name,End Date\nC1,Acme,Gold,2026-06-30\n")
    any_desk.contracts(text.replace("10000", "EUR 10 000.00").replace("2026-06-30", "2027-06-30"))
    assert any_desk.contract("C1").value == Decimal(20000)
    any_desk.contracts(text.replace("10000", "21000"))
    assert any_desk.contract("C1").value == Decimal(21000)


def test_a_moved_date_stays_against_a_correction_and_the_summary_says_so(any_desk: Desk) -> None:
    any_desk.contracts(DATED)
    act(any_desk, RenewalChange(renewal_date=date(2026, 7, 15)))
    any_desk.contracts(DATED.replace(",30\n", ",90\n"))
    moved = any_desk.contract("C1")
    assert (moved.renewal_date, moved.deadline) == (date(2026, 7, 15), date(2026, 4, 16))
    corrected = DATED.replace("2026-06-30", "2026-08-31")
    assert any_desk.contracts(corrected).tally.kept_moved == 1
    assert any_desk.contracts(corrected).tally.kept_moved == 0
    assert any_desk.contract("C1").renewal_date == date(2026, 7, 15)


def test_a_later_term_in_the_file_is_newer_than_a_moved_date(desk: Desk) -> None:
    desk.contracts(DATED)
    act(desk, RenewalChange(renewal_date=date(2026, 7, 15)))
    desk.contracts(DATED.replace("2026-06-30", "2027-06-30").replace("2025-06-30", "2026-06-30"))
    contract = desk.contract("C1")
    assert (contract.renewal_date, contract.deadline, contract.moved_by_id) == (
        date(2027, 6, 30),
        date(2027, 5, 31),
        None,
    )


def test_a_date_moved_in_one_term_does_not_bind_the_next(desk: Desk) -> None:
    desk.contracts(DATED)
    act(desk, RenewalChange(renewal_date=date(2026, 7, 15)))
    win(desk)
    rolled = desk.contract("C1")
    assert rolled.renewal_date and rolled.renewal_date > date(2027, 1, 1) and rolled.moved_by_id is None
    desk.contracts(DATED)
    assert desk.contract("C1").renewal_date == rolled.renewal_date
    desk.contracts(DATED.replace("2026-06-30", "2027-03-31"))
    assert desk.contract("C1").renewal_date == date(2027, 3, 31)


def test_a_lost_contract_does_not_come_back_with_another_flag(desk: Desk) -> None:
    text = "Contract ID,Account Name,Start Date,Term,ARR,Auto Renew\nC1,Acme,2025-04-30,12,10000,yes\n"
    desk.contracts(text)
    lose(desk)
    desk.now += timedelta(days=70)
    desk.contracts(text.replace("yes", "no"))
    assert desk.contract("C1").status == "ended"
    desk.contracts(text.replace("2025-04-30", "2026-06-01"))
    assert desk.contract("C1").status == "active"


def test_a_contract_whose_end_went_by_has_renewed_when_the_file_says_that_it_does(desk: Desk) -> None:
    text = "Contract ID,Account Name,End Date,Auto Renew\nC1,Acme,2025-06-30,no\n"
    desk.contracts(text)
    assert desk.contract("C1").status == "ended"
    desk.contracts(text.replace(",no", ",yes"))
    assert (desk.contract("C1").status, desk.contract("C1").renewal_date) == ("active", date(2026, 6, 30))


def test_words_for_a_status_that_nobody_knows_are_named(desk: Desk) -> None:
    summary = desk.contracts(
        "Contract ID,Account Name,Stage,End Date\nC1,A,Prospecting,2026-12-31\nC2,B,Draft,2026-12-31\n"
        "C3,C,Draft,2026-12-31\nC4,D,Closed Won,2026-12-31\n"
    )
    assert dict(summary.tally.statuses) == {"Prospecting": 1, "Draft": 2}


def test_a_digest_reads_back_what_it_wrote() -> None:
    for says_auto in (False, True):
        for says_inactive in (False, True):
            for term_from in TermFrom:
                digest = RowDigest("a" * 12, "b" * 8, Mark(says_auto, says_inactive, term_from), "c" * 7, "d" * 12)
                assert RowDigest.parse(digest.text) == digest and len(digest.text) == 40


def test_a_digest_as_it_was_written_before_is_understood(desk: Desk) -> None:
    """A 40-digit one, worth and rest in its second half: what people settled since is not undone by the same file."""
    text = DATED.replace(",30\n", ",60\n")
    desk.contracts(text)
    contract = desk.contract("C1")
    rest = blake2b(
        repr(("C1", None, Decimal(10000), "EUR", str(contract.account_id))).encode(), digest_size=10
    ).hexdigest()
    with desk.db.transaction() as session:
        session.execute(update(Contract).values(row_digest=contract.row_digest[:20] + rest, value=Decimal(20000)))
        session.execute(update(Contract).values(renewal_date=date(2027, 6, 30), deadline=date(2027, 5, 1)))
    assert counts(desk.contracts(text)) == (0, 0, 1, 0)
    after = desk.contract("C1")
    assert (after.value, after.renewal_date, RowDigest.parse(after.row_digest).mark is None) == (
        Decimal(20000),
        date(2027, 6, 30),
        False,
    )
