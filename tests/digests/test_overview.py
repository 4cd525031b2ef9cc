"""An overview of some accounts: what it tells, what became of it, and that it is short whatever it looks over."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from bot.accounts import overview_parts
from bot.agenda import runner
from bot.core.money import CURRENCIES
from bot.core.person import Person
from bot.db.engine import Database
from bot.db.work import Work
from bot.digests import fate
from bot.digests.facts_overview import Overview
from bot.digests.messages_overview import list_view, render_overview
from bot.digests.overview import PART_NAMES, build_overview, look_over, rows_of, scope_of
from bot.digests.overview_file import as_csv
from bot.digests.scope import Rhythm, Scope, ScopeKind
from bot.models import (
    Account,
    AccountHealth,
    Contract,
    Escalation,
    Handoff,
    Member,
    PulseAnswer,
    Renewal,
    Touchpoint,
    Workspace,
)
from bot.renewals import escalations
from bot.sandbox.strict.messages import check_message
from bot.sandbox.strict.views import check_view
from bot.slack.message import TEXT_LENGTH, Message
from bot.slack.sender import without_heavy_blocks
from bot.workspace import members
from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_contract,
    make_member,
    make_renewal,
    make_teammate,
    make_workspace,
)
from tests.scenes.learning import make_round, make_touch

SETUP = 7
NOTHING: frozenset[str] = frozenset()


class Book:
    """A manager, two of her people, and accounts of theirs."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.transaction() as session:
            workspace = make_workspace(session)
            self.helen = make_member(session, workspace, "Helen", role="manager")
            self.dana = make_member(session, workspace, "Dana", manager_id=self.helen.id)
            self.marco = make_member(session, workspace, "Marco", manager_id=self.helen.id)
            self.ada = make_member(session, workspace, "Ada")
            self.workspace = workspace.id

    def account(self, name: str, owner: Member | None = None, **values: Any) -> int:
        with self.db.transaction() as session:
            owner = owner or self.dana
            workspace = session.get_one(Workspace, self.workspace)
            account = make_account(session, workspace, name, owner_id=owner.id, **values)
            make_teammate(session, account, owner)
            make_touch(session, account, NOW - timedelta(days=1))
            return account.id

    def renewal(self, name: str, days: int, owner: Member | None = None, **values: Any) -> int:
        account_id = self.account(name, owner)
        with self.db.transaction() as session:
            account = session.get_one(Account, account_id)
            filled = {"carded_at": NOW - timedelta(days=30), "values": {"EUR": "1000"}, **values}
            return make_renewal(session, account, TODAY + timedelta(days=days), **filled).id

    def build(
        self,
        scope: Scope | None = None,
        rhythm: Rhythm = Rhythm.WEEKLY,
        now: datetime = NOW,
        left_out: frozenset[str] = NOTHING,
        since: datetime | None = None,
    ) -> Overview | None:
        with Work.reading(self.db, self.workspace, now) as work:
            return build_overview(work, scope or self.team, rhythm, since, left_out, SETUP)

    def send(self, now: datetime = NOW) -> Overview:
        with Work.writing(self.db, self.workspace, now) as work:
            overview = build_overview(work, self.team, Rhythm.WEEKLY, None, NOTHING, SETUP)
            assert overview is not None
            fate.record(work, SETUP, overview)
            return overview

    def settle(self, now: datetime) -> None:
        """The night, two lines at a time."""
        with Work.writing(self.db, self.workspace, now) as work:
            for _ in range(2):
                fate.plan_settle(work)
        ran = True
        while ran:
            with Work.writing(self.db, self.workspace, now, at_once=2) as work:
                ran = bool(runner.run_due(work))

    def touch_renewal(self, renewal_id: int, at: datetime) -> None:
        with self.db.transaction() as session:
            session.get_one(Renewal, renewal_id).touched_at = at

    @property
    def team(self) -> Scope:
        return Scope(ScopeKind.TEAM, self.helen.id)

    @property
    def everything(self) -> Scope:
        return Scope(ScopeKind.ALL, self.helen.id)


