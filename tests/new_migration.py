"""`make migration WORDS="the mood of an answer"`: a migration with what the models have and the tables have not yet.

It is made against an empty database that all migrations before it have built. Look through it: what carries rows over,
and a default for those that are there, nobody can guess.
"""

from __future__ import annotations

import re
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
    return Path(script.path)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit('Say in a few words what changes: make migration WORDS="the mood of an answer"')
    print(write(" ".join(sys.argv[1:])))
