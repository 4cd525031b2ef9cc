"""Noise: the demo's year, with a team that acts and with one that does not, and every message counted.

`python -m tests.noise [days]` prints messages by place, person, kind and week, and holds them against what they may be:
no digest says what the one before said, at most three direct messages in a quiet week, nothing twice in two days, and
of all that is proposed at one account only one thing in a fortnight.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select, update

from bot import follow_ups, logs, people, pulses
from bot.app import Bot
from bot.cli.demo import begins_at, start_bot
from bot.core.company_names import name_key
from bot.core.customer_people import PersonPart
from bot.db.work import Work
from bot.digests import change
from bot.digests.choice import DigestChoice, Timing
from bot.digests.scope import Rhythm, ScopeKind
from bot.errors import Refused
from bot.handoffs import close as handoff_close
from bot.insights import service as insights
from bot.insights.facts import InsightAudience
from bot.manifest import manifest
from bot.models import Account, Contract, Delivery, FollowUp, Handoff, Member, Post, PulseRound, Renewal
from bot.people.service import PersonEntry
from bot.pulses.rules import Colour
from bot.renewals import actions
from bot.renewals.actions import RenewalChange
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.sandbox.stepping import step_to
from bot.sandbox.world.messages import Message
from bot.settings import Settings
from bot.touchpoints import log_touch
from bot.touchpoints.log_touch import NewTouchpoint
from bot.workspace import members
from bot.workspace.members import MemberView

REPS = ("U0REP1", "U0REP2")
WITH_DIGEST = (*REPS, "U0SUP1", "U0MGR1")
FOLLOWING = {
    "upcoming": "engaged",
    "engaged": "proposed",
    "proposed": "negotiating",
    "negotiating": "signed",
}
TALKS = ("Went well.", "Two small wishes, both noted.", "They asked what comes next.")
"""What is written of a talk: another one each week, as two talks are not one said twice."""

EVENTFUL = frozenset(
    {"story_line", "notice", "reminder", "health_alert", "pulse_red", "pulse_untouched", "pulse_summary", "handoff"}
)
"""Posts that say something has happened, or should: a week with one of them about a rep's accounts is not quiet."""

MOST_IN_A_QUIET_WEEK = 3

PROPOSALS = frozenset({"nurture", "growth_proposal", "referral_hint", "one_off"})
"""Posts that ask somebody to bring a customer something: at one account, one in a fortnight."""

PROMPTS = PROPOSALS | {"referral_thanks", "claim", "nurture_pause", "trigger", "call_asked"}
"""Posts that ask for a talk. A week is as quiet with them as without: they count among its direct messages."""

APART = timedelta(days=13)
"""Two proposals at one account stand further apart, whatever the hour."""


@dataclass(frozen=True)
class Heard:
    """One message as it stood when it came: where, of which kind, about which account, its words, a digest's rows."""

    at: datetime
    place: str
    person: str
    kind: str
    account: str
    words: str
    shape: str
    rows: frozenset[str] = frozenset()

    @property
    def week(self) -> date:
        """The Monday of its week."""
        return self.at.date() - timedelta(days=self.at.weekday())


class Listener:
    """Collects what the bot says, each message once."""

    def __init__(self, slack: Sandbox, bot: Bot) -> None:
        self._slack, self._bot = slack, bot
        self._known: set[tuple[str, str]] = set()
        self.heard: list[Heard] = []

    def listen(self) -> None:
        """Take in what is new since the last time."""
        channels = list(self._slack._platform.world.channels.values())
        new = [(c, m) for c in channels for m in list(c.messages.values()) if (c.id, m.ts) not in self._known]
        if not new:
            return
        with self._bot.db.reading() as session:
            posts = {
                (delivery.sent_channel, delivery.ts): post
                for post, delivery in session.execute(
                    select(Post, Delivery)
                    .join(Delivery, Delivery.post_id == Post.id)
                    .where(Delivery.ts.in_([m.ts for _, m in new]))
                )
            }
        for channel, one in new:
            self._known.add((channel.id, one.ts))
            if one.bot_id:
                post = posts.get((channel.id, one.ts))
                self.heard.append(_heard(channel.id, channel.name, channel.im_user or "", one, post))


