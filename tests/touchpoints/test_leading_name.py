"""Which account a line of `/touch` begins with, and where its words begin."""

import pytest

from bot.accounts import search as account_search
from bot.core.company_names import name_key
from bot.db.work import Work
from bot.models import Account, Workspace
from bot.touchpoints.leading_name import named
from tests.factories import NOW, make_account


@pytest.fixture
def accounts(scene):
    with scene.db.transaction() as session:
        workspace = session.get_one(Workspace, scene.workspace)
        more = ("Metropolis Foods", "Callisto Labs", "Theranova", "Sentry Group", "Visit", "Last Mile")
        for name in ("Acme Robotics", "Fenwick & Rowe Legal", "Meridian Freight", "Meridian Foods", *more):
            make_account(session, workspace, name, aliases=["F&R"] if name.startswith("Fenwick") else [])
        session.get_one(Account, scene.account.id).is_active = False
    return scene


def read(scene, line, here=None):
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        own = account_search.find_accounts(work, here)[0] if here else None
        found = named(work, line, own)
        return found.account.name if found.account else None, found.words, [a.name for a in found.offered]


@pytest.mark.parametrize(
    ("line", "account", "words"),
    [
        ("acme called Ruth", "Acme Robotics", "called Ruth"),
        ("Acme Robotics, Inc. called Ruth", "Acme Robotics", "called Ruth"),
        ("fenwick & rowe legal: met them", "Fenwick & Rowe Legal", "met them"),
        ("F&R met them", "Fenwick & Rowe Legal", "met them"),
        ("fenwick met them", "Fenwick & Rowe Legal", "met them"),
        ('"Meridian Freight" says no', "Meridian Freight", "says no"),
        ("meridian foods says no", "Meridian Foods", "says no"),
        ("meridan freight says no", "Meridian Freight", "says no"),
        ("acme", "Acme Robotics", ""),
        ("called Xaver about nothing", None, "called Xaver about nothing"),
        ("", None, ""),
    ],
)
def test_the_name_may_be_whole_an_alias_a_beginning_or_misspelt(accounts, line, account, words):
    assert read(accounts, line)[:2] == (account, words)


def test_a_beginning_of_several_names_is_offered_and_never_guessed(accounts):
    account, words, offered = read(accounts, "meridian says no")
    assert (account, words) == (None, "says no")
    assert sorted(offered) == ["Meridian Foods", "Meridian Freight"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("Met Ruth at the fair", []),
        ("call with Ruth about price", []),
        ("the customer called today", []),
        ("sent Ruth the offer", []),
        ("last friday called Ruth", []),
        ("acm called Ruth", ["Acme Robotics"]),
        ("visit with Ruth", ["Visit"]),
    ],
)
def test_an_ordinary_first_word_is_no_account_and_stays_in_the_words(accounts, line, offered):
    assert read(accounts, line) == (None, line, offered)


@pytest.mark.parametrize(
    ("line", "account", "words"),
    [
        ('"Visit" called Ruth', "Visit", "called Ruth"),
        ("last mile called Ruth", "Last Mile", "called Ruth"),
        ("metropolis met Ruth", "Metropolis Foods", "met Ruth"),
    ],
)
def test_a_name_that_is_an_ordinary_word_is_meant_in_quotes_or_whole(accounts, line, account, words):
    assert read(accounts, line)[:2] == (account, words)


@pytest.mark.parametrize(
    ("line", "account", "words"),
    [
        ("met Ruth, call again", "Metropolis Foods", "met Ruth, call again"),
        ("metropolis called Ruth", "Metropolis Foods", "called Ruth"),
    ],
)
def test_in_its_own_channel_a_word_of_what_was_done_is_not_cut_out(accounts, line, account, words):
    assert read(accounts, line, here="Metropolis Foods")[:2] == (account, words)


@pytest.mark.parametrize(
    ("line", "account", "words"),
    [
        ("called Ruth", "Acme Robotics", "called Ruth"),
        ("Acme Robotics is worried", "Acme Robotics", "Acme Robotics is worried"),
        ("acme robotics called Ruth", "Acme Robotics", "called Ruth"),
        ("acme called Ruth", "Acme Robotics", "called Ruth"),
        ("Meridian Freight called us about them", "Meridian Freight", "called us about them"),
        ("", "Acme Robotics", ""),
    ],
)
def test_in_an_accounts_channel_only_a_whole_name_means_another_account(accounts, line, account, words):
    assert read(accounts, line, here="Acme Robotics")[:2] == (account, words)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("meridian called us about them", ["Meridian Foods", "Meridian Freight", "Acme Robotics"]),
        ("callisto met Dr. Osborne yesterday", ["Callisto Labs", "Acme Robotics"]),
        ("Theranva met Dr. Osborne", ["Theranova", "Acme Robotics"]),
    ],
)
def test_in_an_accounts_channel_a_part_of_anothers_name_is_asked_about(accounts, line, offered):
    account, words, may_be = read(accounts, line, here="Acme Robotics")
    assert (account, words) == (None, line)
    assert (sorted(may_be[:-1]), may_be[-1]) == (offered[:-1], offered[-1])


def test_in_its_own_channel_a_name_alone_says_nothing(accounts):
    assert read(accounts, "acme", here="Acme Robotics") == ("Acme Robotics", "", [])


def test_among_forty_thousand_accounts_it_is_found(scene):
    with scene.db.transaction() as session:
        rows = [
            {
                "workspace_id": scene.workspace,
                "name": f"Company {n:05} Holding",
                "name_key": name_key(f"Company {n:05} Holding"),
                "aliases": [],
                "created_at": NOW,
            }
            for n in range(40_000)
        ]
        session.bulk_insert_mappings(Account, rows)
    account, words, _ = read(scene, "compny 31337 holding called Ruth about the roll-out of the new reports")
    assert (account, words) == ("Company 31337 Holding", "called Ruth about the roll-out of the new reports")
