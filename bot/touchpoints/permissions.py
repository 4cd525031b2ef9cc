"""Who may change a touchpoint: its authors, and managers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.errors import NotForYou, Refused
from bot.touchpoints.queries import Touch, read
from bot.workspace.members import MemberView

GONE = "That touchpoint is no longer there. Log it again with `/touch`."


def require_author(session: Session, workspace_id: int, person: MemberView, touchpoint_id: int) -> Touch:
    """The touchpoint, for someone who may change it.

    Raises NotForYou, naming who may, for anyone else, and Refused when it is gone.
    """
    touch = read(session, workspace_id, touchpoint_id)
    if touch is None or person.is_outsider:
        raise NotForYou(GONE)
    if touch.deleted_at is not None:
        raise Refused(GONE)
    if not may_change(touch, person):
        author = touch.logged_by or touch.by
        who = f"{author.name}, who logged it," if author else "Whoever logged it"
        raise NotForYou(f"{who} or a manager can change that. Ask one of them.")
    return touch


def may_change(touch: Touch, person: MemberView) -> bool:
    """Whether this person may edit or delete it."""
    return person.manages or person.id in (touch.by_id, touch.logged_by_id)


def logged_already(touch: Touch, person: MemberView) -> str:
    """A sentence for someone who logs what is logged already."""
    who = "You" if person.id == touch.logged_by_id else touch.logged_by.name if touch.logged_by else "Someone"
    day = spoken_day(local_date(touch.created_at, person.timezone), local_date(touch.created_at, person.timezone))
    return f"{who} logged this message already, for {touch.account}, on {day}."