@pytest.fixture
def book(any_db: Database) -> Book:
    return Book(any_db)


def said(overview: Overview | None) -> str:
    assert overview is not None
    return rendered(overview).text


def rendered(overview: Overview) -> Message:
    """The message, which a Slack takes, with its heavy blocks and without."""
    message = render_overview(overview.to_facts())
    check_message(message.text, message.blocks)
    check_message(message.text, without_heavy_blocks(message.blocks))
    return message


def section(overview: Overview, key: str) -> Any:
    return next(one for one in overview.sections if one.key == key)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_every_part_that_a_feature_brings_can_be_left_out() -> None:
    assert {one.section for one in overview_parts.PARTS} <= PART_NAMES.keys()
    places = {one.section: one.place for one in reversed(overview_parts.PARTS)}
    assert sorted(places, key=lambda key: places[key]) == list(PART_NAMES)


def test_all_who_bring_lines_for_a_section_call_it_the_same(book: Book) -> None:
    book.renewal("Acme", 40)
    with Work.reading(book.db, book.workspace, NOW) as work:
        helen = members.by_id(work, book.helen.id)
        assert helen is not None
        look = look_over(work, book.everything, helen)
        titles = {(part.section, part.tell(work, look).title) for part in overview_parts.PARTS}
    assert len({section for section, _ in titles}) == len(titles)


def test_without_accounts_there_is_nothing_to_say(book: Book) -> None:
    for scope in (book.team, Scope(ScopeKind.ME, book.ada.id), Scope(ScopeKind.SEGMENT, book.helen.id, "Retail")):
        assert book.build(scope) is None
    assert book.build(Scope(ScopeKind.ALL, 999_999)) is None


def test_what_needs_somebody_comes_first_the_worst_on_top_each_with_a_step(book: Book) -> None:
    book.renewal("Freeco", 20)
    book.renewal("Lateco", -5, values={"EUR": "48000"})
    unpaid = {"stage": "signed", "signed_at": NOW - days(90), "final_values": {"EUR": "2000"}}
    book.renewal("Signedco", -3, claimed_by_id=book.dana.id, **unpaid)
    escalated = book.renewal("Quietco", 10, claimed_by_id=book.marco.id, owner=book.marco)
    with book.db.transaction() as session:
        told = {"step": "quiet", "occasion": "x", "told_at": NOW - days(3)}
        session.add(Escalation(workspace_id=book.workspace, renewal_id=escalated, **told))
    handed = book.account("Handedco")
    with book.db.transaction() as session:
        session.add(_handoff(book, handed, NOW - days(5)))
    overview = book.build()
    assert overview is not None
    needs = overview.sections[0]
    assert needs.key == "needs"
    assert [ask.kind for ask in needs.asks] == ["overdue", "escalated", "handoffs", "unclaimed", "unpaid"]
    assert dict(needs.counts) == dict.fromkeys(("overdue", "escalated", "handoffs", "unclaimed", "unpaid"), 1)
    assert [ask.buttons[0].label for ask in needs.asks] == [
        "Ask Dana",
        "Ask Marco",
        "Remind Marco",
        "Ask Dana",
        "Ask Dana",
    ]
    assert all(any(one.label == "Why am I seeing this?" for one in ask.menu) for ask in needs.asks)
    assert all(any(one.label.startswith("Dismiss") for one in ask.menu) for ask in needs.asks)
    text = said(overview)
    assert "1 renewal is overdue, 1 escalated renewal still has no update" in text
    assert "Worth €52,000 a year." in text  # 48,000 + 1,000 + 1,000 + 2,000 as signed


def test_a_fresh_handoff_and_an_answered_escalation_do_not_need_a_manager(book: Book) -> None:
    renewal = book.renewal("Quietco", 10, claimed_by_id=book.dana.id, touched_at=NOW - days(1))
    with book.db.transaction() as session:
        told = {"step": "quiet", "occasion": "x", "told_at": NOW - days(3)}
        session.add(Escalation(workspace_id=book.workspace, renewal_id=renewal, **told))
    handed = book.account("Handedco")
    with book.db.transaction() as session:
        session.add(_handoff(book, handed, NOW - timedelta(hours=20)))
    overview = book.build()
    assert overview is not None and "needs" not in {one.key for one in overview.sections}


