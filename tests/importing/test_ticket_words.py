"""Words of helpdesks: whether a ticket is over, and whether a call reached anybody."""

from __future__ import annotations

import pytest

from bot.importing.rules.ticket_words import is_attempt, is_over


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("Closed", True),
        ("Closed - Duplicate", True),
        ("Gelöst", True),
        ("GESCHLOSSEN", True),
        ("Won't fix", True),
        ("Won’t do", True),
        ("Cannot reproduce", True),
        ("auto-closed", True),
        ("Ferm\u0065\u0301", True),
        ("LØST", True),
        ("Zamknięte", True),
        ("kapalı", True),
        ("Solved_by_agent", True),
        ("__Solved__", True),
        ("закрыт", True),
        ("Reopened", False),
        ("Pending close", False),
        ("not closed", False),
        ("To be closed", False),
        ("New", False),
        ("In Progress", False),
        ("on_hold", False),
        ("Otwarte", False),
        ("resolved?", True),
        ("Foo", None),
        ("", None),
        ("7", None),
        ("完了", True),
        ("已关闭", True),
        ("未解決", False),
        ("新規", False),
        ("확인", None),
        ("새 해결", True),
        ("\u3041 foo", None),
        ("й", None),
    ],
)
def test_a_status_says_whether_a_ticket_is_over(text: str, over: bool | None) -> None:
    assert is_over(text) is over


@pytest.mark.parametrize(
    "text",
    [
        "No answer",
        "NO-ANSWER",
        "Left voicemail",
        "left vm",
        "N/A",
        "Busy",
        "Didn't pick up",
        "Didn’t answer",
        "Not connected",
        "could not reach them, reached nobody",
        "Nicht erreicht",
        "não atendeu",
        "nie odebrał",
        "meşgul, ulaşılamadı",
        "不在",
        "voicemail " + 50 * "x",
    ],
)
def test_a_call_that_reached_nobody_is_an_attempt(text: str) -> None:
    assert is_attempt(text)


@pytest.mark.parametrize(
    "text",
    [
        "Spoke with Dana",
        "No answer, then she called back",
        "Connected after voicemail",
        "Talked about the mailbox",
        "All fine",
        "",
        "voicemail " + 51 * "x",
    ],
)
def test_a_call_that_reached_somebody_is_none(text: str) -> None:
    assert not is_attempt(text)
