"""Health checks: what was heard in a talk that sold nothing. Recorded, corrected by who wrote it, never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Row, Select, select, update

from bot import follow_ups
from bot.accounts import contacts, customer_people
from bot.accounts.people_facts import Meeting
from bot.core.calendar import local_date, local_moment
from bot.core.events import publish
from bot.core.person import Person
from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.errors import NotForYou, Refused
from bot.health import prompts, queries
from bot.health.compute import Computed
from bot.health.facts import HealthLine
from bot.health.jobs import score_now
from bot.health.rules.checks import Check, Scale, Scales, average
from bot.models import Account, FollowUp, HealthCheck, Member
from bot.posts import outgoing
from bot.touchpoints.events import ContactTakenBack, CustomerContacted
from bot.touchpoints.rules.churn_words import noted
from bot.workspace import context

NOON = time(12)


@dataclass(frozen=True, slots=True)
class AgreedStep:
    """What comes next: who does it by when. `owner_id` is a member's id."""

    words: str
    owner_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check as it was entered: the day of the talk on the author's calendar, and what was heard from whom.

    `picked` are those of the customer's people who were chosen, beside those whom `contact` names.
    """

    account_id: int
    by_id: int
    talked_on: date
    scales: Mapping[Scale, int | None]
    heard: str = ""
    risks: tuple[str, ...] = ()
    sold_nothing: bool = False
    next_step: AgreedStep | None = None
    contact: str = ""
    picked: tuple[int, ...] = ()


def record(work: Work, new: NewCheck) -> int:
    """Keep a check with all that follows from it: score, card, agenda, the line in the channel. Returns its id."""
    return _keep(work, new, None)


def correct(work: Work, check_id: int, new: NewCheck) -> int:
    """Put a corrected check in the place of one's own; the old one stays in the history. Returns the new id.

    Raises NotForYou for someone else's, Refused for one that is not there or belongs to another account.
    """
    old = own(work, check_id, new.by_id)
    if old.account_id != new.account_id:
        raise Refused("A check stays with its account. Record a new one for the other account.")
    return _keep(work, new, old)


def latest(work: Work, account_id: int, before: Check | None = None) -> Check | None:
    """The last check of an account; with `before`, the last one of a talk before that one's."""
    statement = _checks(work.workspace_id).where(
        HealthCheck.account_id == account_id, HealthCheck.replaced_at.is_(None)
    )
    if before is not None:
        is_earlier = (HealthCheck.at == before.at) & (HealthCheck.id < before.first_id)
        statement = statement.where((HealthCheck.at < before.at) | is_earlier)
    row = work.session.execute(statement.order_by(HealthCheck.at.desc(), HealthCheck.id.desc()).limit(1)).first()
    return _check(work, row) if row else None


def own(work: Work, check_id: int, member_id: int) -> Check:
    """The check to correct: the newest version of the one with this id.

    Raises NotForYou for someone else's, Refused when there is none.
    """
    check = newest(work, check_id)
    if check is None:
        raise Refused("That health check is not there any more. Record a new one with `/health`.")
    if check.by_id != member_id:
        who = check.by.name or "who wrote it"
        raise NotForYou(f"Only {who} can correct this one. Record your own with `/health`.")
    return check


def newest(work: Work, check_id: int) -> Check | None:
    """The check with this id, or what has taken its place since."""
    row = work.session.execute(_checks(work.workspace_id).where(HealthCheck.id == check_id)).first()
    while row is not None and row.HealthCheck.replaced_at is not None:
        old = row.HealthCheck
        follows = (HealthCheck.account_id == old.account_id, HealthCheck.replaces_id == old.id)
        row = work.session.execute(_checks(work.workspace_id).where(*follows)).first()
    return _check(work, row) if row else None


def _keep(work: Work, new: NewCheck, old: Check | None) -> int:
    ws = context.of(work)
    zone = work.session.scalar(select(Member.timezone).where(is_row(Member, work.workspace_id, new.by_id))) or ws.zone
    if new.talked_on > local_date(work.now, zone):
        raise Refused("That day is still to come. Choose the day on which you talked.")
    written_at = _replace(work, old) if old else work.now
    row = HealthCheck(
        workspace_id=work.workspace_id,
        account_id=new.account_id,
        by_id=new.by_id,
        at=_moment(new, old, zone, work.now),
        contact=new.contact[: customer_people.CONTACT_LENGTH],
        heard=new.heard,
        churn_word=noted((new.heard, *new.risks)),
        risks=list(new.risks),
        sold_nothing=new.sold_nothing,
        replaces_id=old.id if old else None,
        created_at=written_at,
        **{scale.value: new.scales.get(scale) for scale in Scale},
    )
    work.session.add(row)
    work.session.flush()
    if old is not None:
        customer_people.forget_meetings(work, [f"health_check:{old.id}"])
    met = Meeting(new.account_id, f"health_check:{row.id}", row.at, row.contact, new.picked)
    customer_people.meet(work, [met])
    _next_step(work, new, old, row.id)
    if old is not None and old.at > row.at:
        publish(work, ContactTakenBack(new.account_id, old.at, new.by_id))
    publish(work, CustomerContacted(new.account_id, row.at, new.by_id))
    rescored = score_now(work, [new.account_id], {new.account_id: new.by_id})
    kept = newest(work, row.id)
    assert kept is not None
    prompts.answered(work, kept)
    before = latest(work, new.account_id, kept)
    say(work, kept, before, rescored, old is not None)
    return row.id