def _handoff(book: Book, account_id: int, at: datetime) -> Handoff:
    words = dict.fromkeys(("promised", "expects", "risks", "first", "gaps"), "")
    people = {"giver_id": book.dana.id, "receiver_id": book.marco.id}
    state = {"direction": "to_support", "state": "waiting", "created_at": at}
    return Handoff(workspace_id=book.workspace, account_id=account_id, **words, **people, **state)


def test_each_scope_has_its_own_accounts(book: Book) -> None:
    book.renewal("Danaco", -5)
    book.renewal("Adaco", -5, owner=book.ada)
    retail = book.renewal("Retailco", -5, owner=book.ada)
    with book.db.transaction() as session:
        session.get_one(Account, session.get_one(Renewal, retail).account_id).segment = "Retail"
    names = {}
    for kind, member in (
        (ScopeKind.TEAM, book.helen.id),
        (ScopeKind.ME, book.ada.id),
        (ScopeKind.ALL, book.helen.id),
        (ScopeKind.SEGMENT, book.helen.id),
    ):
        overview = book.build(Scope(kind, member, "retail "))
        assert overview is not None
        names[kind] = {ask.account for one in overview.sections for ask in one.asks}
    assert names[ScopeKind.TEAM] == {"Danaco"}
    assert names[ScopeKind.ME] == {"Adaco", "Retailco"}
    assert names[ScopeKind.ALL] == {"Danaco", "Adaco", "Retailco"}
    assert names[ScopeKind.SEGMENT] == {"Retailco"}


def test_another_workspace_is_not_looked_into(book: Book) -> None:
    other = Book(book.db)
    other.renewal("Otherco", -5)
    book.renewal("Ownco", -5)
    assert "Otherco" not in said(book.build(book.everything)) and "Ownco" in said(book.build(book.everything))


def test_renewals_ahead_are_added_up_by_stretch_and_forecast_and_held_against_the_last_one(book: Book) -> None:
    book.renewal("A", 10, claimed_by_id=book.dana.id, forecast="commit", values={"EUR": "100.50"})
    book.renewal("B", 40, claimed_by_id=book.dana.id, values={"EUR": "200", "USD": "5"})
    late = book.renewal("C", 80, claimed_by_id=book.dana.id, forecast="commit", values={"EUR": "1000"})
    text = said(book.send())
    assert "Next 30 days: 1 renewal, €100.50" in text
    assert "Next 60 days: 2 renewals, €300.50 + $5" in text
    assert "Next 90 days: 3 renewals, €1,300.50 + $5" in text
    assert "Commit 2, €1,100.50" in text and "No forecast 1, €200 + $5" in text
    assert "last time" not in text
    with book.db.transaction() as session:
        session.get_one(Renewal, late).values = {"EUR": "900"}
    text = said(book.build(now=NOW + timedelta(hours=1)))
    assert "€1,200.50 + $5 (was €1,300.50 + $5 last time)" in text
    assert "Next 30 days: 1 renewal, €100.50 (as last time)" in text


def test_what_is_signed_counts_with_what_was_signed(book: Book) -> None:
    signed = {"stage": "signed", "signed_at": NOW - days(2), "final_values": {"EUR": "80"}}
    book.renewal("A", 10, claimed_by_id=book.dana.id, **signed)
    text = said(book.build())
    assert "Signed 1, €80" in text and "✍️ signed: 1 renewal, €80" in text


