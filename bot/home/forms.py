"""The form of a person's own settings, opened from App Home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any, NamedTuple

from bot.slack import blocks, form
from bot.slack.form_fields import Fields
from bot.slack.ids import ViewId

TIMES = [(f"{hour:02}:{minute:02}",) * 2 for hour in range(5, 24) for minute in (0, 30)]
PLACES = [("In the account's channel, by name", "channel"), ("By direct message", "dm")]


_COUNTRY = "Its weekend and public holidays are yours. A name or a code, DE. Empty: the country of your time zone."


class Wanted(NamedTuple):
    """What was chosen; `by_dm`: reminders of my accounts come by direct message."""

    start: time | None
    end: time | None
    by_dm: bool
    away_until: date | None
    stand_in: str | None = None
    country: str = ""


def settings_form(now: Wanted, zone: str) -> dict[str, Any]:
    """The form as things are."""
    hours = f"In your zone, {zone}. Outside of them, and while you are away, I send you no direct message."
    fields = [
        form.select("start", "My working day begins", TIMES, _time(now.start), hours),
        form.select("end", "It ends", TIMES, _time(now.end), "Leave both empty for no hours of your own."),
        form.select("place", "Remind me of my renewals", PLACES, "dm" if now.by_dm else "channel", optional=False),
        form.day("away_until", "Away until", now.away_until, "The last day on which you are away."),
        form.person("stand_in", "Who stands in for you", now.stand_in, "They hear meanwhile what cannot wait."),
        form.words("country", "Your country", now.country, _COUNTRY, most=60),
        blocks.context("What is new, in one message: set it up by `/digest`."),
    ]
    return form.modal(ViewId.HOME_SETTINGS, "My settings", fields, "Save")


def read_settings(view: Mapping[str, Any]) -> Wanted:
    """The form as values."""
    fields = Fields(view)
    return Wanted(
        _read_time(fields.choice("start")),
        _read_time(fields.choice("end")),
        fields.choice("place") == "dm",
        fields.day("away_until"),
        fields.person("stand_in"),
        fields.text("country"),
    )


def _time(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _read_time(written: str | None) -> time | None:
    return time.fromisoformat(written) if written in {value for _, value in TIMES} and written else None
