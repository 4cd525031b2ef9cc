"""What renewals' messages carry: a morning message adds up its rows, and a line of before comes back."""

from __future__ import annotations

from bot.renewals.facts import EscalationList, EscalationRow, ThreadLine


def row(n: int, unknown: int = 0, **values: str) -> EscalationRow:
    """A renewal of these amounts."""
    return EscalationRow(
        n, n, f"Acme {n}", "engaged", "2026-05-01", "2026-06-01", values=values, unknown_values=unknown
    )


def test_a_morning_message_adds_up_each_currency_apart() -> None:
    rows = [row(1, USD="10.50", EUR="5"), row(2, unknown=2, EUR="7.25"), row(3, unknown=1)]
    told = EscalationList.of("2026-03-02", "U1", rows)
    assert told == EscalationList("2026-03-02", "U1", tuple(rows), 3, {"EUR": "12.25", "USD": "10.50"}, 3)
    assert list(told.values) == ["EUR", "USD"]
    assert EscalationList.of("2026-03-02", "U1", []) == EscalationList("2026-03-02", "U1", (), 0, {}, 0)


def test_of_very_many_rows_the_first_fifty_stand_and_all_count() -> None:
    rows = [row(n, unknown=1, EUR="1") for n in range(51)]
    told = EscalationList.of("2026-03-02", "C1", rows)
    assert (told.rows, told.count, told.values, told.unknown_values) == (tuple(rows[:50]), 51, {"EUR": "51"}, 51)


def test_a_line_that_an_earlier_version_wrote_stands_without_buttons() -> None:
    kept = {"code": "claimed", "account": "Acme"}
    assert ThreadLine.from_facts(kept) == ThreadLine("claimed", "Acme")
    assert ThreadLine.from_facts({**kept, "renewal_id": None}).renewal_id == 0
    assert ThreadLine.from_facts({**kept, "renewal_id": 7}).renewal_id == 7
