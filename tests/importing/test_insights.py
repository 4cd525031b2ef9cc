"""A list of insights from CSV: made once, brought up to date, and what cannot be used is rejected with the reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.importing import INSIGHTS
from bot.models import Insight
from tests.factories import NOW
from tests.importing.conftest import Desk

FILE = """ID,Title,Link,Type,Industry,Tags,About us,Goal,Leads to,Expires,Account
I-1,What 40 teams changed,https://example.com/a,Blog post,"Metals; Food","downtime, audits",no,,,,
I-2,Audit day in Lyon,https://example.com/b,Conference,,audits,yes,Cross-sell,Audit trail,2026-05-12,
I-3,They won an award,,article,,,,,,,Acme
I-4,A webinar without a day,,webinar,,,,,,,
I-5,For nobody we know,,,,,,,,,Unknown Ltd
I-6,,https://example.com/c,,,,,,,,
I-1,The same id again,,,,,,,,,
"""


def insights(desk: Desk) -> list[Insight]:
    with desk.db.reading() as session:
        return list(session.scalars(select(Insight).order_by(Insight.id)))


def test_a_list_is_made_brought_up_to_date_and_left_as_it_is(desk: Desk) -> None:
    desk.accounts("Account ID,Name\nA-1,Acme\n")
    tally = desk.bring(INSIGHTS, FILE).tally
    assert (tally.created, tally.rejected) == (3, 4)
    first, second, third = insights(desk)
    assert (first.words, first.kind, first.industries) == ("What 40 teams changed", "article", ["Metals", "Food"])
    assert first.topics == ["downtime", "audits"] and not first.is_about_us
    assert (second.kind, second.goal, second.offer) == ("event", "cross_sell", "Audit trail")
    assert second.is_about_us and second.valid_until == date(2026, 5, 12)
    assert third.account_id == desk.account("Acme").id
    rejected = desk.rejected()
    for why in ("webinar has no day", "No account is 'Unknown Ltd'", "does not say what is worth telling", "Line 2"):
        assert why in rejected
    again = desk.bring(INSIGHTS, FILE.replace("What 40 teams changed", "What 50 teams changed")).tally
    assert (again.created, again.updated, again.unchanged) == (0, 1, 2)
    assert insights(desk)[0].words == "What 50 teams changed"


def test_a_dry_run_writes_nothing_and_what_was_retired_stays_so(desk: Desk) -> None:
    text = "Title,Link\nA study,https://example.com/a\n"
    assert desk.bring(INSIGHTS, text, dry_run=True).tally.created == 1 and insights(desk) == []
    desk.bring(INSIGHTS, text)
    with desk.db.transaction() as session:
        session.scalars(select(Insight)).one().retired_at = NOW
    assert desk.bring(INSIGHTS, text).tally.unchanged == 1
    assert [one.retired_at for one in insights(desk)] == [NOW]