def _heard(id: str, name: str, person: str, one: Message, post: Post | None) -> Heard:
    at = datetime.fromtimestamp(float(one.ts), UTC)
    facts: dict[str, Any] = post.facts if post else {}
    place = f"@{name}" if person else f"#{name}"
    kind = str(facts.get("code") if facts.get("code") in PROMPTS else post.kind) if post else "other"
    rows = frozenset(_row(row, facts["as_of"]) for row in facts.get("news", ()))
    return Heard(at, place, person, kind, str(facts.get("account", "")), one.text, said(one.text), rows)


def _row(row: dict[str, Any], as_of: str) -> str:
    """A row of a digest by what it says, without its numbers: which thing, what of it, and whether it is late."""
    is_late = bool(row["due_on"]) and row["due_on"] < as_of
    return f"{row['key']}: {said(row['words'])}{', late' if is_late else ''}"


def said(words: str) -> str:
    """A message without its own date and without numbers: of two that have this alike, the second says nothing new."""
    return re.sub(r"\d+", "#", re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3}( \d{4})?", "DAY", words))


def year(days: int, is_active: bool) -> tuple[list[Heard], dict[str, str]]:
    """All that is said in so many days of the demo, and who owns each account."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as exits:
        logs.set_up(Settings(log_level="ERROR"))
        clock = SandboxClock(begins_at(Path(folder)))
        slack = Sandbox(manifest=manifest(), clock=clock)
        slack.start(0)
        exits.callback(slack.stop)
        bot = start_bot(slack, clock, Path(folder), exits)
        slack.driver = bot.driver
        clock.hold()
        with Work.writing(bot.db, bot.workspace_id, clock.now()) as work:
            _ask_for_digests(work)
            _set_up_growth(work)
        listener = Listener(slack, bot)
        for _ in range(days):
            noon = (clock.now() + timedelta(days=1)).replace(hour=11, minute=0, second=0, microsecond=0)
            step_to(clock, bot.driver, noon, listener.listen)
            if noon.day == 1:
                with Work.writing(bot.db, bot.workspace_id, noon) as work:
                    _let_grow(work)
            if is_active and noon.weekday() < 5:
                with Work.writing(bot.db, bot.workspace_id, noon) as work:
                    act(work)
        listener.listen()
        return listener.heard, owners(bot)


def _ask_for_digests(work: Work) -> None:
    for slack_id in WITH_DIGEST:
        person = _person(work, slack_id)
        change.save(work, person, DigestChoice(ScopeKind.ME, Timing(Rhythm.DAILY)))


def _set_up_growth(work: Work) -> None:
    """Somebody to ask at every customer, and two customers of one-off work alone, delivered three weeks ago."""
    helen = _person(work, "U0MGR1")
    for account_id in work.session.scalars(work.select(Account.id)).all():
        people.add(work, account_id, PersonEntry(f"Robin Ward {account_id}", part=PersonPart.CHAMPION), helen.id)
    for slack_id, name in zip(REPS, ("Ostra Glass", "Tall Pines Camps"), strict=True):
        owner = _person(work, slack_id)
        account = Account(
            workspace_id=work.workspace_id,
            name=name,
            name_key=name_key(name),
            owner_id=owner.id,
            created_at=work.now,
        )
        work.session.add(account)
        work.session.flush()
        delivered = work.now.date() - timedelta(days=21)
        for what in ("Audit", "Training"):
            work.session.add(
                Contract(
                    workspace_id=work.workspace_id,
                    account_id=account.id,
                    external_id=f"{name}:{what}",
                    name=what,
                    kind="one_off",
                    status="ended",
                    renewal_date=delivered,
                    created_at=work.now,
                )
            )
    _let_grow(work)


def _let_grow(work: Work) -> None:
    """Once a month there is something new to tell, and half of the customers need more seats."""
    by = _person(work, REPS[0])
    insights.add(work, f"What changed for plants, {work.now:%B %Y}", "", InsightAudience(), by)
    work.session.execute(
        update(Contract)
        .where(Contract.workspace_id == work.workspace_id, Contract.status == "active", Contract.id % 2 == 0)
        .values(seats=40 + work.now.month, seats_before=40, seats_on=work.now.date())
    )


def _person(work: Work, slack_id: str) -> MemberView:
    person = members.find(work, slack_id)
    assert person is not None
    return person


def act(work: Work) -> None:
    """A good day's work: what waits is done. Every refusal is the bot's good right."""
    _work_on_renewals(work)
    _answer_pulses(work)
    _close_steps(work)
    _accept_handoffs(work)


def _work_on_renewals(work: Work) -> None:
    rows = work.session.execute(
        select(Renewal, Account)
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.workspace_id == work.workspace_id, Renewal.closed_at.is_(None), Renewal.carded_at.is_not(None))
    ).all()
    for renewal, account in rows:
        by = account.owner_id or _person(work, "U0MGR1").id
        with suppress(Refused):
            if renewal.stage == "invoiced":
                actions.mark_paid(work, renewal.id, by)
            elif renewal.stage == "signed":
                actions.mark_invoiced(work, renewal.id, by)
            elif renewal.claimed_by_id is None:
                actions.claim(work, renewal.id, by)
            elif work.now.weekday() == account.id % 5:
                # Each account has its day of the week: a talk with the customer, and the next stage.
                words = TALKS[work.now.isocalendar().week % len(TALKS)]
                call = NewTouchpoint(account.id, work.now - timedelta(hours=1), by, by, kind="call", words=words)
                log_touch.log(work, call)
                actions.change(work, renewal.id, by, RenewalChange(FOLLOWING[renewal.stage]))


def _answer_pulses(work: Work) -> None:
    open_rounds = work.session.scalars(
        select(PulseRound).where(PulseRound.workspace_id == work.workspace_id, PulseRound.closed_at.is_(None))
    ).all()
    for one in open_rounds:
        for number in one.asked:
            # A yellow now and then, and a red one more seldom; each person of a mind.
            nth = one.id + int(number)
            colour = Colour.RED if nth % 23 == 0 else Colour.YELLOW if nth % 7 == 0 else Colour.GREEN
            words = "" if colour is Colour.GREEN else "Slow answers."
            with suppress(Refused):
                pulses.answer(work, one.id, int(number), pulses.GivenAnswer(colour, (), words, work.now.date()))


def _close_steps(work: Work) -> None:
    due = select(FollowUp).where(
        FollowUp.workspace_id == work.workspace_id, FollowUp.done_at.is_(None), FollowUp.due_on <= work.now.date()
    )
    for step in work.session.scalars(due).all():
        with suppress(Refused):
            follow_ups.close(work, step.id, "kept" if step.is_promise else "done", step.owner_id)


def _accept_handoffs(work: Work) -> None:
    waiting = work.session.execute(
        select(Handoff.id, Member.slack_id)
        .join(Member, Member.id == Handoff.receiver_id)
        .where(Handoff.workspace_id == work.workspace_id, Handoff.state == "waiting")
    ).all()
    for number, slack_id in waiting:
        with suppress(Refused):
            handoff_close.accept(work, number, _person(work, slack_id))


def digests_that_repeat(heard: list[Heard]) -> tuple[int, int]:
    """How many digests say what the one before said to the same person, and how many there are."""
    last: dict[str, str] = {}
    repeated = count = 0
    for one in heard:
        if one.kind == "digest":
            count += 1
            repeated += last.get(one.person) == one.shape
            last[one.person] = one.shape
    return repeated, count


def rows_that_repeat(heard: list[Heard]) -> list[str]:
    """The rows that stood in the digest before as well, to the same person."""
    last: dict[str, frozenset[str]] = {}
    found: list[str] = []
    for one in heard:
        if one.kind == "digest":
            found += sorted(one.rows & last.get(one.person, frozenset()))
            last[one.person] = one.rows
    return found


def said_twice(heard: list[Heard]) -> list[Heard]:
    """Messages that say, in one place, what was said there within the two days before."""
    last: dict[tuple[str, str, str], datetime] = {}
    found = []
    for one in heard:
        # In a channel that several accounts share, each has its thread.
        key = (one.place, one.account, one.shape)
        if key in last and one.at - last[key] < timedelta(days=2):
            found.append(one)
        last[key] = one.at
    return found


def piled_up(heard: list[Heard]) -> list[Heard]:
    """Proposals at an account at which something was proposed within the fortnight before.

    What comes on the first morning the demo has made up a past for: it was proposed days before, and is left out.
    """
    last: dict[str, datetime] = {}
    found = []
    first = min((one.at.date() for one in heard), default=None)
    for one in heard:
        if one.kind in PROPOSALS and one.at.date() != first:
            if one.account in last and one.at - last[one.account] < APART:
                found.append(one)
            last[one.account] = one.at
    return found


def quiet_weeks(heard: list[Heard], owned: dict[str, str]) -> list[tuple[str, date, int]]:
    """(rep, week, direct messages) of the weeks in which nothing happened to the rep's accounts."""
    weeks = sorted({one.week for one in heard})
    busy = {(owned[one.account], one.week) for one in heard if one.kind in EVENTFUL and one.account in owned}
    direct = Counter((one.person, one.week) for one in heard if one.person)
    return [(rep, week, direct[rep, week]) for rep in REPS for week in weeks if (rep, week) not in busy]