def _replace(work: Work, old: Check) -> datetime:
    """Let the old check rest; returns when it was written down. Refused when another correction was quicker."""
    # The condition, not what was read before, decides: on PostgreSQL two corrections may have read the same check.
    written_at: datetime | None = work.session.scalar(
        update(HealthCheck)
        .where(
            within(HealthCheck.workspace_id, work.workspace_id),
            HealthCheck.id == old.id,
            HealthCheck.replaced_at.is_(None),
        )
        .values(replaced_at=work.now)
        .returning(HealthCheck.created_at)
    )
    if written_at is None:
        raise Refused("This check was corrected a moment ago. Copy your words and press *Correct it…* again.")
    return written_at


def _moment(new: NewCheck, old: Check | None, zone: str, now: datetime) -> datetime:
    # A correction of the words alone must not change which of two checks on one day is the later one.
    if old is not None and old.on == new.talked_on:
        return old.at
    return now if new.talked_on == local_date(now, zone) else local_moment(new.talked_on, NOON, zone)


def _next_step(work: Work, new: NewCheck, old: Check | None, check_id: int) -> None:
    step = new.next_step
    wanted = (step.words, step.owner_id, step.due_on) if step else None
    source = _source(old.first_id if old else check_id)
    standing = work.session.execute(
        select(FollowUp.id, FollowUp.outcome, FollowUp.words, FollowUp.owner_id, FollowUp.due_on).where(
            within(FollowUp.workspace_id, work.workspace_id),
            FollowUp.account_id == new.account_id,
            FollowUp.source == source,
            FollowUp.outcome.is_(None) | (FollowUp.outcome != "dropped"),
        )
    ).all()
    for follow_up in standing:
        if follow_up.outcome is None and wanted != tuple(follow_up[2:]):
            follow_ups.close(work, follow_up.id, "dropped", new.by_id)
    # One that is done stays done: the words of a check may be corrected long after its next step was taken.
    if step is None or any(wanted == tuple(follow_up[2:]) for follow_up in standing):
        return
    words, by, day = step.words, new.by_id, step.due_on
    follow_ups.add(work, new.account_id, step.owner_id, words, day, False, source, by)


def _checks(workspace_id: int) -> Select[HealthCheck, str, str, str, str]:
    return (
        select(HealthCheck, Account.name, Member.slack_id, Member.name.label("author"), Member.timezone)
        .join(Account, Account.id == HealthCheck.account_id)
        .outerjoin(Member, Member.id == HealthCheck.by_id)
        .where(within(HealthCheck.workspace_id, workspace_id))
    )


def _check(work: Work, row: Row[HealthCheck, str, str, str, str]) -> Check:
    check, account, slack_id, name, zone = row
    first_id = _first(work, check)
    step = work.session.execute(
        select(FollowUp.words, FollowUp.due_on, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == FollowUp.owner_id)
        .where(
            within(FollowUp.workspace_id, work.workspace_id),
            FollowUp.account_id == check.account_id,
            FollowUp.source == _source(first_id),
            FollowUp.outcome.is_(None) | (FollowUp.outcome != "dropped"),
        )
        .order_by(FollowUp.id.desc())
        .limit(1)
    ).first()
    return Check(
        id=check.id,
        first_id=first_id,
        account_id=check.account_id,
        account=account,
        by_id=check.by_id,
        by=Person(slack_id or "", name or ""),
        at=check.at,
        on=local_date(check.at, zone or "UTC"),
        scales={scale: getattr(check, scale) for scale in Scale},
        heard=check.heard,
        contact=check.contact,
        risks=tuple(check.risks),
        sold_nothing=check.sold_nothing,
        next_step=step.words if step else "",
        next_step_owner=Person(step.slack_id, step.name) if step and step.slack_id else None,
        next_step_on=step.due_on if step else None,
    )


def _first(work: Work, check: HealthCheck) -> int:
    first, before = check.id, check.replaces_id
    while before is not None:
        first = before
        before = work.session.scalar(
            select(HealthCheck.replaces_id).where(is_row(HealthCheck, work.workspace_id, first))
        )
    return first


def _source(check_id: int) -> str:
    return f"health_check:{check_id}"


def say(
    work: Work,
    check: Check,
    before: Check | None,
    rescored: Sequence[Computed],
    corrected: bool,
) -> None:
    """Tell where the account speaks; a person who would be told by direct message what they just did is not."""
    ws = context.of(work)
    account = contacts.load(work, [check.account_id])[check.account_id]
    to = account.destination(ws)
    if to.recipient == check.by.slack_id:
        return
    current = queries.current_in(work, [check.account_id]).get(check.account_id)
    earlier: Scales = before.scales if before else {}
    facts = HealthLine(
        check_id=check.id,
        account_id=check.account_id,
        account=check.account,
        by=check.by,
        on=str(check.on),
        as_of=str(account.today(ws, work.now)),
        average=average(check.scales),
        average_before=average(before.scales) if before else None,
        before_on=str(before.on) if before else None,
        scales=tuple((scale.value, check.scales.get(scale), earlier.get(scale)) for scale in Scale),
        heard=check.heard,
        contact=check.contact,
        risks=check.risks,
        next_step=check.next_step,
        next_step_by=check.next_step_owner.name if check.next_step_owner else "",
        next_step_on=str(check.next_step_on) if check.next_step_on else None,
        sold_nothing=check.sold_nothing,
        score=current.score if current else None,
        score_before=rescored[0].before if rescored else None,
        # Beside the score before this check, a change over a month would be a second baseline in one line.
        summary=(current.known if rescored and rescored[0].before is not None else current.summary) if current else "",
        ages=current.ages if current else "",
        reasons=current.words if current else (),
        corrected=corrected,
        score_known=current is not None,
    )
    key = f"health:check:{check.first_id}"
    if told := account.post(ws, key, "health_line", facts.to_facts()):
        outgoing.put(work, [told])