def test_the_largest_at_risk_come_first_with_their_reasons_and_of_each_currency_one_before_a_second(book: Book) -> None:
    risk = {"forecast": "at_risk", "claimed_by_id": book.dana.id}
    for number in range(4):
        value = {"EUR": str(1000 * (number + 1))}
        book.renewal(f"E{number}", 100, values=value, forecast_reason=f"Reason {number}", **risk)
    book.renewal("Y", 100, values={"JPY": "900000"}, **risk)
    book.renewal("Unknown", 100, values={}, unknown_values=1, **risk)
    overview = book.build()
    assert overview is not None
    risks = section(overview, "risks")
    assert [ask.account for ask in risks.asks] == ["E3", "Y", "E2", "E1", "E0"]
    assert "“Reason 3”" in risks.asks[0].words and "no reason given" in risks.asks[1].words
    assert dict(risks.counts) == {"at_risk": 6}


def test_accounts_out_of_sight_go_by_the_cadence_of_their_tier_the_largest_first(book: Book) -> None:
    for name, tier, touched, value in (
        ("Small", "small", 80, 900_000),
        ("Mid", "mid", 80, 10),
        ("Big", "enterprise", 40, 50),
        ("Seen", "enterprise", 20, 70),
    ):
        account_id = book.account(name, tier=tier, created_at=NOW - days(400))
        with book.db.transaction() as session:
            account = session.get_one(Account, account_id)
            make_contract(session, account, value=Decimal(value))
            _retouch(session, account_id, NOW - days(touched))
    overview = book.build()
    assert overview is not None
    assert [ask.account for ask in section(overview, "sight").asks] == ["Big", "Mid"]
    assert "last touch 40 days ago, due every 30 days" in said(overview)


def _retouch(session: Any, account_id: int, at: datetime) -> None:
    for touch in session.query(Touchpoint).filter(Touchpoint.account_id == account_id, Touchpoint.workspace_id > 0):
        touch.at = at


def test_accounts_that_renew_by_themselves_unspoken_to_are_named(book: Book) -> None:
    renewal = book.renewal("Autoco", 50, claimed_by_id=book.dana.id, auto_renew=True)
    book.renewal("Spokenco", 50, claimed_by_id=book.dana.id, auto_renew=True)
    with book.db.transaction() as session:
        _retouch(session, session.get_one(Renewal, renewal).account_id, NOW - days(366))
    assert "1 account renews by itself, with no talk known in 12 months: Autoco (Tue 21 Apr)" in said(book.build())


def test_pulses_tell_heard_and_impression_apart_and_a_running_round_stays_unseen(book: Book) -> None:
    account_id = book.account("Acme")
    with book.db.transaction() as session:
        account = session.get_one(Account, account_id)
        closed = make_round(session, account, 50, NOW - days(2))
        october = make_round(session, account, 50, datetime(2025, 10, 20, tzinfo=NOW.tzinfo))
        running = make_round(session, account, None, None)
        for round_id, member, colour, heard in (
            (closed, book.dana, "red", TODAY),
            (closed, book.marco, "green", None),
            (october, book.dana, "yellow", None),
            (october, book.marco, "green", None),
            (running, book.dana, "red", None),
        ):
            given = {"colour": colour, "heard_on": heard, "answered_at": NOW}
            session.add(PulseAnswer(workspace_id=book.workspace, round_id=round_id, member_id=member.id, **given))
    overview = book.build(since=NOW - days(7))
    text = said(overview)
    assert "Since the last one: heard from customers 🔴 in danger 1; our own impressions 🟢 well 1" in text
    assert "In 12 months 4 answers: 1 heard from customers, 3 impressions of our own" in text
    assert "October to December had 50% (an even year has 25%)" in text
    assert "Oct well 1, worries 1 · Nov no answers" in text


def test_wins_thank_the_people_who_helped(book: Book) -> None:
    won = {"stage": "paid", "outcome": "won", "closed_at": NOW - days(1), "claimed_by_id": book.marco.id}
    renewal = book.renewal("Wonco", 5, **won)
    with book.db.transaction() as session:
        account = session.get_one(Account, session.get_one(Renewal, renewal).account_id)
        make_teammate(session, account, book.ada, "helped_win")
    assert "Wonco: €1,000, thanks to Marco, Ada and Dana" in said(book.build())
    assert "Wonco" not in said_or_nothing(book.build(since=NOW - timedelta(hours=1)))


