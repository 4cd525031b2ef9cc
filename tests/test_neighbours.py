"""Which tests are next to what has changed."""

from __future__ import annotations

import pytest

from tests.neighbours import Graph, Minute, module_of, neighbours

GRAPH = Graph(
    {
        "bot.core.notice": {"bot.renewals.rules.terms", "tests.core.test_notice"},
        "bot.renewals.rules.terms": {"bot.cli.run", "tests.renewals.test_terms"},
        "bot.cli.run": {"tests.cli.test_run"},
        "tests.core.test_notice": set(),
        "tests.renewals.test_terms": set(),
        "tests.cli.test_run": set(),
        "tests.slack.test_notice": set(),
        "tests.core.conftest": set(),
    }
)


def test_those_of_its_name_come_first_then_who_imports_it_then_who_imports_those() -> None:
    assert neighbours(GRAPH, ["bot.core.notice"]) == [
        "tests.core.test_notice",
        "tests.slack.test_notice",
        "tests.renewals.test_terms",
    ]


def test_a_changed_test_is_its_own_neighbour_and_a_conftest_has_its_folder() -> None:
    assert neighbours(GRAPH, ["tests.cli.test_run"]) == ["tests.cli.test_run"]
    assert neighbours(GRAPH, ["tests.core.conftest"]) == ["tests.core.test_notice"]


def test_the_graph_of_the_project_knows_who_tests_what() -> None:
    assert "tests.core.test_notice" in neighbours(Graph.of_project(), ["bot.core.notice"])


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("bot/core/notice.py", "bot.core.notice"),
        ("bot/pulses/__init__.py", "bot.pulses"),
        ("README.md", None),
        ("docs/conf.py", None),
    ],
)
def test_a_file_is_a_module_or_none_of_ours(path: str, module: str | None) -> None:
    assert module_of(path) == module


def test_when_the_minute_is_over_no_further_test_begins() -> None:
    assert Minute().pytest_runtest_protocol() is None
    over = Minute(0)
    assert over.pytest_runtest_protocol() is True
    assert over.left == 1
