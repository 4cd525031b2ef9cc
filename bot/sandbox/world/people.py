"""People of the workspace and their guests, as `users.info` describes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

SLACKBOT = "USLACKBOT"
"""The same in every workspace; its flags are a person's."""


@dataclass
class User:
    """One person or app. `role` is a free word of the seed: rep, support, manager, admin, guest, outsider…"""

    id: str
    name: str
    real_name: str
    role: str = "member"
    title: str = ""
    email: str = ""
    tz: str = "Europe/Berlin"
    team_id: str = ""
    is_admin: bool = False
    is_guest: bool = False
    is_single_channel_guest: bool = False
    is_outsider: bool = False
    is_stranger: bool = True
    """Of an outsider: whether Slack says so. Of some it only gives another team."""
    is_bot: bool = False
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    bot_id: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether somebody sits behind it: no app, and not Slackbot, of whom Slack says `is_bot` false."""
        return not self.is_bot and self.id != SLACKBOT

    def payload(self, now: datetime, *, with_email: bool) -> dict[str, Any]:
        """The user object of the Web API. An outsider's carries another team and, mostly, `is_stranger` and no role."""
        profile: dict[str, Any] = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "title": self.title,
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            "status_expiration": 0,
            "team": self.team_id,
        }
        if with_email and self.email and not self.is_outsider:
            profile["email"] = self.email
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self._offset_seconds(now),
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
        }
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        if self.is_outsider and self.is_stranger:
            return {**user, "is_stranger": True}
        return {
            **user,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": self.is_single_channel_guest,
        }

    def summary(self) -> dict[str, Any]:
        """What the control API tells about a person."""
        return {
            "id": self.id,
            "name": self.name,
            "real_name": self.real_name,
            "title": self.title,
            "role": self.role,
            "is_guest": self.is_guest,
            "is_outsider": self.is_outsider,
            "is_admin": self.is_admin,
            "tz": self.tz,
            "email": self.email,
        }

    def _offset_seconds(self, now: datetime) -> int:
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0