def said_or_nothing(overview: Overview | None) -> str:
    return "" if overview is None else said(overview)


def test_the_quarter_says_what_is_not_decided(book: Book) -> None:
    book.renewal("In", 20, claimed_by_id=book.dana.id)
    book.renewal("Next", 40, claimed_by_id=book.dana.id)
    assert "29 days left, to Tue 31 Mar: 1 renewal not decided, €1,000" in said(book.build())


def test_what_is_left_out_is_not_told(book: Book) -> None:
    book.renewal("Lateco", -5)
    everything = book.build()
    assert everything is not None
    for key in PART_NAMES:
        left = book.build(left_out=frozenset({key}))
        told = {one.key for one in left.sections} if left else set()
        assert told == {one.key for one in everything.sections} - {key}
    assert book.build(left_out=frozenset(PART_NAMES)) is None


def test_monthly_has_the_figures_and_weekly_has_not(book: Book) -> None:
    book.renewal("Lateco", -5)
    monthly = book.build(book.everything, Rhythm.MONTHLY)
    assert monthly is not None and "figures" in {one.key for one in monthly.sections}
    assert "Net revenue retention" in said(monthly)
    tables = [block for block in rendered(monthly).blocks if block["type"] == "data_table"]
    assert [table["caption"].startswith("Figures over 12 months") for table in tables] == [True]
    weekly = book.build(book.everything)
    assert weekly is not None and "figures" not in {one.key for one in weekly.sections}
    team = book.build(book.team, Rhythm.QUARTERLY)
    assert team is not None and "figures" not in {one.key for one in team.sections}


def test_the_next_one_says_what_became_of_what_the_last_one_asked(book: Book) -> None:
    late = book.renewal("Lateco", -5)
    book.renewal("Freeco", 20)
    asked = book.renewal("Askedco", 25)
    book.send()
    book.touch_renewal(late, NOW + days(1))
    with Work.writing(book.db, book.workspace, NOW + days(4)) as work:
        escalations.ask(work, asked, Person(book.helen.slack_id, "Helen"))
    book.settle(NOW + days(6))
    text = said(book.build(now=NOW + days(7)))
    assert (
        "The last one, on Mon 2 Mar, asked for 3 things: 2 acted on, 1 within two working days; 1 still open: Freeco"
        in text
    )


def test_what_was_asked_about_and_is_gone_counts_as_acted_on(book: Book) -> None:
    late = book.renewal("Lateco", -5)
    book.send()
    with book.db.transaction() as session:
        session.get_one(Renewal, late).renewal_date = TODAY + days(200)  # a file moved it
    book.settle(NOW + days(1))
    with Work.reading(book.db, book.workspace, NOW + days(2)) as work:
        last = fate.last(work, SETUP)
    assert last is not None and (last.fate.asked, last.fate.acted, last.fate.in_time) == (1, 1, 1)


def test_a_touch_answers_for_an_account_out_of_sight(book: Book) -> None:
    account_id = book.account("Silentco", created_at=NOW - days(400))
    with book.db.transaction() as session:
        _retouch(session, account_id, NOW - days(200))
    book.send()
    with book.db.transaction() as session:
        make_touch(session, session.get_one(Account, account_id), NOW + days(2))
    book.settle(NOW + days(3))
    with Work.reading(book.db, book.workspace, NOW + days(3)) as work:
        last = fate.last(work, SETUP)
    assert last is not None and last.fate.acted == 1


