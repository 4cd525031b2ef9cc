"""The demo has customers at a good moment: somebody there may be asked for a referral, and one owner is told so."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from bot.cli.demo import start_bot
from bot.db.work import Work
from bot.manifest import manifest
from bot.models import Account, ReferralHint
from bot.referrals import queries
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.workspace import members
from tests.running.asking import until

NOW = datetime(2026, 11, 30, 8, 5, tzinfo=UTC)


@pytest.mark.slow
def test_some_customers_may_be_asked_and_the_others_say_why_not(tmp_path):
    with ExitStack() as exits:
        slack = exits.enter_context(Sandbox(manifest=manifest(), clock=SandboxClock(NOW, held=True)))
        bot = start_bot(slack, slack.clock, tmp_path, exits)
        slack.driver = bot.driver

        def hints():
            with Work.reading(bot.db, bot.workspace_id, NOW) as work:
                return [(one.account_id, one.member_id) for one in work.session.scalars(work.select(ReferralHint))]

        found = until(hints, "a suggestion is there")
        with Work.reading(bot.db, bot.workspace_id, NOW) as work:
            people = {one.slack_id: one for one in members.everyone(work)}
            accounts = {one.id: one.name for one in work.session.scalars(work.select(Account))}
            owners = {one.id: one.owner_id for one in work.session.scalars(work.select(Account))}
            lists = {}
            for number, name in accounts.items():
                reader = next((one for one in people.values() if one.id == owners[number]), people["U0MGR1"])
                lists[name] = queries.referral_list(work, number, reader)
        free = {name: [p.name for p in one.people if not p.bars] for name, one in lists.items() if not one.bars}
        assert free["Acme Robotics"] == ["Ines Koval", "Ruben Hald", "Ruth Adeyemi"]
        assert len(free) < len(lists) / 2
        assert all(one.bars for name, one in lists.items() if name not in free)
        assert all(accounts[account] in free for account, _ in found)
        assert len({member for _, member in found}) == len(found), "one suggestion a person"
