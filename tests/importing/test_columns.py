import pytest

from bot.importing.rules.columns import ACCOUNT_FIELDS, CONTRACT_FIELDS, Fields, header_key, match_headers
from bot.importing.rules.usage_columns import USAGE_FIELDS

RAVENSTACK_ACCOUNTS = (
    "account_id,account_name,industry,country,signup_date,referral_source,plan_tier,seats,is_trial,churn_flag"
)
RAVENSTACK_SUBSCRIPTIONS = (
    "subscription_id,account_id,start_date,end_date,plan_tier,seats,mrr_amount,arr_amount,is_trial,upgrade_flag,"
    "downgrade_flag,churn_flag,billing_frequency,auto_renew_flag"
)
RAVENSTACK_USAGE = (
    "usage_id,subscription_id,usage_date,feature_name,usage_count,usage_duration_secs,error_count,is_beta_feature"
)


def named(headers: list[str], fields: Fields, mapping: dict[str, str] | None = None) -> dict[str, str]:
    return {name: headers[at] for name, at in match_headers(headers, fields, mapping).columns.items()}


@pytest.mark.parametrize("fields", [ACCOUNT_FIELDS, CONTRACT_FIELDS, USAGE_FIELDS])
def test_no_header_means_two_fields(fields: Fields) -> None:
    meanings: dict[str, str] = {}
    for name, synonyms in fields.items():
        for word in dict.fromkeys(header_key(word) for word in (name, *synonyms)):
            assert meanings.setdefault(word, name) == name, word


def test_ravenstack_accounts_fit_without_a_map() -> None:
    headers = RAVENSTACK_ACCOUNTS.split(",")
    assert named(headers, ACCOUNT_FIELDS) == {
        "external_id": "account_id",
        "name": "account_name",
        "tier": "plan_tier",
        "industry": "industry",
        "country": "country",
        "is_trial": "is_trial",
        "churned": "churn_flag",
        "signup_date": "signup_date",
    }
    assert match_headers(headers, ACCOUNT_FIELDS).unknown == ("referral_source", "seats")


def test_ravenstack_subscriptions_fit_without_a_map() -> None:
    headers = RAVENSTACK_SUBSCRIPTIONS.split(",")
    assert named(headers, CONTRACT_FIELDS) == {
        "external_id": "subscription_id",
        "account_external_id": "account_id",
        "start_date": "start_date",
        "end_date": "end_date",
        "plan": "plan_tier",
        "seats": "seats",
        "monthly_value": "mrr_amount",
        "annual_value": "arr_amount",
        "is_trial": "is_trial",
        "churned": "churn_flag",
        "billing_frequency": "billing_frequency",
        "auto_renew": "auto_renew_flag",
    }
    assert match_headers(headers, CONTRACT_FIELDS).unknown == ("upgrade_flag", "downgrade_flag")


def test_ravenstack_usage_fits_without_a_map() -> None:
    headers = RAVENSTACK_USAGE.split(",")
    assert named(headers, USAGE_FIELDS) == {
        "external_id": "usage_id",
        "contract_external_id": "subscription_id",
        "day": "usage_date",
        "feature": "feature_name",
        "amount": "usage_count",
        "seconds": "usage_duration_secs",
        "errors": "error_count",
        "beta": "is_beta_feature",
    }


@pytest.mark.parametrize(
    "header", ["Contract End", "Renewal Date", "End Date", "END-DATE", "\ufeffend_date", " enddate*"]
)
def test_case_spaces_and_punctuation_do_not_matter(header: str) -> None:
    assert named([header], CONTRACT_FIELDS) == {"end_date": header}


@pytest.mark.parametrize("header", ["Account Name", "Customer", "Company"])
def test_an_accounts_name_has_many_headers(header: str) -> None:
    assert named([header], ACCOUNT_FIELDS) == {"name": header}
    assert named([header], CONTRACT_FIELDS) == {"account_name": header}


def test_the_surer_column_wins_and_the_other_is_named() -> None:
    matched = match_headers(["Company", "Account Name", "Nickname", ""], ACCOUNT_FIELDS)
    assert matched.columns == {"name": 1}
    assert matched.duplicates == (("name", "Company"),)
    assert matched.unknown == ("Nickname",)
    assert matched.missing(("name", "owner")) == ("owner",)


def test_the_same_header_twice_is_read_once() -> None:
    matched = match_headers(["Name", "Name"], ACCOUNT_FIELDS)
    assert matched.columns == {"name": 0}
    assert matched.duplicates == (("name", "Name"),)


