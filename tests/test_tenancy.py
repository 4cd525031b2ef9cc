"""The check that every statement names its workspace: what it finds, and what it lets pass."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, literal, or_, select, text, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from bot.db.bulk import run_many
from bot.db.engine import Base, Database
from bot.db.scope import is_row, within
from bot.models import Account, Contract, JobRow, Member, Teammate, Workspace
from tests import tenancy

_TABLE, _POSTS = Base.metadata.tables["accounts"], Base.metadata.tables["posts"]
_OTHER = aliased(Account)
_OURS = Account.workspace_id == 7
_OF_OURS = select(Account.id).where(_OURS)

BOUND = {
    "a value": select(Account.name).where(_OURS),
    "a value, hidden from the planner": select(Account.name).where(within(Account.workspace_id, 7)),
    "a parameter": select(Account.name).where(Account.workspace_id == bindparam("of")),
    "one of several": select(Account.name).where(Account.workspace_id.in_([7, 8])),
    "a join by a foreign key": select(Account.name, Member.name)
    .join(Member, Member.id == Account.owner_id)
    .where(_OURS),
    "an outer join to one that is bound": select(Account.name)
    .outerjoin(Member, Member.id == Account.owner_id)
    .where(_OURS),
    "a join by the same account": select(Contract.id)
    .join(Teammate, Teammate.account_id == Contract.account_id)
    .where(Teammate.workspace_id == 7),
    "a join by the workspace": select(JobRow.id)
    .join(Account, Account.workspace_id == JobRow.workspace_id)
    .where(_OURS, JobRow.subject == literal("account:1")),
    "the workspace's own row": select(Account.name)
    .join(Workspace, Workspace.id == Account.workspace_id)
    .where(Workspace.id == 7),
    "a select around one that is bound": select(func.count()).select_from(_OF_OURS.subquery()),
    "a select within": select(Account.name).where(
        _OURS, select(Teammate.id).where(Teammate.account_id == Account.id).exists()
    ),
    "each of a union": union_all(_OF_OURS, select(Contract.id).where(Contract.workspace_id == 7)),
    "an update of one row": update(Account).where(is_row(Account, 7, 1)).values(name="x"),
    "a delete": delete(Account).where(_OURS),
    "an insert that gives it": insert(Account).values(workspace_id=7, name="x"),
    "an insert of what was selected": insert(_POSTS).from_select(
        ["workspace_id", "key"], select(Account.workspace_id, Account.name).where(_OURS)
    ),
    "a table of no workspace's": select(Workspace.id),
    "words of the database's own": text("SELECT 1"),
}

UNBOUND = {
    "nothing": (select(Account.name), "accounts"),
    "only an id": (select(Account.name).where(Account.id == 1), "accounts"),
    "either the workspace or something else": (select(Account.name).where(or_(_OURS, Account.id == 1)), "accounts"),
    "every other workspace": (select(Account.name).where(Account.workspace_id != 7), "accounts"),
    "its own column": (select(Account.name).where(Account.workspace_id == Account.workspace_id), "accounts"),
    "the same table once more": (
        select(_OTHER.name).join(Account, Account.name == _OTHER.name).where(_OURS),
        "accounts",
    ),
    "only what an outer join may add": (
        select(Account.name).outerjoin(Member, (Member.id == Account.owner_id) & (Member.workspace_id == 7)),
        "accounts",
    ),
    "an outer join that asks for it of the other side": (
        select(Account.name).outerjoin(Member, (Member.id == Account.owner_id) & _OURS),
        "accounts, members",
    ),
    "a full join": (
        select(Account.name).outerjoin(Member, (Member.id == Account.owner_id) & _OURS, full=True),
        "accounts, members",
    ),
    "a join by words": (
        select(JobRow.id).join(Account, JobRow.subject == Account.name).where(_OURS),
        "agenda",
    ),
    "two tables that are only joined": (
        select(Account.name).join(Member, Member.id == Account.owner_id),
        "accounts, members",
    ),
    "a select within": (
        select(Account.name).where(_OURS, Account.id.in_(select(Contract.account_id).where(Contract.value > 1))),
        "contracts",
    ),
    "the same table within": (
        select(Account.name).where(_OURS, Account.id.in_(select(Account.id).where(Account.name == "x"))),
        "accounts",
    ),
    "a select to read from": (select(func.count()).select_from(select(Account.id).subquery()), "accounts"),
    "one of a union": (union_all(_OF_OURS, select(Contract.id)), "contracts"),
    "an update by id": (update(Account).where(Account.id == 1).values(name="x"), "accounts"),
    "an update to what is read elsewhere": (
        update(Account).where(_OURS).values(name=select(func.max(Contract.name)).scalar_subquery()),
        "contracts",
    ),
    "a delete by id": (delete(_TABLE).where(_TABLE.c.id == 1), "accounts"),
    "an insert without": (insert(_TABLE).values(name="x"), "accounts"),
    "an insert of what was selected": (
        insert(_POSTS).from_select(["workspace_id", "key"], select(Account.workspace_id, Account.name)),
        "accounts",
    ),
    "words of one's own": (text("SELECT name FROM accounts WHERE id = 1"), "accounts"),
}

DIALECTS: tuple[Any, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]


def _faults(statement: Any, dialect: Any) -> str:
    compiled = statement.compile(dialect=dialect)
    return tenancy.faults_of(tenancy.statement_of(compiled, ""), str(compiled))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("how", BOUND)
def test_a_statement_that_names_its_workspace_passes(how: str, dialect: Any) -> None:
    assert _faults(BOUND[how], dialect) == ""


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("how", UNBOUND)
def test_one_that_does_not_is_found_with_its_tables(how: str, dialect: Any) -> None:
    statement, tables = UNBOUND[how]
    assert _faults(statement, dialect) == tables


def _as_if_in(path: str, source: str, **names: Any) -> list[str]:
    """What is found when this source runs as a file of the bot."""
    exec(compile(source, str(tenancy.ROOT / path), "exec"), names)
    return tenancy.taken()


READ = "session.scalars(select(Account.id).where(Account.name == 'x')).all()"


def test_what_the_bot_sends_is_found_with_its_place_and_what_a_test_sends_is_not(any_db: Database) -> None:
    with any_db.transaction() as session:
        session.scalars(select(Account.id).where(Account.name == "x")).all()
        assert tenancy.taken() == []
        for room in ("bot/toy.py", "handlers/toy.py", "scheduler/toy.py"):
            [found] = _as_if_in(room, f"\n{READ}", session=session, select=select, Account=Account)
            assert found.startswith(f"{room}:2 binds no workspace for accounts: SELECT accounts.id FROM accounts")


def test_what_is_built_once_and_sent_as_text_is_found_too(any_db: Database) -> None:
    table = _TABLE
    by_id = update(table).where(table.c.id == bindparam("row")).values(name=bindparam("new"))
    named = update(table).where(is_row(table.c, bindparam("of"), bindparam("row"))).values(name=bindparam("new"))
    rows = [{"of": 7, "row": 1, "new": "x"}]
    source = "run_many(session, statement, rows)"
    with any_db.transaction() as session:
        [found] = _as_if_in("bot/toy.py", source, session=session, statement=by_id, rows=rows, run_many=run_many)
        assert "accounts: UPDATE accounts SET name=" in found
        assert _as_if_in("bot/toy.py", source, session=session, statement=named, rows=rows, run_many=run_many) == []


def test_what_means_all_workspaces_is_named_is_there_and_says_why(db: Database) -> None:
    for place, reason in tenancy.EXEMPT.items():
        path, _, function = place.partition(":")
        assert reason and (tenancy.ROOT / path).exists()
        assert not function or f"def {function}(" in (tenancy.ROOT / path).read_text()
    with db.transaction() as session:
        for place in tenancy.EXEMPT:
            path, _, function = place.partition(":")
            path = path if path.endswith(".py") else f"{path}toy.py"
            source = f"def {function or 'anything'}():\n    {READ}\n{function or 'anything'}()"
            assert _as_if_in(path, source, session=session, select=select, Account=Account) == []


def test_each_scoped_table_is_known() -> None:
    assert {"accounts", "agenda", "posts", "pulse_answers"} <= tenancy.SCOPED
    assert "workspaces" not in tenancy.SCOPED
