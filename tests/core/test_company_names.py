import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.company_names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACME, Inc.", "Acme"),
        ("The Acme Company", "acme"),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Société Générale S.A.", "societe generale"),
        ("Pizza S.p.A.", "PIZZA SpA"),
        ("J.P. Morgan", "JP Morgan"),
        ("McDonald's", "McDonald’s"),
        ("AT&T", "AT and T"),
        ("Straße AG", "STRASSE"),
        ("Ａｃｍｅ　Ｌｔｄ", "acme ltd"),
        ("Company_0", "company 0"),
        ("Foo Pty Ltd", "foo"),
    ],
)
def test_one_company_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Group", "Acme"),
        ("Acme North", "Acme South"),
        ("Company_1", "Company_11"),
        ("Inc", "Ltd"),
        ("!!!", "???"),
        ("がす", "かす"),
        ("किताब", "कतब"),
        ("C++ Ltd", "C Ltd"),
    ],
)
def test_different_companies_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_and_empty_only_for_an_empty_name(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    assert bool(key) is bool(text.strip())


@given(st.lists(st.sampled_from(["the", "acme", "inc.", "&", "Co", "S.A.", "É", "+", "x.y.z"]), max_size=6))
def test_a_key_made_of_legal_forms_is_stable_too(words: list[str]) -> None:
    key = name_key(" ".join(words))
    assert name_key(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ACME, Inc.", "acme"),
        ("The", "the"),
        ("the acme the", "acme the"),
        ("Inc", "inc"),
        ("Co Ltd", "co"),
        ("The Ltd", "ltd"),
        ("Fenwick & Rowe and Co.", "fenwick and rowe"),
        ("Fenwick &", "fenwick"),
        ("&", "and"),
        ("C++ Ltd", "c plus plus"),
        ("J.P. Morgan", "jp morgan"),
        ("A.B.C", "abc"),
        ("McDonald's", "mcdonalds"),
        ("Café ´Noir`", "cafe noir"),
        ("foo_bar-baz", "foo bar baz"),
        ("Ａｃｍｅ　Ｌｔｄ", "acme"),
        ("किताब लिमिटेड", "किताब लिमिटेड"),
        ("がす_株", "がす 株"),
        (" ?! ", "?!"),
        ("", ""),
    ],
)
def test_what_stays_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key
