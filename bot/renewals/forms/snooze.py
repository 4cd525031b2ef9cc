"""The form behind Snooze…: until when, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.days import spoken_day
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.status import status_line
from bot.renewals.rules.stages import SnoozeChoice
from bot.slack import blocks, form
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ViewId

A_DATE = "date"


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until which day, and why."""

    renewal_id: int
    until: date
    reason: str


def snooze_form(
    card: RenewalCard, choices: Sequence[SnoozeChoice], today: date, view: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The form, with the choices that the deadline allows; it asks for a date only once that is chosen.

    `view` is the form as it stands, when another choice brings the date or takes it away.
    """
    said = Fields(view) if view else None
    chosen, reason = (said.choice("until"), said.text("reason")) if said else (None, "")
    offered = [(f"{c.label} ({spoken_day(c.until, today)})", c.until.isoformat()) for c in choices]
    fields = [
        blocks.section(status_line(card), block_id="facts"),
        form.select("until", "For how long?", [*offered, ("Until a date", A_DATE)], chosen, optional=False, asks=True),
        *(
            [form.day("date", "Until which date?", hint="At the latest the deadline.", optional=False)]
            if chosen == A_DATE
            else []
        ),
        form.words("reason", "What does it wait for?", reason, optional=False, lines=True),
    ]
    metadata = Reference(card.renewal_id, card.account_id).to_metadata()
    return form.modal(ViewId.SNOOZE_RENEWAL, "Snooze the renewal", fields, "Snooze", metadata)


def asks_for_date(view: Mapping[str, Any]) -> bool:
    """Whether a date was chosen for a form that had no field for one yet."""
    fields = Fields(view)
    return fields.choice("until") == A_DATE and "date" not in fields.names()


def read_snooze(view: Mapping[str, Any]) -> Snooze:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    chosen, reason = fields.choice("until"), fields.text("reason")
    until = fields.day("date") if chosen == A_DATE else _day(chosen)
    if until is None:
        fields.refuse("date" if chosen == A_DATE else "until", "Choose until when.")
    if not reason:
        fields.refuse("reason", "Say in a sentence what it waits for.")
    fields.check()
    assert until is not None
    return Snooze(Reference.from_view(view).renewal_id, until, reason)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None
