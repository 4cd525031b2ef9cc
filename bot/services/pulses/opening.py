"""A round opens: when its day has come, or when someone starts one. Everyone on the team is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.models import Account, Member, PulseRound
from bot.rules.calendar import add_working_days, local_date, local_moment
from bot.services import agenda, insights, owners, posts
from bot.services.agenda import Due, Thought
from bot.services.owners import Kept
from bot.services.pulses import planning, rounds, showing, team
from bot.services.pulses.planning import Last, Taken
from bot.services.pulses.team import Mate
from bot.services.renewals import office as offices
from bot.services.renewals.office import Office

REMINDER, CLOSE = "pulse_reminder", "pulse_close"
NO_TEAM = "{} has nobody to ask: no owner, and nobody on its team. Give it an owner first."
ALL_AWAY = "Everyone who keeps {} is away today. Ask again when one of them is back."
GONE = "That account is no longer there. Look for another with /pulse."


def start(session: Session, workspace_id: int, account_id: int, by_id: int | None, now: datetime) -> int:
    """Open a round for an account now, or give the one that runs. The next planned one counts from this one.

    Raises Refused when the account is gone, or when it has nobody who can be asked today.
    """
    # Two people may press at the same moment: the account's row lets one of them through first.
    session.execute(
        select(Account.id).where(Account.workspace_id == workspace_id, Account.id == account_id).with_for_update()
    )
    there = rounds.running(session, workspace_id, [account_id])
    if account_id in there:
        return there[account_id]
    here = offices.load(session, workspace_id)
    account = owners.load(session, workspace_id, [account_id]).get(account_id)
    if account is None or not account.is_active:
        raise Refused(GONE)
    mates = team.of_accounts(session, here, [account_id]).get(account_id, ())
    if not mates:
        raise Refused(NO_TEAM.format(account.name))
    there_today = [mate for mate in mates if not mate.is_away(now)]
    if not there_today:
        raise Refused(ALL_AWAY.format(account.name))
    planning.drop(session, here, [account_id])
    taken = planning.taken_of(session, here, _owners([account]), now)
    return _open(session, here, [(account, there_today)], by_id, taken, now)[0]


def think_pulse_round(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Open what is due, for whom it is working time, as far as the owner's day has room; the rest comes later.

    Stays silent for an account that is no longer kept, that has a running round, or had one within the week.
    """
    here = offices.load(session, workspace_id)
    ids = sorted({row.subject_id for row in rows})
    kept = owners.load(session, workspace_id, ids)
    mates = team.of_accounts(session, here, ids)
    last = planning.last_rounds(session, here, ids)
    running = rounds.running(session, workspace_id, ids)
    room = _Room.load(session, here, kept.values(), now)
    opening: list[tuple[Kept, Sequence[Mate]]] = []
    later: list[Thought] = []
    for account in _in_order(rows, kept):
        policy = here.policies.of(account.tier)
        mine = mates.get(account.id, ())
        there_today = [mate for mate in mine if not mate.is_away(now)]
        start_at = policy.pulse_time
        if account.id in running or _is_too_soon(here, account, last.get(account.id), now):
            later.append(planning.following(here, account, last[account.id], room.taken, now))
        elif not account.may_speak(here, now, start_at):
            later.append(planning.thought(here, account, account.soon(here, now, start_at), now))
        elif not there_today:
            day = _day_of_return(here, account, mine, now)
            later.append(planning.on_free_day(here, account, day, room.taken, now))
        elif not room.has_place(here, account, now):
            day = account.today(here, now) + timedelta(days=1)
            later.append(planning.on_free_day(here, account, day, room.taken, now))
        else:
            room.take(here, account, now)
            opening.append((account, there_today))
    agenda.plan(session, workspace_id, later)
    if opening:
        _open(session, here, opening, None, room.taken, now)


