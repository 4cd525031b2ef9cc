"""An account's address in the CRM: made from its own id, and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.crm_links import address, crm_id_in, number_in

PATTERNS = (
    "https://crm.example.com/accounts/{id}",
    "https://crm.example.com/accounts/{id}/",
    "https://x.lightning.example/lightning/r/Account/{id}/view",
    "https://crm.example.com/show?type=account&id={id}",
    "http://crm.example.com/#/company/{id}",
)


@given(st.sampled_from(PATTERNS), st.text(min_size=1, max_size=40))
def test_an_id_is_read_back_from_the_address_made_of_it(pattern: str, crm_id: str) -> None:
    try:
        crm_id.encode()
    except UnicodeEncodeError:
        return
    assert crm_id_in(pattern, address(pattern, crm_id)) == crm_id


@pytest.mark.parametrize(("pattern", "crm_id"), [("", "A-1"), ("https://crm.example.com", "A-1"), (PATTERNS[0], None)])
def test_an_address_that_would_lead_nowhere_is_none(pattern: str, crm_id: str | None) -> None:
    assert address(pattern, crm_id) == ""


@pytest.mark.parametrize(
    ("url", "crm_id"),
    [
        ("https://crm.example.com/accounts/A-1", "A-1"),
        ("http://crm.example.com/accounts/A-1/?from=mail#top", "A-1"),
        ("https://crm.example.com/accounts/A%201", "A 1"),
        ("https://crm.example.com/accounts/", None),
        ("https://crm.example.com/accounts/A-1/contacts", None),
        ("https://other.example.com/accounts/A-1", None),
        ("https://crmXexample.com/accounts/A-1", None),
    ],
)
def test_only_addresses_of_the_pattern_name_an_account(url: str, crm_id: str | None) -> None:
    assert crm_id_in(PATTERNS[0], url) == crm_id


def test_a_pattern_without_a_place_for_the_id_reads_nothing() -> None:
    assert crm_id_in("https://crm.example.com", "https://crm.example.com") is None


def test_an_address_as_earlier_versions_wrote_it_still_names_an_account() -> None:
    assert number_in("https://crm.example.com/a/12?x") == 12
    assert number_in("https://crm.example.com/about") is None


def test_a_pattern_without_a_place_for_an_id_reads_none() -> None:
    assert crm_id_in("https://crm.example.com/", "https://crm.example.com/A-1") is None
