"""The owner is asked about one-off work, at a good time; silent where it was answered, or where something renews."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from bot.accounts import contacts, proposing
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.core.proposing import LOOK_AGAIN, NOTHING_TOLD, TOLD_NOW, HoldOff, is_enough
from bot.db.work import Work
from bot.models import Requalification
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.requalification import planning, questions
from bot.requalification.questions import KnownQuestion
from bot.requalification.rules import STOPPED
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed


def run_ask(work: Work, rows: Sequence[DueJob]) -> None:
    """Ask the owner, or who stands in; silent where it was answered meanwhile, or where a contract renews now.

    Where nothing may be proposed now, as right after another question, it is looked at again in a week; while a pulse
    is open, on the next working day.
    """
    ws = context.of(work)
    due = {(row.subject_id, int(row.dedupe_key)): row for row in rows}
    known = {
        (one.contract_id, one.days): one
        for one in questions.several(work, Requalification.contract_id.in_({contract_id for contract_id, _ in due}))
    }
    kept = contacts.load(work, sorted({one.account_id for one in known.values()}))
    renews = planning.renewing(work, sorted(kept))
    quiet = proposing.held_off_of(work, sorted(kept))
    told_to = proposing.told(work, {one.owner_id for one in kept.values() if one.owner_id is not None})
    newest: dict[int, date] = {}
    for place in due:
        if (one := known.get(place)) is not None and not one.outcome:
            newest[one.contract_id] = max(one.due_on, newest.get(one.contract_id, one.due_on))
    earlier = _asked_of(work, {contract_id for contract_id, _ in due})
    wanted: list[OutgoingPost] = []
    asked: list[KnownQuestion] = []
    renewing: list[int] = []
    missed: list[int] = []
    later: list[DueJob] = []
    passed: list[Passed] = []
    for place, row in due.items():
        one = known.get(place)
        account = kept.get(one.account_id) if one else None
        if one is None or account is None or one.outcome or not account.is_active:
            continue
        if one.due_on < newest[one.contract_id]:
            # Nothing ran when it was due: now the later question is asked, and this one never.
            missed.append(one.id)
            continue
        if account.id in renews:
            renewing.append(one.contract_id)
            continue
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time).present()
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        if account.id in quiet:
            later.append(row.moved_to(hours.next_morning(work.now, LOOK_AGAIN)))
            continue
        waited = (account.today(ws, work.now) - one.due_on).days
        apart = ws.policies.of(account.tier).proposals_to_person_days
        if is_enough(told_to.get(account.owner_id or 0, NOTHING_TOLD), waited, apart):
            later.append(row.moved_to(hours.next_morning(work.now)))
            continue
        to, told = _reader(work, ws, account)
        if to is None:
            continue
        passed += told
        asked.append(one)
        quiet[account.id] = HoldOff.PROPOSED
        if account.owner_id is not None:
            told_to[account.owner_id] = TOLD_NOW
        card = questions.card_of(one, account.today(ws, work.now))
        if told:
            card = replace(card, instead_of=account.owner_name or "")
        wanted.append(replace(to, key=questions.key(one.id), facts=card.to_facts()))
    planning.stop(work, renewing)
    # Earlier questions about the same work that nobody answered end here, and say so.
    ended = [before for one in asked for before in earlier.get(one.contract_id, ()) if before.id != one.id]
    questions.write(work, [*missed, *(one.id for one in ended)], outcome=STOPPED)
    questions.write(work, [one.id for one in asked], asked_at=work.now)
    outgoing.put(work, questions.wanted(work, [replace(one, outcome=STOPPED) for one in ended]) + wanted)
    presence.pass_on(work, passed)
    jobs.reschedule(work, later)


def _reader(work: Work, ws: WorkspaceContext, account: AccountContacts) -> tuple[OutgoingPost | None, list[Passed]]:
    """Where the question goes, still without its words, and whom it was meant for where that is somebody else."""
    owner = account.owner_slack
    if owner and not account.is_owner_away(account.today(ws, work.now)):
        return OutgoingPost("", questions.KIND, {}, recipient=owner, owner=owner), []
    if owner and account.owner_id is not None:
        found = ws.people.first_awake(account.owner_id, account.id, work.now)
        if found is None:
            return OutgoingPost("", questions.KIND, {}, recipient=owner, owner=owner), []
        told = Passed(account.owner_id, account.id, questions.KIND, found.slack_id, found.name)
        return OutgoingPost("", questions.KIND, {}, recipient=found.slack_id), [told]
    to = account.destination(ws)
    return (OutgoingPost("", questions.KIND, {}, to.channel, to.recipient) if to.place is not None else None), []


def _asked_of(work: Work, contract_ids: Collection[int]) -> dict[int, list[KnownQuestion]]:
    """The questions about each of these contracts that were asked and that nobody has answered."""
    found: dict[int, list[KnownQuestion]] = {}
    for one in questions.several(
        work, Requalification.contract_id.in_(contract_ids) & Requalification.asked_at.is_not(None)
    ):
        if not one.outcome:
            found.setdefault(one.contract_id, []).append(one)
    return found
