"""The columns of a touchpoint out of a row: all of them for a new one, those it speaks of for one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.core.links import is_web_address
from bot.importing.touch_keys import Owned
from bot.importing.touch_rows import TouchRow
from bot.touchpoints.rules.churn_words import noted
from bot.touchpoints.rules.line import TouchKind as Contact
from bot.touchpoints.rules.line import Via

_EMPTY: Mapping[str, Any] = {
    "kind": "",
    "by_id": None,
    "logged_by_id": None,
    "department": "",
    "contact": "",
    "purpose": "",
    "mood": "",
    "words": "",
    "is_note": False,
    "via": Via.IMPORT.value,
    "permalink": "",
    "priority": "",
    "satisfaction": None,
    "escalated": False,
    "closed_at": None,
}
_TICKET: Mapping[str, Any] = {"kind": Contact.TICKET.value, "department": "support", "purpose": "support"}


def new_values(one: Owned, key: str, is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    """A new touchpoint; workspace and time of creation are the caller's."""
    values = {**_EMPTY, **(_TICKET if is_ticket else {}), "words": one.row.words, "source_key": key}
    values["closed_at"] = one.row.closed_at
    values |= _said(one, is_ticket, departments)
    return {**values, "churn_word": noted((values["words"],), values["mood"])}


def changed_values(one: Owned, there: Row[Any], is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    """What the row changes. A column it does not have, or a blank cell, wipes nothing out."""
    values = _said(one, is_ticket, departments)
    if words := _words(one.row, there.words):
        values["words"] = words
    said = one.row.said
    if said.closed_at is not None or said.status is False or (said.status and there.closed_at is None):
        values["closed_at"] = one.row.closed_at
    values.setdefault("is_note", there.kind == Contact.NOTE)
    said_now, mood = values.get("words", there.words), values.get("mood", there.mood)
    return {**values, "churn_word": noted((said_now,), mood)}


def _said(one: Owned, is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    said = one.row.said
    at: datetime = one.row.at
    values: dict[str, Any] = {"account_id": one.account_id, "at": at, "row_digest": one.digest}
    if one.by_id is not None:
        values |= {"by_id": one.by_id, "department": departments.get(one.by_id, "")}
    names: tuple[str, ...] = ("contact", "mood", "permalink", "priority", "satisfaction", "escalated")
    if not is_ticket:
        names += ("purpose", "kind")
    values |= {name: getattr(said, name) for name in names if getattr(said, name) is not None}
    if "permalink" in values and not is_web_address(values["permalink"]):
        del values["permalink"]
    if "kind" in values:
        values["is_note"] = values["kind"] == Contact.NOTE
    return values


def _words(row: TouchRow, before: str) -> str:
    """Subject and text; of the two, the one that a file leaves out stays."""
    subject, text = row.said.subject, row.said.words
    if subject and text:
        return row.words
    if subject:
        first, mark, rest = before.partition("\n")
        return subject + mark + rest if mark and first != before else subject
    return before if text and before.endswith(f"\n{text}") else text or before
