"""The house: what a newcomer may rely on in every folder."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "scheduler")
OURS = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if not {"sandbox", "migrations"} & set(path.relative_to(ROOT).parts)
]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", OURS, ids=named)
def test_every_module_says_in_its_first_line_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        assert path.name == "__init__.py"
        return
    said = ast.get_docstring(ast.parse(text))
    assert said, "say what it is, in the field's words"
    assert not {"thought", "thinks"} & set(said.casefold().split()), "the word is job, and it runs"


def test_no_package_offers_a_name_that_hides_a_module_of_its_own() -> None:
    for path in OURS:
        if path.name == "__init__.py":
            package = named(path.parent).replace("/", ".")
            offered = {name for name, origin in _imported(path) if origin != package}
            assert not offered & {one.stem for one in path.parent.glob("*.py")}, package


def test_a_class_has_a_name_of_its_own() -> None:
    names = Counter(
        node.name
        for path in OURS
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} == set()


def test_the_tree_in_architecture_names_every_folder_that_is_there() -> None:
    tree = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for folder in sorted((ROOT / "bot").iterdir()):
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"{folder.name}/" in tree, folder.name


def test_every_path_that_the_documents_name_is_there() -> None:
    for document in ("README.md", "docs/architecture.md", "docs/contributing.md"):
        for word in (ROOT / document).read_text(encoding="utf-8").replace("`", " ").replace("(", " ").split():
            path = word.rstrip(".,:;)")
            if path.endswith(".py") and "/" in path and not {"<", "…"} & set(path):
                found = [ROOT / path, ROOT / "bot" / path, ROOT / "handlers" / path]
                assert any(one.exists() for one in found), f"{document} names {path}"


def test_a_function_takes_the_unit_of_work_and_not_its_parts() -> None:
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py"), *ROOT.glob("scheduler/**/*.py")]:
        if path == ROOT / "bot" / "db" / "work.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                taken = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                assert not {"session", "workspace_id"} <= taken, f"{path.name}: {node.name}"
                assert not {"work", "now"} <= taken, f"{path.name}: {node.name}"


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, node.module) for alias in node.names)
