"""At most one in four of what an account is told in a quarter is about us, whatever is taken back, and when."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.accounts import contacts
from bot.core.policy import default_policy
from bot.db.work import Work
from bot.errors import Refused
from bot.insights import matching
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.rules import quarter_of
from bot.models import Insight, NurtureTouch, PulseRound
from bot.nurture import actions, jobs
from bot.nurture.rules import NotNow, NurtureAnswer
from bot.workspace import members
from tests.examples import dear
from tests.factories import NOW, TODAY

DEEDS = ("propose", "offer", "send", "not sent", "not now", "another", "answer", "no answer", "quarter")


class Undone(Exception):
    """What an example has written is taken out again."""


def propose(work, account_id):
    """A nurture touch, whatever else speaks against its moment."""
    jobs._propose(work, jobs._choose(work, contacts.load(work, [account_id])))


def offer(work, account_id):
    """An insight with a pulse."""
    found = matching.pick(work, account_id)
    if found is not None:
        new = {"opened_at": work.now, "closes_on": TODAY, "closed_at": work.now, "insight_id": found.number}
        work.session.add(PulseRound(workspace_id=work.workspace_id, account_id=account_id, **new))
        work.session.flush()


def do(work, deed, account_id, by_id):
    """One thing that somebody does, as far as the bot lets them."""
    newest = work.select(NurtureTouch.id).where(NurtureTouch.account_id == account_id).order_by(NurtureTouch.id.desc())
    touch = work.session.scalar(newest.limit(1)) or 0
    with suppress(Refused):
        if deed == "propose":
            propose(work, account_id)
        elif deed == "offer":
            offer(work, account_id)
        elif deed == "send":
            actions.send(work, touch, by_id)
        elif deed == "not sent":
            actions.reopen(work, touch, by_id)
        elif deed == "not now":
            actions.not_now(work, touch, NotNow.FIT, by_id)
        elif deed == "another":
            actions.another(work, touch)
        elif deed == "answer":
            actions.answer(work, touch, NurtureAnswer.REPLIED, by_id)
        elif deed == "no answer":
            actions.say(work, touch, None, "", by_id)


def told(work, account_id):
    """Quarter → of each thing that the account was told in it, whether it is about us; from the rows, by hand.

    What waits to be sent counts if it is about us.
    """
    found = defaultdict(list)
    about_us = dict(work.session.execute(work.select(Insight.id, Insight.is_about_us)).all())
    for one in work.session.scalars(work.select(NurtureTouch).where(NurtureTouch.account_id == account_id)):
        work.session.refresh(one)
        if one.state == "sent" or (one.state == "open" and about_us[one.insight_id]):
            found[quarter_of(one.proposed_at.date())].append(about_us[one.insight_id])
    for one in work.session.scalars(work.select(PulseRound).where(PulseRound.account_id == account_id)):
        found[quarter_of(one.opened_at.date())].append(about_us[one.insight_id])
    return found


@dear(10)
@example(deeds=["offer", "offer", "propose", "send", "offer", "not sent"], ours=[False] * 4 + [True] * 2)
@given(
    deeds=st.lists(st.sampled_from(DEEDS), min_size=4, max_size=24),
    ours=st.lists(st.booleans(), min_size=4, max_size=16),
)
def test_the_share_of_ear_is_never_exceeded_whatever_is_sent_and_taken_back_in_any_order(any_scene, deeds, ours):
    one_in = default_policy("standard").nurture_own_one_in
    with suppress(Undone), Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        by = members.by_id(work, any_scene.owner.id)
        assert by is not None
        for number, is_about_us in enumerate(ours):
            about = InsightDetails(is_about_us=is_about_us, valid_until=date(2032, 1, 1))
            insight_service.add(work, f"Insight {number}", "", InsightAudience(), by, about)
        now = NOW
        for deed in deeds:
            now += timedelta(days=91 if deed == "quarter" else 1)
            do(work.at(now), deed, any_scene.account.id, any_scene.owner.id)
            for heard in told(work, any_scene.account.id).values():
                assert sum(heard) * one_in <= len(heard)
        raise Undone
