"""Who and which channel a cell means: people by e-mail, @name or Slack id, channels by #name or id."""

from __future__ import annotations

import re

from bot.db.work import Work
from bot.models import Channel, Member

_PERSON_ID = re.compile(r"<?@?([UW][A-Z0-9]{4,30})(?:\|[^>]*)?>?")
_CHANNEL_ID = re.compile(r"<?#?([CG](?=[A-Z]*\d)[A-Z0-9]{4,30})(?:\|[^>]*)?>?")


class Directory:
    """The people and channels of one workspace, as last known."""

    def __init__(self, work: Work) -> None:
        self._people: dict[str, int | None] = {}
        self._channels: dict[str, str | None] = {}
        self.managers: dict[int, int | None] = {}
        rows = work.session.execute(
            work.select(Member.id, Member.slack_id, Member.email, Member.name, Member.manager_id).where(
                Member.is_outsider.is_(False)
            )
        )
        for member_id, slack_id, email, name, manager_id in rows:
            self.managers[member_id] = manager_id
            for key in {slack_id, email.casefold(), _plain(name)} - {""}:
                # A name that two people share means neither.
                self._people[key] = None if key in self._people else member_id
        channels = work.select(Channel.slack_id, Channel.name)
        for slack_id, name in work.session.execute(channels):
            for key in {slack_id, name.casefold()} - {""}:
                self._channels[key] = None if key in self._channels else slack_id

    def person(self, cell: str) -> int | None:
        """The member a cell means, if it means exactly one."""
        if found := _PERSON_ID.fullmatch(cell):
            return self._people.get(found[1])
        return self._people.get(_plain(cell))

    def channel(self, cell: str) -> str | None:
        """The Slack id of the channel a cell means. What looks like an id is taken as one, known or not."""
        named = self._channels.get(cell.strip().lstrip("#").casefold())
        found = _CHANNEL_ID.fullmatch(cell.strip())
        return named or (found[1] if found else None)


def _plain(name: str) -> str:
    return " ".join(name.strip().lstrip("@").casefold().split())
