"""Samples of digests: the message, on time and late, the list in every state, the form, a preview and why one came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

from bot.accounts.digest_parts import DigestItem
from bot.core.hours import UNKNOWN
from bot.digests.choice import DigestChoice, DigestOutcome, DigestStanding, LastDelivery, SetUpDigest, Timing
from bot.digests.content import DIGEST
from bot.digests.facts import Digest
from bot.digests.forms import OfferedScopes, digest_form
from bot.digests.messages import render_digest, why_digest, why_earlier
from bot.digests.messages_list import list_view, preview_view
from bot.digests.scope import Rhythm, ScopeKind
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, post, view

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN = DigestChoice(ScopeKind.ME, Timing(Rhythm.DAILY))
TEAM = DigestChoice(ScopeKind.TEAM, Timing(Rhythm.WEEKLY, (0,), time(8)), 3, channel="C0123456789")


def samples(person: str) -> Iterator[Sample]:
    """One's own digest, and what stands behind `/digest`."""
    digest = _digest()
    late_since, sent_at = "2026-03-02T08:00+01:00", "2026-03-02T14:10+01:00"
    yield post(DIGEST, digest)
    yield post(DIGEST, replace(digest, setup_id=7, late_since=late_since, sent_at=sent_at))
    yield view(list_view([], NOW))
    yield view(list_view(_standings(), NOW))
    everything = OfferedScopes(True, ((3, "Dana"),), ("Retail",), True)
    for choice in (OWN, TEAM):
        # A channel that is chosen already must be there, and no sample's is.
        there = replace(choice, channel=None)
        yield view(digest_form(everything, there, [UNKNOWN], {"renewals": "Renewals"}, 7))
    yield view(preview_view(render_digest(digest.to_facts())))
    yield view(preview_view(None))
    yield view(why_digest("Dana", "segment Retail", "each Mon at 08:00 Europe/Berlin", is_own=False))
    yield view(why_earlier("daily"))


def _standings() -> list[DigestStanding]:
    """One that was never sent, each outcome, each way in which the last one fared, and a paused one."""
    made = SetUpDigest(7, 1, OWN, False, None, {}, None, None, "", NOW, "Dana")
    sent = replace(made, choice=TEAM, outcome=DigestOutcome.SENT, outcome_at=NOW, post_key="digest:7:1")
    deliveries = [
        None,
        LastDelivery("sent", NOW, is_there=True),
        LastDelivery("sent", NOW, reroute_reason="guest", is_there=True),
        LastDelivery("waiting", error="Slack did not answer"),
        LastDelivery("dead", error="Slack said: channel_not_found"),
        LastDelivery("withdrawn"),
    ]
    zone, outcomes = "Europe/Berlin", [replace(sent, outcome=one) for one in DigestOutcome]
    return [
        DigestStanding(made, zone, next_at=NOW),
        *(DigestStanding(one, zone, is_away=True, next_at=NOW) for one in outcomes),
        *(DigestStanding(sent, zone, one, NOW, is_failing=True) for one in deliveries),
        DigestStanding(replace(sent, is_paused=True), zone),
    ]


def _digest() -> Digest:
    return Digest(
        TODAY,
        "daily",
        news=(
            DigestItem("renewal:7", ACCOUNT, "€48,000 · send a proposal", LATER, "", "renewal.update", "Update…", 7),
            DigestItem("follow_up:7", ACCOUNT, WORDS, BEFORE, "", "account.story", "Story", 3, was_told=True),
        ),
        news_count=1,
        changed_count=1,
        still=(ACCOUNT,),
        still_count=1,
    )
