"""Keep the call…: why it stands, whatever the figures say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.forecast.facts import TwoKeys
from bot.forecast.messages import beside
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.status import status_line
from bot.renewals.rules.stages import Forecast, label
from bot.slack import blocks, form
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ViewId


def keep_form(card: RenewalCard, keys: TwoKeys) -> dict[str, Any]:
    """Both keys once more, and one question."""
    called = label(Forecast(keys.call)).lower() if keys.call else "this"
    parts = [
        blocks.section(f"{status_line(card)}\n{beside(keys)}", block_id="facts"),
        form.words("reason", f"Why does {called} stand?", lines=True, optional=False),
    ]
    metadata = json.dumps({"renewal_id": card.renewal_id, "account_id": card.account_id})
    return form.modal(ViewId.KEEP_CALL, "Keep the call", parts, "Keep", metadata)


def read_keep(view: Mapping[str, Any]) -> tuple[int, str]:
    """The renewal, and the reason; raises FieldErrors without one."""
    fields = Fields(view)
    reason = fields.text("reason")
    if not reason:
        fields.refuse("reason", "Say in a few words why the call stands.")
    fields.check()
    return Reference.from_view(view).renewal_id, reason
