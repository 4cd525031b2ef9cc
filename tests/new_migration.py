"""`make migration WORDS="the mood of an answer"`: a migration with what the models have and the tables have not yet.

It is made against an empty database that all migrations before it have built. Look through it: what carries rows over,
and a default for those that are there, nobody can guess.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from bot.db.engine import Database
from bot.db.schema import alembic_config, newest, upgrade


def write(words: str, into: Path | None = None) -> Path:
    """Write it beside the others, or into another folder, under the next number."""
    number = f"{int(newest() or 0) + 1:04}"
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    config = alembic_config()
    config.set_main_option("file_template", "%%(rev)s_" + slug)
    if into is not None:
        config.set_main_option("version_locations", f"{config.get_main_option('script_location')}/versions {into}")
        config.set_main_option("path_separator", "space")
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/empty.db")
        try:
            upgrade(db)
            with db.engine.begin() as connection:
                config.attributes["connection"] = connection
                script = command.revision(
                    config, words, autogenerate=True, rev_id=number, version_path=str(into) if into else None
                )
        finally:
            db.close()
    assert script is not None and not isinstance(script, list)
    path = Path(script.path)
    # As the others are: without the generator's remarks, and what it says of no schema.
    lines = [line for line in path.read_text().splitlines() if not line.strip().startswith("# ###")]
    path.write_text("\n".join(lines).replace(", schema=None", "") + "\n")
    return path


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit('Say in a few words what changes: make migration WORDS="the mood of an answer"')
    written = write(" ".join(sys.argv[1:]))
    # That file alone: what is half done elsewhere is none of its business.
    for repair in (("check", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *repair, "--quiet", str(written)], check=False)
    print(written)
