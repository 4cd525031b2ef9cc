"""DATABASE_URL as people have it from elsewhere: read as it is meant where that is safe, else one line says what to do.

Nothing of the address but the name of a scheme or an option is ever shown: the rest may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from psycopg.pq import Conninfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import Refused

EXAMPLES = "sqlite:///perennial.sqlite3 or postgresql://USER:PASSWORD@HOST/NAME"
POSTGRES = re.compile(r"^(?:postgres|postgresql|psql|pgsql)(?:\+\w+)?://", re.IGNORECASE)
SQLITE = re.compile(r"^sqlite3?(?:\+\w+)?:(?=/)", re.IGNORECASE)
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]{0,30}):", re.IGNORECASE)

OF_OTHERS = frozenset(
    {
        "pgbouncer",
        "connection_limit",
        "pool_timeout",
        "pool_size",
        "max_overflow",
        "pool_recycle",
        "socket_timeout",
        "statement_cache_size",
        "prepared_statement_cache_size",
        "prepared_statements",
        "preparethreshold",
        "prepare_threshold",
        "binary_parameters",
        "simple_protocol",
        "default_query_exec_mode",
        "supa",
        "workaround",
        "charset",
        "encoding",
        "currentschema",
        "search_path",
        "schema",
    }
)
"""What other programs' drivers read from an address. We keep a pool of our own, so that nothing is lost without them;
the schema among them is only let go when it is `public`."""

OF_PROXIES = frozenset(
    {
        "pgbouncer",
        "statement_cache_size",
        "prepared_statement_cache_size",
        "prepared_statements",
        "preparethreshold",
        "prepare_threshold",
        "simple_protocol",
        "default_query_exec_mode",
        "supa",
    }
)
"""Those of them that stand in an address since a proxy there pools transactions."""

SCHEMAS = frozenset({"schema", "currentschema", "search_path"})
TLS = {"true": "require", "1": "require", "require": "require", "no-verify": "require", "verify-full": "verify-full"}


def normal_url(url: str) -> str:
    """The same address, naming the driver we ship, whichever spelling or driver was given."""
    url = url.strip()
    if len(url) > 1 and url[0] == url[-1] and url[0] in "\"'":
        url = url[1:-1].strip()
    url = POSTGRES.sub("postgresql+psycopg://", url)
    return SQLITE.sub("sqlite:", url)


def names_a_proxy(url: str) -> bool:
    """Whether an address says, as another program's driver reads it, that no statement may be prepared there."""
    return not OF_PROXIES.isdisjoint(name.lower() for name in make_url(normal_url(url)).query)


def read_url(url: str) -> URL:
    """The address of a database. Raises Refused, in one line, for one that this program cannot use."""
    normal = normal_url(url)
    if normal.startswith("sqlite:") and not normal.startswith("sqlite://"):
        raise Refused("DATABASE_URL lacks slashes after sqlite: write three, as in sqlite:///perennial.sqlite3.")
    if not normal.startswith(("sqlite:", "postgresql+psycopg:")):
        raise Refused(_strange(normal))
    try:
        parsed = make_url(normal)
    except (ArgumentError, ValueError):
        raise Refused(
            f"DATABASE_URL cannot be read: write {EXAMPLES}, with %40 for @, %2F for / and %23 for # in a password."
        ) from None
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed)


def _sqlite(parsed: URL) -> URL:
    if parsed.host:
        raise Refused("DATABASE_URL has two slashes after sqlite: write three, as in sqlite:///perennial.sqlite3.")
    name = parsed.database or ""
    if not name or name == ":memory:" or name.startswith("file:"):
        raise Refused("DATABASE_URL names no file to keep the data in: write sqlite:///perennial.sqlite3.")
    if name.endswith("/"):
        raise Refused("DATABASE_URL names a folder: write a file in it, as in sqlite:///FOLDER/perennial.sqlite3.")
    if parsed.query:
        names = _listed(parsed.query)
        raise Refused(f"DATABASE_URL has {names} after the file's name: leave everything from the ? on out.")
    return parsed


def _postgres(parsed: URL) -> URL:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    kept: dict[str, str | Sequence[str]] = {}
    unknown: dict[str, object] = {}
    for name, value in parsed.query.items():
        last = value if isinstance(value, str) else value[-1]
        if name.lower() == "ssl" and last.lower() in ("false", "0", "disable"):
            kept["sslmode"] = "disable"
        elif name.lower() in ("ssl", "sslmode") and last.lower() in TLS:
            kept["sslmode"] = TLS[last.lower()]
        elif name in known:
            kept[name] = value
        elif name.lower() in SCHEMAS and last != "public":
            raise Refused(
                f"DATABASE_URL has {name}={last}: the tables are kept in the schema public. Leave it out, or give "
                "the bot a database of its own."
            )
        elif name.lower() not in OF_OTHERS:
            unknown[name] = value
    if unknown:
        raise Refused(f"DATABASE_URL has {_listed(unknown)}, which PostgreSQL's client does not know: leave it out.")
    return parsed.set(query=kept)


def _strange(url: str) -> str:
    scheme = SCHEME.match(url)
    if scheme is None:
        return f"DATABASE_URL is no address of a database: write {EXAMPLES}."
    if scheme[1].lower() == "jdbc":
        return "DATABASE_URL begins with jdbc: leave that out, and write postgresql://USER:PASSWORD@HOST/NAME."
    return f"DATABASE_URL begins with {scheme[1]}: the data is kept in SQLite or PostgreSQL. Write {EXAMPLES}."


def _listed(options: Mapping[str, object]) -> str:
    return ", ".join(f"?{name[:40]}=" for name in sorted(options))
