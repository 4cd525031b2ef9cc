"""Samples of referrals: a hint, a reminder of thanks, whom one may ask, and the form of what was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.samples import ruth
from bot.referrals import hints, notify
from bot.referrals.facts import AskablePerson, HintLine, ReferralLine, ReferralList
from bot.referrals.forms import given_form, referral_view
from bot.referrals.rules import OF_PERSON, Bar
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """Hints open and answered, referrals with and without thanks, and the list with every reason against it."""
    hint = HintLine(7, 3, ACCOUNT, 5, "Ruth", "Plant <manager>", TODAY, score=84)
    yield post(hints.KIND, hint)
    yield post(hints.KIND, replace(hint, green_on=BEFORE))
    for said in ("asked", "not_now"):
        yield post(hints.KIND, replace(hint, answer=said, answered_on=TODAY))
    given = ReferralLine(7, 3, ACCOUNT, "Ruth", TODAY, BEFORE, "Dana", BEFORE, "Dana", "Lena", "Northwind", WORDS)
    thanked = replace(given, named="", words="", thanked_on=TODAY, thanked_by="Priya")
    for one in (given, thanked, replace(given, taken_back_by="Priya")):
        yield post(notify.KIND, one)
    free = AskablePerson(5, "Ruth Okafor", WORDS, "Decider")
    barred = AskablePerson(6, "Tom Hale", "", "", tuple(sorted(OF_PERSON)), LATER, BEFORE)
    bars = tuple(bar.value for bar in Bar if bar not in OF_PERSON)
    numbers = (2, 1, 7, 5, "you", 64, BEFORE, BEFORE, 30, 60, 80, 50, 60, 180)
    told = (*numbers, (free, barred), 40, (given, thanked), 3, 2, 1)
    for why, may_change in ((bars, True), ((), True), ((), False)):
        yield view(referral_view(ReferralList(3, ACCOUNT, TODAY, why, *told, may_change)))
    yield view(referral_view(ReferralList(3, ACCOUNT, TODAY, (), *numbers, (), 0, (), 0, 0, 0, True)))
    yield view(given_form(ruth(), "V1"))
    yield view(given_form(ruth(), "V1", given))
