"""Who set a number of the policy, and when: kept with each change, and never changed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.db.work import Work
from bot.models import Member, SettingChange
from bot.workspace.policies import EVERY_TIER, Policies


@dataclass(frozen=True, slots=True)
class SetBy:
    """Who set a number that is not the default, and when.

    `by` is empty when no person did; `at` is None when it was set before this was kept.
    """

    by: str = ""
    at: datetime | None = None


def keep(work: Work, name: str, tier: str, old: str, new: str, by: int | None) -> None:
    """Keep that a member changed a number for a tier ("*": for all); nothing, when it is what it was."""
    if old != new:
        work.session.add(
            SettingChange(
                workspace_id=work.workspace_id, name=name, tier=tier, old=old, new=new, member_id=by, at=work.now
            )
        )


def set_by(work: Work, policies: Policies, tier: str, names: Collection[str]) -> Mapping[str, SetBy]:
    """Who set those of these numbers that the workspace has chosen for accounts of this tier.

    A number that a tier has of its own is that of whoever set it there, any other that of whoever set it for all.
    """
    own = policies.overrides.get(tier, {})
    chosen = {name: tier if name in own else EVERY_TIER for name in names if name in policies.chosen(tier)}
    if not chosen:
        return {}
    last = (
        select(func.max(SettingChange.id))
        .where(
            SettingChange.workspace_id == work.workspace_id,
            SettingChange.name.in_(list(chosen)),
            SettingChange.tier.in_({tier, EVERY_TIER}),
        )
        .group_by(SettingChange.name, SettingChange.tier)
    )
    rows = work.session.execute(
        work.select(SettingChange.name, SettingChange.tier, SettingChange.at, Member.name.label("by"))
        .outerjoin(Member, Member.id == SettingChange.member_id)
        .where(SettingChange.id.in_(last))
    )
    known = {(row.name, row.tier): SetBy(row.by or "", row.at) for row in rows}
    return {name: known.get((name, of), SetBy()) for name, of in chosen.items()}