def test_what_nobody_acts_on_for_four_weeks_is_folded_and_comes_back_once_somebody_does(book: Book) -> None:
    late = book.renewal("Lateco", -5)
    book.renewal("Freeco", 120)
    for week in range(4):
        overview = book.send(NOW + days(7 * week))
        assert {ask.kind for ask in overview.sections[0].asks} == {"overdue", "unclaimed"}
        if week == 1:
            book.touch_renewal(late, NOW + days(8))
        book.settle(NOW + days(7 * week + 6))
    folded = book.build(now=NOW + days(28))
    assert folded is not None
    assert [(one.section, one.count) for one in folded.folded] == [("needs", 1)]
    assert "unclaimed" not in {ask.kind for ask in folded.sections[0].asks}
    assert "Nobody acted on this for four weeks, so it is folded: 1 renewal has nobody on it" in said(folded)
    # With lines still open behind it, an act on one of them opens it again.
    free = next(iter(_renewals(book, "Freeco")))
    book.touch_renewal(free, NOW + days(29))
    book.settle(NOW + days(30))
    again = book.build(now=NOW + days(31))
    assert again is not None and again.folded == ()


def _renewals(book: Book, name: str) -> list[int]:
    with book.db.reading() as session:
        found = session.query(Renewal.id).join(Account, Account.id == Renewal.account_id)
        return [one.id for one in found.filter(Account.name == name, Account.workspace_id == book.workspace)]


def test_a_preview_keeps_nothing(book: Book) -> None:
    book.renewal("Lateco", -5)
    book.build()
    with Work.reading(book.db, book.workspace, NOW) as work:
        assert fate.last(work, SETUP) is None


def test_late_says_when_it_was_due(book: Book) -> None:
    book.renewal("Lateco", -5)
    overview = book.build(now=NOW + timedelta(hours=5, minutes=10))
    assert overview is not None
    late = replace(overview, late_since="2026-03-02T08:00:00+00:00")
    assert "Due Mon 08:00, sent 14:10" in said(late)
    assert "Due Fri 08:00, sent Mon 14:10" in said(replace(overview, late_since="2026-02-27T08:00:00+00:00"))


def test_the_lists_behind_it_are_paged_across_features_and_hold_every_row_once(book: Book) -> None:
    for number in range(7):
        book.renewal(f"Late{number}", -5)
    for number in range(6):
        handed = book.account(f"Handed{number}")
        with book.db.transaction() as session:
            session.add(_handoff(book, handed, NOW - days(5)))
    with Work.reading(book.db, book.workspace, NOW) as work:
        person = members.by_id(work, book.helen.id)
        assert person is not None
        look = look_over(work, book.team, person)
        for size in (1, 3, 5, 20):
            names = []
            for offset in range(0, 13, size):
                found = rows_of(work, look, "needs", offset, size)
                assert found.total == 13 and len(found.rows) <= size
                names += [row.account for row in found.rows]
            assert len(names) == len(set(names)) == 13
        assert rows_of(work, look, "needs", 100, 10).rows == ()


