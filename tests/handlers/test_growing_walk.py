"""From something worth telling, over what they answered, to an opportunity on the renewal's card: one walk."""

from __future__ import annotations

from typing import Any

from tests.handlers.conftest import DANA, HELEN, World, text_of
from tests.handlers.test_nurture import add, due, shown


def touched(world: World) -> dict[str, Any]:
    """The touch as it stands in the channel, apart from the line that it logged."""
    return next(m for m in shown(world) if "menu" in text_of(m["blocks"]))


def test_an_answer_to_a_nurture_touch_becomes_an_opportunity_on_the_renewals_card(both: World) -> None:
    add(both)
    due(both)
    touch = touched(both)
    both.press(DANA, "C0ACME", touch, "nurture.sent")
    both.settle()
    touch = touched(both)
    assert "nurture.opportunity" not in text_of(touch["blocks"]), "nobody has answered yet"
    both.press(DANA, "C0ACME", touch, "nurture.said")
    assert both.submit(DANA, answer="interested", said="We have the same trouble in Lyon.")["ok"]
    both.settle()
    touch = touched(both)
    both.press(DANA, "C0ACME", touch, "nurture.opportunity")
    shown_form = text_of(both.view(DANA)["blocks"])
    assert "We have the same trouble in Lyon." in shown_form and "Acme Robotics" in shown_form
    assert both.submit(DANA, kind="upsell", budget="“Ten thousand this year”", value="10,000 EUR")["ok"]
    both.settle()
    (card,) = [m for m in both.messages("C0ACME", DANA) if "cancel by" in m["text"] and not m["ephemeral"]]
    assert "Set up to grow: + €10,000 possible" in card["text"]
    both.command(HELEN, "C0ALERTS", "/grow acme")
    told = both.whispers("C0ALERTS", HELEN)[-1]["text"]
    assert "We have the same trouble in Lyon." in told and "€10,000" in told
