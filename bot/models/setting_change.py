"""What people changed in a workspace's numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class SettingChange(Base):
    """A number of the policy that somebody set, or gave its default back. Rows are only ever added.

    `tier` is "*" for the accounts of all tiers. `old` and `new` are as people write them, empty where none of one's own
    counted or counts. `member_id` is empty when no person of the workspace did it.
    """

    __tablename__ = "setting_changes"
    __table_args__ = (Index("ix_setting_changes_workspace_id_name", "workspace_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(String(64))
    tier: Mapped[str] = mapped_column(String(16))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