def report(name: str, heard: list[Heard], owned: dict[str, str]) -> None:
    """Print the figures."""
    print(f"\n== {name}: {len(heard)} messages ==")
    for title, key in (("place", "place"), ("kind", "kind")):
        counts = Counter(getattr(one, key) for one in heard)
        print(f"by {title}: {', '.join(f'{what} {n}' for what, n in counts.most_common())}")
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for one in heard:
        if one.person:
            kinds[one.place][one.kind] += 1
    for place, counts in sorted(kinds.items()):
        print(f"  {place}: {', '.join(f'{kind} {n}' for kind, n in counts.most_common())}")
    weeks = sorted({one.week for one in heard})
    by_week = Counter(one.week for one in heard)
    print(f"by week: median {median(by_week[week] for week in weeks)}, most {max(by_week.values())}")
    for rep in REPS:
        direct = Counter(one.week for one in heard if one.person == rep)
        a_week = [direct[week] for week in weeks]
        print(f"  direct to {rep}: median {median(a_week)} a week, most {max(a_week)}")
    repeated, count = digests_that_repeat(heard)
    print(f"digests: {count}, of which {repeated} say what the one before said")
    print(f"rows of digests that the one before had: {len(rows_that_repeat(heard))}")
    quiet = quiet_weeks(heard, owned)
    over = [one for one in quiet if one[2] > MOST_IN_A_QUIET_WEEK]
    print(f"quiet weeks of reps: {len(quiet)}, more than {MOST_IN_A_QUIET_WEEK} direct messages in {len(over)}")
    twice = said_twice(heard)
    print(f"said twice within two days: {len(twice)} {dict(Counter(one.kind for one in twice))}")
    prompts = Counter(one.kind for one in heard if one.kind in PROMPTS)
    share = 100 * sum(prompts.values()) / max(1, len(heard))
    print(f"prompts: {share:.1f} % of all: {', '.join(f'{kind} {n}' for kind, n in prompts.most_common()) or 'none'}")
    asked = Counter((one.person, one.week) for one in heard if one.person and one.kind in PROMPTS)
    print(f"  direct to one person in a week: most {max(asked.values(), default=0)}")
    pushed = piled_up(heard)
    print(f"  at one account within a fortnight of another: {len(pushed)} {dict(Counter(one.kind for one in pushed))}")
    mornings = Counter((one.person, one.at.date()) for one in heard if one.person and one.kind == "escalations")
    print(f"escalations a person and day: most {max(mornings.values(), default=0)}")


