"""How a person wants to be spoken to: hours, in the channel or directly, away. They change it in App Home."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from bot.core.calendar import (
    local_date,
)
from bot.core.events import publish
from bot.core.holidays_of import choices
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Member
from bot.workspace.events import PeopleChanged


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's wishes. `start` and `end` are set together; without them the usual hours count.

    `is_set`: they have saved their settings once; `has_tour`: they are new, and have not put the first steps away.

    `country` (ISO code) says whose days off are theirs, empty for the country of their zone; `stand_in` is the Slack id
    of who hears what is theirs while they are away.
    """

    slack_id: str
    zone: str
    start: time | None = None
    end: time | None = None
    by_dm: bool = False
    away_until: date | None = None
    has_home: bool = False
    country: str = ""
    stand_in: str | None = None
    is_set: bool = False
    has_tour: bool = False


def read(work: Work, member_id: int) -> Preferences:
    """One person's wishes."""
    return _preferences(*work.rows(_READ, member=member_id).one())


def by_dm(work: Work, slack_ids: Collection[str]) -> frozenset[str]:
    """Who of these people wants to be reminded directly."""
    rows = work.session.execute(work.select(Member.slack_id, Member.preferences).where(Member.slack_id.in_(slack_ids)))
    return frozenset(slack_id for slack_id, given in rows if given and given.get("by_dm"))


def change(work: Work, member_id: int, to: Preferences) -> None:
    """Keep someone's wishes. Raises FieldErrors (start, end, away_until, stand_in, country) for hours that end before
    they begin, a day that has passed, a stand-in who is not of the team, or a country that is not known.
    """
    errors: dict[str, str] = {}
    if (to.start is None) != (to.end is None):
        errors["end" if to.end is None else "start"] = "Give both, or leave both empty."
    elif to.start is not None and to.end is not None and to.start >= to.end:
        errors["end"] = "Choose a time after the one they begin at."
    if to.away_until is not None and to.away_until < local_date(work.now, to.zone):
        errors["away_until"] = "Choose today or a later day; empty when you are back."
    stand_in_id = _stand_in(work, member_id, to.stand_in, errors)
    if to.country and to.country not in choices():
        errors["country"] = "Write a country, such as Germany, or its code, DE. Empty: the country of your zone."
    if errors:
        raise FieldErrors(errors)
    given = {
        "hours": [f"{to.start:%H:%M}", f"{to.end:%H:%M}"] if to.start and to.end else [],
        "by_dm": to.by_dm,
    }
    kept = {"away_until": to.away_until, "stand_in_id": stand_in_id, "country": to.country}
    _keep(work, member_id, given, **kept)
    publish(work, PeopleChanged())


def _stand_in(work: Work, member_id: int, slack_id: str | None, errors: dict[str, str]) -> int | None:
    if not slack_id:
        return None
    row = work.session.execute(work.select(Member.id, Member.is_outsider).where(Member.slack_id == slack_id)).first()
    if row is None or row.is_outsider:
        errors["stand_in"] = "Choose someone of the team whom I have met."
    elif row.id == member_id:
        errors["stand_in"] = "Choose somebody else, or nobody."
    return row.id if row else None


def opened_home(work: Work, member_id: int) -> None:
    """Remember that this person has a Home that must be kept fresh, and show them their first steps there."""
    _keep(work, member_id, {"home": True, "tour": True})


def hide_tour(work: Work, member_id: int) -> None:
    """Put someone's first steps away for good."""
    _keep(work, member_id, {"tour": False})


def _keep(work: Work, member_id: int, given: Mapping[str, Any], **columns: Any) -> None:
    mine = (Member.workspace_id == work.workspace_id, Member.id == member_id)
    before = work.session.scalar(select(Member.preferences).where(*mine).with_for_update()) or {}
    work.session.execute(update(Member).where(*mine).values(preferences={**before, **given}, **columns))
    work.forget()


def _preferences(
    slack_id: str,
    zone: str,
    given: Mapping[str, Any] | None,
    away_until: date | None,
    country: str,
    stand_in: str | None,
) -> Preferences:
    given = given or {}
    hours = given.get("hours") or []
    start, end = (time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if len(hours) == 2 else (None, None)
    return Preferences(
        slack_id,
        zone,
        start,
        end,
        bool(given.get("by_dm")),
        away_until,
        bool(given.get("home")),
        country,
        stand_in,
        "by_dm" in given,
        bool(given.get("tour")),
    )


_STAND_IN = aliased(Member)
_READ = (
    select(
        Member.slack_id,
        Member.timezone,
        Member.preferences,
        Member.away_until,
        Member.country,
        _STAND_IN.slack_id.label("stand_in"),
    )
    .outerjoin(_STAND_IN, is_row(_STAND_IN, Member.workspace_id, Member.stand_in_id))
    .where(Member.workspace_id == bindparam("of"), Member.id == bindparam("member"))
)