def test_a_persons_map_goes_first() -> None:
    headers = ["Account Name", "Kunde", "ID"]
    matched = match_headers(headers, ACCOUNT_FIELDS, {"kunde": "name", "Account Name": "aliases"})
    assert matched.columns == {"name": 1, "aliases": 0, "external_id": 2}
    assert (matched.unknown, matched.duplicates) == ((), ())


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"Kunde": "nome"}, "The fields are: external_id"),
        ({"Klant": "name"}, "Its columns are: Kunde, Firma"),
        ({"Kunde": "name", "Firma": "name"}, "Map one"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        match_headers(["Kunde", "Firma"], ACCOUNT_FIELDS, mapping)


def test_a_currency_column_belongs_to_the_amount_it_is_called_after_or_stands_beside() -> None:
    headers = ["id", "value", "value currency", "annual_value", "monthly_value", "currency"]
    assert named(headers, CONTRACT_FIELDS)["value_currency"] == "value currency"
    assert named(headers, CONTRACT_FIELDS)["currency"] == "currency"
    headers = ["id", "value", "value currency", "annual_value", "annual_value currency"]
    found = named(headers, CONTRACT_FIELDS)
    assert (found["value_currency"], found["annual_value_currency"]) == ("value currency", "annual_value currency")
    assert "currency" not in found
    assert match_headers(headers, CONTRACT_FIELDS).unknown == ()


@pytest.mark.parametrize(
    ("headers", "places"),
    [
        (["value", "deal currency", "name"], {"value_currency": 1}),
        (["deal currency", "value", "name"], {"value_currency": 0}),
        (["value", "name", "deal currency"], {"currency": 2}),
        (["value", "name", "deal currency", "start_date", "other currency"], {}),
        (["value (k)", "name", "value currency", "start_date", "other currency"], {"value_currency": 2, "currency": 4}),
    ],
)
def test_another_currency_column_belongs_to_the_amount_beside_it_or_to_all_where_it_is_alone(
    headers: list[str], places: dict[str, int]
) -> None:
    found = match_headers(headers, CONTRACT_FIELDS).columns
    assert {name: at for name, at in found.items() if "currency" in name} == places


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        ("ARR, ARR Currency, MRR, MRR Currency Code", {"annual_value_currency": 1, "monthly_value_currency": 3}),
        ("ARR (k), ARR Currency, Currency", {"annual_value_currency": 1, "currency": 2}),
        ("Region Currency, Value", {"value_currency": 0}),
        ("Value, Region Currency", {"value_currency": 1}),
        ("Value, Plan, Region Currency", {"currency": 2}),
        ("Value, Plan, Region Currency, Home Currency", {}),
        ("Value, Converted Currency", {}),
        ("Currency, Plan, Value, Plan Tier, Deal Currency", {"currency": 0}),
        ("Currency, Value, Deal Currency", {"currency": 0}),
        ("Value, Value Currency, Value Currency Code", {"value_currency": 1, "currency": 2}),
        ("Betrag, Betrag Währung", {"value_currency": 1}),
    ],
)
def test_a_column_of_currencies_belongs_to_its_amount(headers: str, columns: dict[str, int]) -> None:
    found = match_headers(headers.split(", "), CONTRACT_FIELDS).columns
    assert {name: at for name, at in found.items() if "currency" in name} == columns


def test_of_two_amounts_with_units_the_first_counts_and_the_other_is_told() -> None:
    matched = match_headers(["ARR (EUR k)", "ARR in USD", "MRR (cents)", "Foo (EUR)"], CONTRACT_FIELDS)
    assert dict(matched.columns) == {"annual_value": 0, "monthly_value": 2}
    assert matched.duplicates == (("annual_value", "ARR in USD"),)
    assert matched.unknown == ("Foo (EUR)",)
    assert {name: unit.words for name, unit in matched.units.items()} == {
        "annual_value": "EUR k",
        "monthly_value": "cents",
    }
    plain = match_headers(["ARR (EUR k)", "ARR"], CONTRACT_FIELDS)
    assert (dict(plain.columns), plain.duplicates) == ({"annual_value": 1}, (("annual_value", "ARR (EUR k)"),))
    assert not plain.units
    assert match_headers(["Account Name (EUR)"], ACCOUNT_FIELDS).unknown == ("Account Name (EUR)",)