@dataclass(slots=True)
class _Room:
    """How many rounds each owner got today, and gets on the days to come."""

    today: Taken
    taken: Taken

    @classmethod
    def load(cls, session: Session, here: Office, accounts: Iterable[Kept], now: datetime) -> _Room:
        ids = _owners(accounts)
        rows = session.execute(
            select(Account.owner_id, Member.timezone, PulseRound.opened_at)
            .select_from(PulseRound)
            .join(Account, Account.id == PulseRound.account_id)
            .join(Member, Member.id == Account.owner_id)
            .where(
                PulseRound.workspace_id == here.workspace_id,
                PulseRound.opened_at > now - timedelta(days=2),
                Account.owner_id.in_(ids),
            )
        )
        today: Taken = Counter((owner_id, local_date(at, zone)) for owner_id, zone, at in rows)
        return cls(today, planning.taken_of(session, here, ids, now))

    def has_place(self, here: Office, account: Kept, now: datetime) -> bool:
        most = here.policies.of(account.tier).pulses_per_owner_per_day
        return account.owner_id is None or self.today[account.owner_id, account.today(here, now)] < most

    def take(self, here: Office, account: Kept, now: datetime) -> None:
        if account.owner_id is not None:
            self.today[account.owner_id, account.today(here, now)] += 1


def _open(
    session: Session,
    here: Office,
    asked: Sequence[tuple[Kept, Sequence[Mate]]],
    by_id: int | None,
    taken: Taken,
    now: datetime,
) -> list[int]:
    new = [_row(session, here, account, mates, by_id, now) for account, mates in asked]
    table = PulseRound.__table__
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    ids = list(session.execute(inserted, new).scalars())
    thoughts: list[Thought] = []
    for (account, _), row, id in zip(asked, new, ids, strict=True):
        thoughts += _thoughts(here, account, id, row["closes_on"], now)
        thoughts.append(planning.following(here, account, Last(now, row["closes_on"]), taken, now))
    agenda.plan(session, here.workspace_id, thoughts)
    opened = list(rounds.load(session, here, ids).values())
    posts.want(session, here.workspace_id, now, showing.first_cards(session, here, opened, now))
    return ids


def _row(
    session: Session, here: Office, account: Kept, mates: Sequence[Mate], by_id: int | None, now: datetime
) -> dict[str, Any]:
    policy = here.policies.of(account.tier)
    insight = insights.pick(session, here.workspace_id, account.id, now)
    return {
        "workspace_id": here.workspace_id,
        "account_id": account.id,
        "opened_at": now,
        "opened_by_id": by_id,
        "closes_on": add_working_days(account.today(here, now), policy.pulse_open_working_days, here.holidays),
        "asked": [mate.id for mate in mates],
        "insight_id": insight.id if insight else None,
    }


def _thoughts(here: Office, account: Kept, round_id: int, closes_on: date, now: datetime) -> list[Thought]:
    policy, zone = here.policies.of(account.tier), account.zone(here)
    remind_on = add_working_days(account.today(here, now), policy.pulse_reminder_working_days, here.holidays)
    subject = f"pulse:{round_id}"
    thoughts = [Thought(CLOSE, subject, "close", local_moment(closes_on, policy.pulse_time, zone), 0)]
    if remind_on < closes_on:
        thoughts.append(Thought(REMINDER, subject, "all", local_moment(remind_on, policy.pulse_time, zone), 10))
    return thoughts


def _is_too_soon(here: Office, account: Kept, last: Last | None, now: datetime) -> bool:
    if last is None:
        return False
    # A cadence may be shorter than the gap; what counts here is only that nobody is asked twice within a week.
    gap = here.policies.of(account.tier).pulse_gap_days
    return account.today(here, now) < last.closes_on + timedelta(days=gap)


def _day_of_return(here: Office, account: Kept, mates: Sequence[Mate], now: datetime) -> date:
    """The day after the first of them is back; without anyone, a week from now: somebody may have been named."""
    back = [mate.away_until for mate in mates if mate.away_until is not None]
    return min(back) + timedelta(days=1) if back else account.today(here, now) + timedelta(days=7)


def _in_order(rows: Sequence[Due], kept: dict[int, Kept]) -> list[Kept]:
    """The active accounts of these rows, each once, those that have waited longest first."""
    ids = dict.fromkeys(row.subject_id for row in sorted(rows, key=lambda row: (row.due_at, row.id)))
    return [kept[id] for id in ids if id in kept and kept[id].is_active]


def _owners(accounts: Iterable[Kept]) -> list[int]:
    return sorted({account.owner_id for account in accounts if account.owner_id is not None})


__all__ = ["CLOSE", "REMINDER", "start", "think_pulse_round"]