def broken(heard: list[Heard], owned: dict[str, str]) -> list[str]:
    """What a year is not to have, and has."""
    mornings = Counter((one.person, one.at.date()) for one in heard if one.person and one.kind == "escalations")
    loud = [one for one in quiet_weeks(heard, owned) if one[2] > MOST_IN_A_QUIET_WEEK]
    found = {
        "digests that say what the one before said": digests_that_repeat(heard)[0],
        "mornings with two messages of escalations": sum(count > 1 for count in mornings.values()),
        "quiet weeks with too many direct messages": len(loud),
        "proposals at an account within a fortnight of another": len(piled_up(heard)),
        "direct messages said twice in two days": sum(bool(one.person) for one in said_twice(heard)),
    }
    return [f"{count} {what}" for what, count in found.items() if count]


def owners(bot: Bot) -> dict[str, str]:
    """Who owns each account: their Slack id, by the account's name."""
    with bot.db.reading() as session:
        rows = session.execute(select(Account.name, Member.slack_id).join(Member, Member.id == Account.owner_id))
        return dict(rows.all())


def main(days: int) -> int:
    """Both years, one after the other; 1 when either is louder than it may be."""
    logs.set_up(Settings(log_level="ERROR"))
    loud = []
    for name, is_active in (("a team that acts", True), ("a team that does not", False)):
        heard, owned = year(days, is_active)
        report(f"{name}, {days} days", heard, owned)
        loud += broken(heard, owned)
    for one in loud:
        print(f"TOO LOUD: {one}")
    return int(bool(loud))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if sys.argv[1:] else 365))
