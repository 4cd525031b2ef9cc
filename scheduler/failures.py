"""What to do about a post that did not get through: wait, go elsewhere, give up, or stop the workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.audience import Why
from bot.posts import dead_letters, kinds, previews
from bot.posts import records as post_records
from bot.posts.audience import About, Reroute, elsewhere
from bot.posts.messages import blanked
from bot.posts.queue import DuePost
from bot.posts.records import SETTLED_AFTER, Claim, backoff
from bot.slack.outcomes import DONE, Outcome, Status
from scheduler.context import DeliveryContext
from scheduler.decisions import AudienceDecision, DecisionKind
from scheduler.tokens import delivery_token

MOST_TRIES_IN_THREAD = 6
NOWHERE = "There is no channel and no person to send it to. Give the account a channel or an owner."
NO_PARENT = "The message in whose thread it belongs is not known."
UNDRAWABLE = "Slack does not take the layout of this message."


class Failures:
    """Decides and records. Remembers which posts go without charts, and which channels were just joined."""

    def __init__(self, means: DeliveryContext) -> None:
        self._means = means
        self._plain: set[int] = set()
        self._joined: set[str] = set()
        self.stopped = False
        """Whether Slack just said that nothing will get through any more."""

    def is_plain(self, post_id: int) -> bool:
        """Whether this post goes without charts and tables, since Slack did not take it with them."""
        return post_id in self._plain

    def forget(self, post_id: int, place: str) -> None:
        """All went well."""
        self._plain.discard(post_id)
        self._joined.discard(place)

    def orphaned(self, due: DuePost) -> None:
        """The card above was given up, and the line with it; or it was taken down, and nobody need be told."""
        reason = due.parent_error
        if reason is None and due.parent_id is not None:
            self._means.record(lambda s, lease: dead_letters.retract(s, lease, due))
        else:
            self._give_up(due, reason or NO_PARENT)

    def undrawable(self, due: DuePost) -> None:
        """The facts could not be made into a message."""
        self._give_up(due, "The message could not be drawn. The log says why.")

    def stumbled(self, due: DuePost) -> None:
        """Something unforeseen: let this post rest, and have the others go on."""
        until = self._means.now() + backoff(due.attempts + 1)
        self._means.record(lambda s, lease: post_records.rest(s, lease, due, until))

    def no_place(self, due: DuePost) -> None:
        """Neither a channel nor a recipient: the owner, or nobody."""
        now, why = self._means.now(), Why.UNREACHABLE
        self._means.record(lambda s, lease: dead_letters.tell_owner(s, lease, due, why, NOWHERE, now))

    def too_early(self, due: DuePost, at: datetime) -> None:
        """Its only reader is not at work: since they went away, or because it is late. It waits for them."""
        self._means.record(lambda s, lease: dead_letters.keep_until(s, lease, due, at))

    def decided(self, due: DuePost, decision: AudienceDecision) -> None:
        """The guard said no."""
        if decision.kind is DecisionKind.SHARED:
            self._shared(due, decision)
        elif decision.kind is DecisionKind.UNREACHABLE:
            self._unreachable(due, decision.reason)
        elif decision.kind is DecisionKind.STOPPED:
            self._stop(decision.reason)
        elif decision.kind is DecisionKind.NEEDLESS:
            self._means.record(lambda s, lease: dead_letters.retract(s, lease, due))
        else:
            self._give_up(due, decision.reason)

    def not_sent(self, due: DuePost, claim: Claim, place: str, outcome: Outcome) -> None:
        """A post was not sent, or nobody knows."""
        now = self._means.now()
        if outcome.end is Status.UNKNOWN:
            until = max(now, claim.at + SETTLED_AFTER)
            self._means.record(lambda s, lease: post_records.record_unknown(s, lease, due.id, until, outcome.reason))
            return
        again_at = self._again_at(due, place, outcome, claim.attempt)
        if again_at is not None or outcome.end in (Status.STOPPED, Status.GONE):
            moment = again_at or now
            self._means.record(lambda s, lease: post_records.record_later(s, lease, due.id, moment, outcome.reason))
        if again_at is not None:
            return
        if outcome.end is Status.STOPPED:
            self._stop(outcome.reason)
        elif outcome.end is Status.GONE and due.thread_of is not None:
            self._means.record(lambda s, lease: dead_letters.forget_parent(s, lease, due, now))
        else:
            self._no(due, outcome)

    def not_changed(self, due: DuePost, place: str, outcome: Outcome) -> None:
        """A message that stands in Slack could not be changed. Trying again does no harm."""
        now = self._means.now()
        again_at = self._again_at(due, place, outcome, due.attempts + 1)
        if outcome.end is Status.UNKNOWN:
            again_at = now + backoff(due.attempts + 1)
        if again_at is not None:
            moment = again_at
            self._means.record(
                lambda s, lease: post_records.record_change_failed(s, lease, due, moment, outcome.reason)
            )
        elif outcome.end is Status.GONE:
            self._means.record(lambda s, lease: post_records.record_vanished(s, lease, due.id, now))
        elif outcome.end is Status.STOPPED:
            self._stop(outcome.reason)
        else:
            self._no(due, outcome)

    def not_looked(self, due: DuePost, place: str, outcome: Outcome) -> None:
        """An attempt nobody saw the end of could not be looked for."""
        again_at = self._again_at(due, place, outcome, due.attempts)
        if outcome.end is Status.UNKNOWN:
            again_at = self._later(outcome, due.attempts)
        if outcome.end is Status.STOPPED:
            self._stop(outcome.reason)
        elif again_at is not None:
            until = again_at
            self._means.record(lambda s, lease: post_records.record_doubt(s, lease, due, until, outcome.reason))
        else:
            self._unreachable(due, outcome.reason)

    def not_opened(self, due: DuePost, outcome: Outcome) -> None:
        """There is no direct message channel with this person."""
        if outcome.end is Status.STOPPED:
            self._stop(outcome.reason)
        elif outcome.end in (Status.LATER, Status.UNKNOWN):
            until = self._later(outcome, due.attempts + 1)
            self._means.record(lambda s, lease: post_records.record_change_failed(s, lease, due, until, outcome.reason))
        else:
            self._give_up(due, outcome.reason)

    def _again_at(self, due: DuePost, place: str, outcome: Outcome, attempt: int) -> datetime | None:
        """When the same call may succeed after all; None when it will not."""
        if outcome.end is Status.LATER:
            return self._later(outcome, attempt)
        if outcome.end is Status.BAD_BLOCKS and due.id not in self._plain:
            self._plain.add(due.id)
            return self._means.now()
        if outcome.end is Status.NOT_MEMBER and place not in self._joined:
            self._joined.add(place)
            joined = self._means.sender.join(place)
            if joined.end is Status.DONE:
                return self._means.now()
            return self._later(joined, attempt) if joined.end in (Status.LATER, Status.UNKNOWN) else None
        return None

    def _no(self, due: DuePost, outcome: Outcome) -> None:
        if outcome.end in (Status.UNREACHABLE, Status.NOT_MEMBER):
            self._unreachable(due, outcome.reason)
        else:
            self._give_up(due, outcome.reason or UNDRAWABLE)

    def _shared(self, due: DuePost, decision: AudienceDecision) -> None:
        if due.ts is None and due.thread_of is not None:
            self._thread_moves(due, decision.reason)
            return
        if due.ts is None:
            self._elsewhere(due, Why(decision.routed), decision.reason)
        elif self._claim_removal(due):
            self._take_out(due, decision)

    def _claim_removal(self, due: DuePost) -> bool:
        place, now, lease = due.place, self._means.now(), self._means.secure()
        assert place is not None
        with self._means.db.transaction() as session:
            return post_records.claim_removal(session, lease, due, place, now)

    def _take_out(self, due: DuePost, decision: AudienceDecision) -> None:
        assert due.place is not None and due.ts is not None
        outcome = self._take_away(due, due.place, due.ts)
        if outcome.end in (Status.LATER, Status.UNKNOWN):
            until, is_known = self._later(outcome, due.attempts + 1), outcome.end is Status.LATER
            self._means.record(
                lambda s, lease: post_records.record_removal_failed(s, lease, due, until, outcome.reason, is_known)
            )
        elif outcome.end is Status.STOPPED:
            now = self._means.now()
            self._means.record(
                lambda s, lease: post_records.record_removal_failed(s, lease, due, now, outcome.reason, is_known=True)
            )
            self._stop(outcome.reason)
        elif outcome.end is Status.DONE:
            self._was_taken_out(due, Why(decision.routed), decision.reason)
        else:
            self._cannot_delete(due, Why(decision.routed), outcome)

    def _was_taken_out(self, due: DuePost, why: Why, reason: str) -> None:
        now = self._means.now()
        decision = elsewhere(self._about(due), why)
        self._means.record(lambda s, lease: dead_letters.taken_out(s, lease, due, decision, reason, now))

    def _cannot_delete(self, due: DuePost, why: Why, refused: Outcome) -> None:
        """Slack does not let it be taken away: its words go, and what lives on is told elsewhere."""
        reason = f"A message stands where others read it and cannot be deleted: {refused.reason}"
        if due.kind == previews.KIND or not (due.state == "blanked" or self.blank(due, None)):
            self._give_up(due, reason)
            return
        now, decision = self._means.now(), elsewhere(self._about(due), why)
        if isinstance(decision, Reroute) and decision.owner is not None:
            self._means.record(lambda s, lease: dead_letters.tell_owner(s, lease, due, why, reason, now, is_left=True))
        else:
            self._means.record(lambda s, lease: post_records.record_blanked(s, lease, due, None))

    def blank(self, due: DuePost, until: datetime | None) -> bool:
        """Take the words out of what stands there until it can be taken away; False when that was not done."""
        if due.state == "blanked" or due.kind == previews.KIND or not (until is None or self._claim_removal(due)):
            return False
        assert due.place is not None and due.ts is not None
        mark = delivery_token(self._means.workspace_id, due)
        outcome = self._means.sender.change(due.place, due.ts, blanked(), mark)
        if outcome.end is Status.GONE:
            outcome = DONE
        if outcome.end is Status.DONE:
            self._means.record(lambda s, lease: post_records.record_blanked(s, lease, due, until))
        return outcome.end is Status.DONE

    def _about(self, due: DuePost) -> About:
        """What the rule of audience must know of it; what stood for too long need not be said again."""
        is_past = due.ts is not None and kinds.is_past(due.kind, due.facts, due.created_at, self._means.now())
        return replace(due.about, is_over=due.about.is_over or is_past)

    def _take_away(self, due: DuePost, place: str, ts: str) -> Outcome:
        if due.kind == previews.KIND:
            return self._means.sender.empty_previews(place, ts, due.facts["urls"], previews.EMPTY)
        return self._means.sender.delete(place, ts)

    def _unreachable(self, due: DuePost, reason: str) -> None:
        if due.ts is None and due.thread_of is not None:
            self._thread_moves(due, reason)
        else:
            self._elsewhere(due, Why.UNREACHABLE, reason)

    def _elsewhere(self, due: DuePost, why: Why, reason: str) -> None:
        """Its channel is closed to it, and it stands there no longer."""
        now, decision = self._means.now(), elsewhere(self._about(due), why)
        if isinstance(decision, Reroute):
            to = decision
            self._means.record(lambda s, lease: dead_letters.reroute(s, lease, due, to, reason, now))
        elif decision.is_loss:
            self._give_up(due, reason)
        else:
            left_at = now if why is Why.UNREACHABLE else None
            self._means.record(lambda s, lease: dead_letters.retract(s, lease, due, left_at))

    def _thread_moves(self, due: DuePost, reason: str) -> None:
        """Have the card above looked at first: it goes elsewhere, and the line follows it."""
        if due.attempts >= MOST_TRIES_IN_THREAD:
            self._give_up(due, reason)
            return
        now = self._means.now()
        later = now + backoff(due.attempts)
        self._means.record(lambda s, lease: post_records.record_change_failed(s, lease, due, later, reason))
        self._means.record(lambda s, lease: dead_letters.move_parent(s, lease, due, now))

    def _give_up(self, due: DuePost, reason: str) -> None:
        self._plain.discard(due.id)
        self._means.record(lambda s, lease: dead_letters.give_up(s, lease, due, reason, self._means.now()))

    def _stop(self, reason: str) -> None:
        now = self._means.now()
        self.stopped = True
        self._means.record(lambda s, lease: dead_letters.announce_stop(s, lease, reason, now))
        self._means.record(lambda s, lease: post_records.stop(s, lease, reason))

    def _later(self, outcome: Outcome, attempt: int) -> datetime:
        wait = backoff(attempt) if outcome.retry_after is None else timedelta(seconds=outcome.retry_after)
        return self._means.now() + wait
