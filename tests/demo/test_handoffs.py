"""The demo's handoff: of people and an account that are there, in words that the form would have taken."""

from bot.demo import handoffs
from bot.demo.samples import ACCOUNTS
from bot.handoffs.forms import PART_LENGTH
from bot.sandbox.seed import DEFAULT


def test_it_is_of_people_and_an_account_of_the_samples():
    people = {person["id"]: person.get("email") for person in DEFAULT.users}
    account = next(account for account in ACCOUNTS if account.name == handoffs.ACCOUNT)
    assert handoffs.PRIYA in people and account.owner == people[handoffs.MARCO]
    words = (handoffs.PROMISED, handoffs.EXPECTS, handoffs.RISKS, handoffs.FIRST)
    assert all(0 < len(part) <= PART_LENGTH for part in words)
