"""The nightly look: once scores are made, all signals are looked at, and each owner gets one proposal at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select

from bot.accounts import proposing
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.policy import Policy
from bot.core.product_names import is_named, owned_by
from bot.core.proposing import NOTHING_TOLD, is_enough, waited_since
from bot.db.scope import among, within
from bot.db.work import Work
from bot.health import stored
from bot.health.events import NightScored
from bot.models import Account, AccountHealth, Contract, GrowthProposal, Member, NotEligible, Opportunity
from bot.opportunities import products, proposals
from bot.opportunities.facts import ProposalCard, Signals
from bot.opportunities.job_kinds import GrowthJob
from bot.opportunities.rules import (
    Candidate,
    PeerShare,
    Seats,
    has_been_well,
    seats_grown,
)
from bot.opportunities.stages import GrowthKind
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.usage import queries as usage
from bot.usage.queries import Trends
from bot.usage.rules import Trend, growing, of_product
from bot.workspace import context

AT_A_TIME = 5
"""Accounts of one owner that are looked at closely together."""


class _Kept(NamedTuple):
    """An account with the owner who may hear of it; `segment` in small letters, `segment_words` as it is written."""

    id: int
    name: str
    tier: str
    segment: str
    segment_words: str
    owner_id: int
    owner_slack: str


Chosen = tuple[_Kept, Candidate, Signals]
"""Where, what, and what speaks for it."""


class _Sold(NamedTuple):
    """A running contract, or one that ended lately."""

    account_id: int
    name: str
    is_running: bool
    seats: Seats


@dataclass(slots=True)
class _Book:
    """What the workspace's accounts have, and what was said of them before."""

    names: dict[int, str]
    keys: dict[int, str]
    contracts: dict[int, list[_Sold]] = field(default_factory=dict)
    owned: dict[int, frozenset[int]] = field(default_factory=dict)
    spent: set[tuple[int, int]] = field(default_factory=set)
    owners: dict[tuple[str, int], int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    usage: Trends = field(default_factory=dict)

    def share(self, account: _Kept, product_id: int) -> PeerShare:
        """How many other accounts of its segment have the product; the account itself has not."""
        if not account.segment:
            return PeerShare(0, 0)
        return PeerShare(self.owners.get((account.segment, product_id), 0), self.sizes[account.segment] - 1)


def plan_look(work: Work, event: NightScored) -> None:
    """Have the signals looked at by the scores of this night. A look that has not run yet is this one."""
    look = Job(GrowthJob.LOOK, f"workspace:{work.workspace_id}", "", work.now, 1500)
    jobs.schedule(work, [look], keep=True)


def read_ahead(work: Work, row: DueJob) -> list[Chosen] | None:
    """Choose before anything is written: over a book of 40,000 accounts that takes seconds."""
    return choose(work)


def run_look(work: Work, rows: Sequence[DueJob]) -> None:
    """Propose to each owner who has had nothing lately what speaks most, where nothing speaks against it."""
    today = local_date(work.now, context.of(work).zone)
    ahead = [work.ahead[row.id] for row in rows if row.id in work.ahead]
    found = ahead[0] if ahead else choose(work)
    assert isinstance(found, list)
    _tell(work, _as_it_was(work, found, today) if ahead else found, today)


def choose(work: Work) -> list[Chosen]:
    """For each owner who has had nothing lately, what speaks most, where nothing speaks against it."""
    sold = products.sold(work)
    if not sold:
        return []
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    kept = _kept(work, today)
    if not kept:
        return []
    book = _book(work, sold, today, {one.segment for one in kept.values()}, kept)
    found: list[Chosen] = []
    waiting = {
        owner_id: _by_account(candidates)
        for owner_id, candidates in _candidates(book, kept.values(), ws.policies.of, today).items()
    }
    while waiting:
        few = {owner_id: [next(one, None) for _ in range(AT_A_TIME)] for owner_id, one in waiting.items()}
        near = [one for several in few.values() for group in several if group for one in group]
        spoken = _spoken(work, book, kept, near, today)
        for owner_id, several in few.items():
            best = next((spoken[one] for group in several if group for one in group if one in spoken), None)
            if best is not None:
                found.append(best)
            if best is not None or None in several:
                del waiting[owner_id]
    return found


def _kept(work: Work, today: date) -> dict[int, _Kept]:
    """The active accounts whose owners are there and have not had enough."""
    keep = {(owner_id, tier) for owner_id, tier in work.rows(_OWNERS, today=today)}
    keep -= _full(work, keep, today)
    if not keep:
        return {}
    rows = work.rows(_KEPT, today=today, ids=sorted({owner_id for owner_id, _ in keep}))
    return {
        account_id: _Kept(account_id, name, tier, segment.casefold(), segment, owner_id, slack_id)
        for account_id, name, tier, segment, owner_id, slack_id in rows
        if (owner_id, tier) in keep
    }


def _full(work: Work, wanted: Collection[tuple[int, str]], today: date) -> set[tuple[int, str]]:
    """Those (owner, tier) where the owner has had enough of proposals to hear of another at an account of the tier.

    A night chooses before the morning brings anything: so growth waits a day longer, and what is rarer comes first.
    """
    owners = {owner_id for owner_id, _ in wanted}
    told, policies = proposing.told(work, owners), context.of(work).policies
    last = _last_told(work, owners, today)
    found = set()
    for owner_id, tier in wanted:
        apart = policies.of(tier).proposals_to_person_days + 1
        days = (today - last[owner_id]).days if owner_id in last else None
        if is_enough(told.get(owner_id, NOTHING_TOLD), waited_since(days, apart), apart):
            found.add((owner_id, tier))
    return found


def _last_told(work: Work, owner_ids: Collection[int], today: date) -> dict[int, date]:
    """Owner → the day of the last proposal of growth to them."""
    rows = work.rows(_LAST_TOLD, ids=list(owner_ids), since=today - proposing.YEAR)
    return {row[0]: row[1] for row in rows}


def _book(work: Work, sold: dict[int, str], today: date, segments: Collection[str], kept: Mapping[int, _Kept]) -> _Book:
    """What all accounts of these segments have, and what was proposed, opened or refused at those that are kept."""
    book = _Book(sold, products.keys(sold))
    rows = work.rows(_SOLD, since=today - timedelta(days=366 * 2))
    segment_of: dict[int, str] = {}
    contracts: dict[int, list[_Sold]] = defaultdict(list)
    for account_id, segment, name, status, seats, before, changed, began, ends in rows:
        segment_of[account_id] = segment.casefold()
        if status is not None:
            running = status == "active"
            contracts[account_id].append(
                _Sold(account_id, name, running, Seats(seats, before, changed, began, None if running else ends))
            )
    book.contracts = contracts
    for account_id, segment in segment_of.items():
        if segment not in segments and account_id not in kept:
            continue
        book.sizes[segment] = book.sizes.get(segment, 0) + 1
        owned = owned_by(book.keys, [one.name for one in contracts.get(account_id, ()) if one.is_running])
        book.owned[account_id] = owned
        for product_id in owned:
            book.owners[segment, product_id] = book.owners.get((segment, product_id), 0) + 1
    book.spent = _spent(work, today)
    tiers = {account.tier for account in kept.values()}
    policies = context.of(work).policies
    least = min(policies.of(tier).growth_usage_percent for tier in tiers)
    book.usage = usage.grown(work, least, today)
    return book


def _spent(work: Work, today: date, account_ids: Collection[int] | None = None) -> set[tuple[int, int]]:
    """(account, product) of what is refused, open, or was proposed or decided too lately to be proposed again.

    `account_ids`: at these accounts alone.
    """
    policies = context.of(work).policies
    given: dict[str, Any] = {} if account_ids is None else {"ids": list(account_ids)}
    refused, opened, told = _SPENT if account_ids is None else _SPENT_AT_SOME
    found = {(row.account_id, row.product_id) for row in work.rows(refused, **given)}
    rows = work.rows(opened, since=work.now - timedelta(days=730), **given)
    zone = context.of(work).zone
    for account_id, product_id, closed_at, tier in rows:
        days = policies.of(tier).growth_again_days
        if closed_at is None or (today - local_date(closed_at, zone)).days < days:
            found.add((account_id, product_id))
    for account_id, product_id, told_on, tier in work.rows(told, first=today - timedelta(days=730), **given):
        if (today - told_on).days < policies.of(tier).growth_again_days:
            found.add((account_id, product_id))
    return found


# Built once: every night asks these.
_A, _M, _C, _S = (model.__table__.c for model in (Account, Member, Contract, AccountHealth))
_G, _N, _O = (model.__table__.c for model in (GrowthProposal, NotEligible, Opportunity))
# An owner belongs to the team and is not away.
_IS_THERE = (_M.is_outsider.is_(False), _M.away_until.is_(None) | (_M.away_until < bindparam("today")))
_OWNERS = (
    select(_M.id, _A.tier)
    .join_from(Member.__table__, Account.__table__, _A.owner_id == _M.id)
    .where(_M.workspace_id == bindparam("of"), _A.is_active.is_(True), *_IS_THERE)
    .distinct()
)
_OF_OWNERS = Account.__table__.join(Member.__table__, _M.id == _A.owner_id)
_KEPT = (
    select(_A.id, _A.name, _A.tier, _A.segment, _M.id, _M.slack_id)
    .select_from(_OF_OWNERS)
    .where(_A.workspace_id == bindparam("of"), _A.is_active.is_(True), *_IS_THERE, among(_M.id))
)
_STILL = (
    select(_A.id, _A.owner_id)
    .select_from(_OF_OWNERS)
    .where(within(_A.workspace_id, bindparam("of")), among(_A.id), _A.is_active.is_(True), *_IS_THERE)
)
_LAST_TOLD = (
    select(_G.told_to_id, func.max(_G.told_on))
    .where(_G.workspace_id == bindparam("of"), among(_G.told_to_id), _G.told_on > bindparam("since"))
    .group_by(_G.told_to_id)
)
_SCORES = select(_S.account_id, _S.score).where(within(_S.workspace_id, bindparam("of")), among(_S.account_id))
_RUNS = (_C.status == "active") | ((_C.status == "ended") & (_C.renewal_date > bindparam("since")))
_SOLD = (
    select(
        _A.id,
        _A.segment,
        _C.name,
        _C.status,
        _C.seats,
        _C.seats_before,
        _C.seats_on,
        _C.start_date,
        _C.renewal_date,
    )
    .outerjoin_from(Account.__table__, Contract.__table__, (_C.account_id == _A.id) & _RUNS)
    .where(_A.workspace_id == bindparam("of"), _A.is_active.is_(True))
)


def _spent_at(at: Callable[[Any], tuple[ColumnElement[bool], ...]]) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What is refused, what was opened, and what was proposed, at the accounts that `at` gives the conditions of."""
    tiers = Account.__table__
    refused = select(_N.account_id, _N.product_id).where(*at(_N))
    opened = select(_O.account_id, _O.product_id, _O.closed_at, _A.tier).where(
        *at(_O), _O.product_id.is_not(None), _O.closed_at.is_(None) | (_O.closed_at > bindparam("since"))
    )
    told = select(_G.account_id, _G.product_id, _G.told_on, _A.tier).where(*at(_G), _G.told_on > bindparam("first"))
    return (
        refused,
        opened.join_from(Opportunity.__table__, tiers, _A.id == _O.account_id),
        told.join_from(GrowthProposal.__table__, tiers, _A.id == _G.account_id),
    )


_SPENT = _spent_at(lambda columns: (columns.workspace_id == bindparam("of"),))
_SPENT_AT_SOME = _spent_at(lambda columns: (within(columns.workspace_id, bindparam("of")), among(columns.account_id)))


def _candidates(
    book: _Book, kept: Iterable[_Kept], policy_of: Callable[[str], Policy], today: date
) -> dict[int, list[Candidate]]:
    """Owner → what contracts alone speak for at their accounts, the strongest first."""
    found: dict[int, list[Candidate]] = defaultdict(list)
    for account in kept:
        policy, owned = policy_of(account.tier), book.owned.get(account.id, frozenset())
        if not any(one.is_running for one in book.contracts.get(account.id, ())):
            continue
        for product_id in book.names:
            if (account.id, product_id) in book.spent:
                continue
            if product_id in owned:
                trends = book.usage.get(account.id, ())
                grown = _grown(book, account.id, product_id, policy, today, trends)
                if grown is not None:
                    one = Candidate(account.id, product_id, GrowthKind.UPSELL, grown.strength)
                    found[account.owner_id].append(one)
                continue
            share = book.share(account, product_id)
            if share.speaks(policy.growth_peer_percent):
                strength = share.have / share.peers
                found[account.owner_id].append(Candidate(account.id, product_id, GrowthKind.CROSS_SELL, strength))
    return {owner_id: sorted(several, key=lambda one: one.order) for owner_id, several in found.items()}


def _by_account(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """The candidates an account at a time, the account with the strongest first."""
    groups: dict[int, list[Candidate]] = {}
    for one in candidates:
        groups.setdefault(one.account_id, []).append(one)
    return iter(groups.values())


class _Growth(NamedTuple):
    """What of a product an account uses more: seats, then and now, or how its usage went; not both are None."""

    seats: tuple[int, int] | None
    usage: Trend | None

    @property
    def strength(self) -> float:
        """How much more it is, as a share of what it was: of seats or usage whatever grew more."""
        by_seats = (self.seats[1] - self.seats[0]) / self.seats[0] if self.seats else 0.0
        return max(by_seats, self.usage.change / 100 if self.usage else 0.0)


def _grown(
    book: _Book, account_id: int, product_id: int, policy: Policy, today: date, trends: Sequence[Trend]
) -> _Growth | None:
    key = book.keys[product_id]
    sold = book.contracts.get(account_id, ())
    seats = None
    if any(one.seats.seats is not None for one in sold):
        named = [one.seats for one in sold if is_named(key, one.name)]
        seats = seats_grown(named, today - timedelta(days=policy.growth_seat_days), today)
    own = of_product(trends, product_id, book.owned[account_id] == {product_id})
    used = growing(own, policy.growth_usage_percent, today)
    return _Growth(seats, used) if seats or used else None


def _spoken(
    work: Work, book: _Book, kept: dict[int, _Kept], near: Sequence[Candidate], today: date
) -> dict[Candidate, Chosen]:
    """Those of these candidates that may be told today, with what speaks for them."""
    ids = sorted({one.account_id for one in near})
    quiet = proposing.held_off_of(work, ids)
    trends = usage.trends_of(work, ids)
    policies = context.of(work).policies
    longest = max((policies.of(kept[one].tier).growth_score_days for one in ids), default=0)
    points = stored.points_since(work, ids, today - timedelta(days=longest)) if ids else {}
    scores = {row.account_id: row.score for row in work.rows(_SCORES, ids=ids)}
    found = {}
    for one in near:
        account = kept[one.account_id]
        policy = policies.of(account.tier)
        if account.id in quiet:
            continue
        if one.kind is GrowthKind.CROSS_SELL:
            share = book.share(account, one.product_id)
            signals = Signals(peers=share.peers, peers_have=share.have, segment=account.segment_words)
        else:
            score = scores.get(account.id)
            is_well = has_been_well(points.get(account.id, ()), policy.growth_score, policy.growth_score_days, today)
            grown = _grown(book, account.id, one.product_id, policy, today, trends.get(account.id, ()))
            if score is None or score < policy.growth_score or not is_well or grown is None:
                continue
            signals = Signals(score, policy.growth_score, policy.growth_score_days, **_signs(grown, policy))
        found[one] = (account, one, signals)
    return found


def _signs(grown: _Growth, policy: Policy) -> dict[str, Any]:
    signs: dict[str, Any] = {}
    if grown.seats:
        signs |= {"seats_before": grown.seats[0], "seats": grown.seats[1], "seat_days": policy.growth_seat_days}
    if grown.usage:
        signs |= {
            "usage_measure": grown.usage.measure,
            "usage_percent": grown.usage.change,
            "usage_ends_on": str(grown.usage.ends_on),
        }
    return signs


def _as_it_was(work: Work, chosen: Sequence[Chosen], today: date) -> list[Chosen]:
    """Those that still hold: between the choice and this moment somebody may have written."""
    accounts = [account.id for account, *_ in chosen]
    still = {(row.id, row.owner_id) for row in work.rows(_STILL, ids=accounts, today=today)}
    full = _full(work, {(account.owner_id, account.tier) for account, *_ in chosen}, today)
    spent, sold = _spent(work, today, accounts), products.sold(work)
    quiet = proposing.held_off_of(work, accounts)
    return [
        (account, one, signals)
        for account, one, signals in chosen
        if (account.id, account.owner_id) in still
        and (account.owner_id, account.tier) not in full
        and account.id not in quiet
        and one.product_id in sold
        and (account.id, one.product_id) not in spent
    ]


def _tell(work: Work, chosen: Sequence[Chosen], today: date) -> None:
    if not chosen:
        return
    names = products.sold(work)
    table = GrowthProposal.__table__
    rows = [
        {
            "workspace_id": work.workspace_id,
            "account_id": account.id,
            "product_id": one.product_id,
            "kind": one.kind.value,
            "signals": signals.to_facts(),
            "told_to_id": account.owner_id,
            "told_on": today,
            "answer": "",
        }
        for account, one, signals in chosen
    ]
    inserted = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    numbers = list(work.session.execute(inserted, rows).scalars())
    wanted = []
    for number, (account, one, signals) in zip(numbers, chosen, strict=True):
        card = ProposalCard(
            number,
            account.id,
            account.name,
            one.product_id,
            names[one.product_id],
            one.kind.value,
            str(today),
            signals,
        )
        to = account.owner_slack
        wanted.append(OutgoingPost(proposals.key(number), proposals.KIND, card.to_facts(), recipient=to, owner=to))
    outgoing.put(work, wanted)
