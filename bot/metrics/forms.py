"""The form in `/retention settings` for the rates of currencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import blocks, form
from bot.slack.form_fields import Fields
from bot.slack.ids import ViewId

EXAMPLE = "USD=0.90@2025-06-30, GBP=1.15@2025-06-30"


def rates_form(currency: str, kept: str) -> dict[str, Any]:
    """What other currencies are worth in the workspace's, and from which day on."""
    why = (
        f"Figures add up several currencies only at these rates, in {currency}; one without a rate stands apart. "
        "Net revenue retention goes by the rates of the first day of its twelve months."
    )
    hint = f"Such as {EXAMPLE}: what one is worth in {currency} from that day on. Keep the older ones. Empty: no rates."
    fields = [blocks.section(why, block_id="facts"), form.words("rates", "Rates", kept, hint, lines=True)]
    return form.modal(ViewId.SET_RATES, "Currency rates", fields, "Save")


def read_rates_form(view: Mapping[str, Any]) -> str:
    """The rates as typed."""
    return Fields(view).text("rates")
