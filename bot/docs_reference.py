"""The parts of .env.example and README that say what the code says: written by `make docs`, held by a test."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot import features
from bot.manifest import SHORTCUTS
from bot.settings import variables
from bot.slack.commands import COMMANDS

ROOT = Path(__file__).parent.parent


def env_example() -> str:
    """The text of .env.example: every setting with what it is for, its default commented out."""
    parts = ["# Copy this to .env and fill in what you need; the process's own environment goes before it."]
    for name, setting in variables().items():
        about = textwrap.fill(setting.about, 100, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{about}\n# {name}={setting.default}")
    return "\n\n".join(parts) + "\n"


def settings_table() -> str:
    """Every setting as a Markdown table."""
    rows = [
        (f"`{name}`", setting.about, f"`{setting.default}`" if setting.default else "")
        for name, setting in variables().items()
    ]
    return _table(("Setting", "What it is for", "Default"), rows)


def commands_table() -> str:
    """Every command and shortcut as a Markdown table."""
    rows = [(f"`{f'{c.name} {c.hint}'.strip()}`", c.about, f"`{c.example}`") for c in COMMANDS]
    rows += [(f"⚡ {s.name}", s.about, f"{s.kind} shortcut") for s in SHORTCUTS]
    return _table(("In Slack", "What it does", "For example"), rows)


def tables() -> Mapping[str, str]:
    """The generated parts of README, by the name in their markers."""
    return {"commands": commands_table(), "settings": settings_table()}


def with_tables(readme: str) -> str:
    """The README with its generated parts as they should be; raises ValueError when a marker is missing."""
    for name, table in tables().items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin not in readme or end not in readme:
            raise ValueError(f"README.md has lost its marker {begin} or {end}.")
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        readme = pattern.sub(lambda _, text=f"{begin}\n{table}{end}": text, readme)  # type: ignore[misc]
    return readme


def write() -> None:
    """Bring .env.example and README up to date."""
    features.install()
    (ROOT / ".env.example").write_text(env_example(), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_tables(readme.read_text(encoding="utf-8")), encoding="utf-8")


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    write()