def test_the_file_has_every_row_and_nothing_that_a_spreadsheet_would_run(book: Book) -> None:
    book.renewal("=HYPERLINK(1)", -5)
    book.renewal("@sum", 20, forecast="at_risk", forecast_reason="-1+1|cmd", claimed_by_id=book.dana.id)
    overview = book.build()
    assert overview is not None
    with Work.reading(book.db, book.workspace, NOW) as work:
        rows = list(csv.reader(io.StringIO(as_csv(work, overview.place).decode("utf-8-sig"))))
    assert rows[0] == ["Part", "Account", "Owner", "Value a year", "Due", "Why"]
    assert rows[1][:5] == ["What needs you", "'=HYPERLINK(1)", "Dana", "€1,000", "5 days overdue"]
    assert any(row[:2] == ["At risk", "'@sum"] and row[5] == "'-1+1|cmd" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_twelve_currencies_are_never_added_and_stay_short(book: Book) -> None:
    for number, currency in enumerate(sorted(CURRENCIES)[:12]):
        risk = {"forecast": "at_risk", "forecast_reason": "x" * 500, "claimed_by_id": book.dana.id}
        book.renewal(f"{currency} {'long name ' * 20}", -number, values={currency: "12345678901.25"})
        book.renewal(f"{currency} risk {'long name ' * 20}", 20, values={currency: "98765432109.75"}, **risk)
    with book.db.transaction() as session:
        for account in session.query(Account).filter(Account.workspace_id == book.workspace):
            make_contract(session, account, value=Decimal(1000), currency=account.name[:3])
            _retouch(session, account.id, NOW - days(300))
            account.created_at = NOW - days(400)
    overview = book.build()
    assert overview is not None
    assert "and 9 more currencies" in section(overview, "renewals").lines[0]
    assert_short(overview)


def assert_short(overview: Overview) -> None:
    message = rendered(overview)
    assert len(message.blocks) <= 50
    assert len(message.text) <= TEXT_LENGTH and not message.text.endswith("…"), "nothing is cut"


@pytest.mark.slow
def test_a_leader_of_all_accounts_gets_the_length_that_a_manager_of_200_gets(any_db: Database) -> None:
    few, many = Book(any_db), Book(any_db)
    fill(few, 200)
    # On PostgreSQL a tenth shows the same: filling it is most of what this takes.
    accounts = 40_000 if any_db.is_sqlite else 4_000
    fill(many, accounts)
    if not any_db.is_sqlite:
        # As it does by itself after so many rows; without, it takes the tables for empty.
        with any_db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    found = [book.build(book.team, now=NOW) for book in (few, many)]
    for overview in found:
        assert overview is not None
        assert_short(overview)
    lengths = [len(said(overview)) for overview in found]
    blocks = [len(rendered(overview).blocks) for overview in found if overview]
    assert blocks[0] == blocks[1] and abs(lengths[0] - lengths[1]) < 400
    assert found[1] is not None and found[1].accounts == accounts
    with Work.reading(any_db, many.workspace, NOW) as work:
        person = members.by_id(work, many.helen.id)
        assert person is not None
        look = look_over(work, scope_of(found[1].place), person)
        page = rows_of(work, look, "sight", 0, 10)
        check_view(list_view("sight", found[1].place, 0, page), "modal")
        assert page.total == accounts and len(page.rows) == 10


def fill(book: Book, count: int) -> None:
    """So many accounts with a contract, a renewal and a score each."""
    of = book.workspace
    with book.db.transaction() as session:
        accounts = [
            {
                "workspace_id": of,
                "external_id": f"X-{n}",
                "name": f"Customer {n:05}",
                "name_key": f"customer {n:05}",
                "owner_id": (book.dana.id, book.marco.id)[n % 2],
                "created_at": NOW - days(400),
            }
            for n in range(count)
        ]
        session.execute(insert(Account), accounts)
        ids = sorted(session.scalars(_ids(of)))
        session.execute(insert(Renewal), [_renewal(of, account_id, n) for n, account_id in enumerate(ids)])
        session.execute(insert(Contract), [_contract(of, account_id, n) for n, account_id in enumerate(ids)])
        scores = [
            {"workspace_id": of, "account_id": one, "score": n % 101, "computed_at": NOW} for n, one in enumerate(ids)
        ]
        session.execute(insert(AccountHealth), scores)


def _ids(of: int) -> Any:
    return select(Account.id).where(Account.workspace_id == of)


def _renewal(of: int, account_id: int, n: int) -> Mapping[str, Any]:
    on: date = TODAY + days(n % 200 - 20)
    return {
        "workspace_id": of,
        "account_id": account_id,
        "deadline": on,
        "renewal_date": on,
        "values": {("EUR", "USD", "GBP")[n % 3]: str(1000 + n)},
        "stage": ("upcoming", "proposed", "signed")[n % 3],
        "forecast": (None, "commit", "at_risk", "best_case", "probable")[n % 5],
        "auto_renew": n % 2 == 0,
        "stage_at": NOW,
        "carded_at": NOW,
        "created_at": NOW,
    }


def _contract(of: int, account_id: int, n: int) -> Mapping[str, Any]:
    return {
        "workspace_id": of,
        "account_id": account_id,
        "external_id": f"K-{of}-{n}",
        "value": Decimal(1000 + n),
        "currency": ("EUR", "USD", "GBP")[n % 3],
        "created_at": NOW,
    }
