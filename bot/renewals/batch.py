"""What a batch of jobs, or one act, decided: collected first, then written with a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.person import Person
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Escalation, EscalationNotice, Event, Renewal
from bot.posts import outgoing, relocate
from bot.posts.notices import Notice
from bot.posts.outgoing import OutgoingPost
from bot.renewals import card as renewal_card
from bot.renewals import escalations, schedule
from bot.renewals.facts import ThreadLine
from bot.renewals.line_codes import Line
from bot.renewals.line_codes import NoticeCode as NoticeCode
from bot.renewals.view import RenewalView
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed


@dataclass(slots=True)
class RenewalBatch:
    """Collects changes to renewals and what must be said about them. `write` puts all of it into the database."""

    work: Work
    by: str | None = None
    """The Slack id of whoever acts, if somebody does: what answers their act comes to them at once."""
    _changes: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    _cards: dict[int, RenewalView] = field(default_factory=dict)
    _said: list[OutgoingPost] = field(default_factory=list)
    _jobs: list[Job] = field(default_factory=list)
    _kept: list[Job] = field(default_factory=list)
    _moved: list[DueJob] = field(default_factory=list)
    _told: set[tuple[str, int, str | None]] = field(default_factory=set)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _escalations: list[dict[str, Any]] = field(default_factory=list)
    _notices: list[dict[str, Any]] = field(default_factory=list)
    _readers: set[str] = field(default_factory=set)
    _acts: dict[int, tuple[Line, Person]] = field(default_factory=dict)
    _passed: list[Passed] = field(default_factory=list)

    @property
    def ws(self) -> WorkspaceContext:
        """What holds for the workspace."""
        return context.of(self.work)

    @property
    def now(self) -> datetime:
        """The moment of all that it collects."""
        return self.work.now

    def change(self, state: RenewalView, **values: Any) -> RenewalView:
        """The renewal with new values, which will be written."""
        self._changes[state.id].update(values)
        changed = state._replace(**values)
        if state.id in self._cards:
            self._cards[state.id] = changed
        return changed

    def mark_notified(self, state: RenewalView, step: str, occasion: str) -> RenewalView:
        """Remember that the renewal has come to this step of escalation."""
        self._escalations.append(
            {
                "workspace_id": self.work.workspace_id,
                "renewal_id": state.id,
                "step": step,
                "occasion": occasion,
                "told_at": self.now,
            }
        )
        return state._replace(told=state.told | {(step, occasion)})

    def refresh_card(self, state: RenewalView) -> RenewalView:
        """Let the card show this state; the first time it is wanted is remembered. With nowhere to go there is none."""
        if state.carded_at is None:
            if state.destination(self.ws).place is None:
                return state
            state = self.change(state, carded_at=self.now)
            self.schedule(schedule.refresh(self.ws, state, self.now))
        self._cards[state.id] = state
        return state

    def schedule(self, job: Job | None, keep: bool = False) -> None:
        """Schedule a job; None is no job. One that is open moves, or with `keep` stays where it is."""
        if job is not None:
            (self._kept if keep else self._jobs).append(job)

    def reschedule(self, job: DueJob, at: datetime, **facts: Any) -> None:
        """Put a job off, with what it must know by then."""
        self.put_off([job.moved_to(at, facts={**job.facts, **facts})])

    def put_off(self, jobs: Sequence[DueJob]) -> None:
        """Put jobs off to the moments that they carry."""
        self._moved += jobs

    def post_in_thread(
        self,
        state: RenewalView,
        code: Line,
        slot: str,
        details: Mapping[str, str],
        mention: str | None = None,
        by: Person | None = None,
    ) -> None:
        """One line in the card's thread. One code and slot is one line, ever. With nowhere to go there is none."""
        if by is not None:
            self._acts[state.id] = (code, by)
        to = state.destination(self.ws)
        if state.carded_at is None or to.place is None:
            return
        dated = {"as_of": str(state.today(self.ws, self.now)), **details}
        facts = ThreadLine(code, state.account, by, mention, dated, state.id).to_facts()
        key = f"renewal:{state.id}:line:{code}:{slot}"
        self.by = by.slack_id if by else self.by
        self._said.append(
            OutgoingPost(
                key,
                "story_line",
                facts,
                to.channel,
                to.recipient,
                state.owner_slack,
                thread_of=state.card_key,
                by=by.slack_id if by else None,
            )
        )

    def notify(
        self, state: RenewalView, code: NoticeCode, slot: str, details: Mapping[str, str], to: str | None
    ) -> None:
        """A message to one person (Slack id U… or W…) or channel, apart from the card; to nobody, it is left out.

        Nobody is told the same twice in one go.
        """
        about = (code, state.id, to)
        if to is None or about in self._told:
            return
        self._told.add(about)
        facts = Notice(code, state.account, state.id, state.account_id, details).to_facts()
        is_person = to.startswith(("U", "W"))
        key = f"notice:{code}:{state.id}:{slot}:{to}"
        self._said.append(
            OutgoingPost(key, "notice", facts, None if is_person else to, to if is_person else None, state.owner_slack)
        )

    def escalate(self, state: RenewalView, code: NoticeCode, slot: str, details: Mapping[str, str], to: str) -> None:
        """A row in the next morning message of a person (Slack id U… or W…) or channel; the same one once in one go."""
        about = (code, state.id, to)
        if about in self._told:
            return
        self._told.add(about)
        row = {"workspace_id": self.work.workspace_id, "renewal_id": state.id, "code": code.value, "slot": slot}
        self._notices.append({**row, "told_to": to, "details": dict(details)})
        self._readers.add(to)

    def pass_on(self, state: RenewalView, member_id: int | None, what: str, to: str, to_name: str) -> None:
        """Remember for the list of someone who is away what was told to whom in their place."""
        if member_id is not None:
            one = Passed(member_id, state.account_id, what, to, to_name)
            self._passed += [one] if one not in self._passed else []

    def event(self, state: RenewalView, kind: str, facts: Mapping[str, Any]) -> None:
        """One line of the account's story, for its timeline; nobody did it, time did."""
        self._events.append(self._event(state, kind, None, facts))

    def record(self, state: RenewalView, kind: str, by_id: int, facts: Mapping[str, Any]) -> int:
        """What a person did, for the account's timeline; gives its id at once."""
        table = Event.__table__
        inserted = insert(table).values(self._event(state, kind, by_id, facts)).returning(table.c.id)  # type: ignore[arg-type]
        return int(self.work.session.execute(inserted).scalar_one())

    def _event(self, state: RenewalView, kind: str, by_id: int | None, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "workspace_id": self.work.workspace_id,
            "account_id": state.account_id,
            "renewal_id": state.id,
            "kind": kind,
            "by_id": by_id,
            "at": self.now,
            "facts": dict(facts),
        }

    def write(self) -> None:
        """Write everything: renewals, events, agenda, then the posts, whose cards name the next job."""
        _update(self.work, self._changes)
        if self._events:
            self.work.session.connection().execute(insert(Event.__table__), self._events)  # type: ignore[arg-type]
        if self._escalations:
            self.work.session.connection().execute(insert(Escalation.__table__), self._escalations)  # type: ignore[arg-type]
        if self._notices:
            self.work.session.connection().execute(insert(EscalationNotice.__table__), self._notices)  # type: ignore[arg-type]
        presence.pass_on(self.work, self._passed)
        agenda_jobs.reschedule(self.work, self._moved)
        agenda_jobs.schedule(self.work, self._jobs)
        readers = [escalations.due_for(self.work.workspace_id, to, self.now) for to in sorted(self._readers)]
        agenda_jobs.schedule(self.work, [*self._kept, *readers], keep=True)
        shown = renewal_card.wanted(self.work, list(self._cards.values()))
        shown = [replace(card, by=self.by) for card in shown] if self.by else shown
        relocate.leave_old_places(self.work, shown)
        outgoing.put(self.work, [*shown, *self._said])
        if self._acts:
            escalations.settle(self.work, self._acts)


def _update(work: Work, changes: Mapping[int, Mapping[str, Any]]) -> None:
    table = Renewal.__table__
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for renewal_id, values in changes.items():
        alike[tuple(sorted(values))].append({"renewal": renewal_id, **{f"new_{k}": v for k, v in values.items()}})
    for names, rows in alike.items():
        statement = (
            update(table)  # type: ignore[arg-type]
            .where(is_row(table.c, work.workspace_id, bindparam("renewal")))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        work.session.connection().execute(statement, rows)
