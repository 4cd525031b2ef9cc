"""python -m tests.neighbours [REVISION]: the tests next to what has changed, nearest first, for a minute at most.

What has changed since REVISION (by default where this branch left main, and on main since the commit before), committed
or not. Nearest are changed tests and those that bear a changed module's name; then those that import it; then those
that import what imports it. `make test` runs all.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import grimp
import pytest

ROOT = Path(__file__).parents[1]
ROOTS = ("bot", "handlers", "scheduler", "tests")
SECONDS = 55


class Graph:
    """Who imports a module, and the modules there are."""

    def __init__(self, importers: Mapping[str, Iterable[str]]) -> None:
        self._importers = importers

    @classmethod
    def of_project(cls) -> Graph:
        """As the sources say just now."""
        built = grimp.build_graph(*ROOTS, cache_dir=str(ROOT / ".import_linter_cache"))
        return cls({module: built.find_modules_that_directly_import(module) for module in built.modules})

    def importers(self, module: str) -> set[str]:
        """The modules that import this one."""
        return set(self._importers.get(module, ()))

    def tests(self) -> set[str]:
        """The modules with tests in them."""
        return {module for module in self._importers if is_test(module)}


def is_test(module: str) -> bool:
    """Whether pytest looks for tests in it."""
    return module.startswith("tests.") and module.rpartition(".")[2].startswith("test_")


def module_of(path: str) -> str | None:
    """The module in a changed file, or None when it is none of ours."""
    pure = PurePosixPath(path)
    if pure.suffix != ".py" or pure.parts[0] not in ROOTS:
        return None
    parts = pure.parent.parts if pure.stem == "__init__" else (*pure.parent.parts, pure.stem)
    return ".".join(parts)


def neighbours(graph: Graph, changed: Iterable[str]) -> list[str]:
    """The test modules next to these changed modules, nearest first; each once."""
    rings: list[set[str]] = [set(), set(), set()]
    for module in changed:
        name = module.rpartition(".")[2]
        rings[0] |= (
            {module} if is_test(module) else {t for t in graph.tests() if t.rpartition(".")[2] == f"test_{name}"}
        )
        if name == "conftest":
            rings[1] |= {test for test in graph.tests() if test.startswith(module.removesuffix("conftest"))}
        near = graph.importers(module)
        rings[1] |= near
        rings[2] |= {further for one in near for further in graph.importers(one)}
    found: dict[str, None] = {}
    for ring in rings:
        found |= dict.fromkeys(sorted(filter(is_test, ring)))
    return list(found)


def changed_files(since: str | None) -> Iterator[str]:
    """What differs from that revision in the folder as it is, new files too."""
    if since is None:
        main = next(
            (name for name in ("origin/main", "main") if _git("rev-parse", "--verify", "--quiet", name)), "HEAD"
        )
        fork = "".join(_git("merge-base", main, "HEAD"))
        since = "HEAD~1" if [fork] == _git("rev-parse", "HEAD") else fork
    yield from _git("diff", "--name-only", "--diff-filter=d", since)
    yield from _git("ls-files", "--others", "--exclude-standard")


def _git(*words: str) -> list[str]:
    said = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.split("\n")[:-1]


class Minute:
    """Lets tests begin until its time is over; `left` counts those that did not."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._ends = time.monotonic() + seconds
        self.left = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> bool | None:
        """Before each test: True says that it is dealt with."""
        if time.monotonic() < self._ends:
            return None
        self.left += 1
        return True


def main(words: list[str]) -> int:
    """Run them; the exit code is pytest's."""
    changed = sorted(filter(None, map(module_of, changed_files(words[0] if words else None))))
    found = neighbours(Graph.of_project(), changed)
    print(f"{len(changed)} changed modules, {len(found)} files of tests beside them")
    if not found:
        return 0
    files = [f"{test.replace('.', '/')}.py" for test in found]
    minute = Minute()
    code = pytest.main(["-p", "no:xdist", "-m", "not slow and not browser", "-x", *files], [minute])
    if minute.left:
        print(f"{minute.left} tests further off were not run; make test runs all")
    return 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
