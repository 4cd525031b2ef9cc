"""The unit of work: one transaction over one workspace at one moment, with what was read for all of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar, cast, overload

from sqlalchemy import CursorResult, Executable, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.engine import Database

AT_ONCE = 1_000
"""Rows of one transaction of work that nobody waits for."""

Answer = TypeVar("Answer")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Work:
    """What a feature takes first. Edges open it: for a request, an event, a chunk of due jobs, a command line.

    `now` is aware, and the same for all that is done in it. Whatever `session` reads or writes is of `workspace_id`.
    `at_once`: rows that work of many pages takes on at most before it gives way, fewer while somebody waits to write.
    `ahead`: what was read for a due job, by its number, before this work took the writer's place.
    """

    session: Session
    workspace_id: int
    now: datetime
    at_once: int = AT_ONCE
    ahead: Mapping[int, object] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"{self.now} has no zone, and is no moment.")

    @classmethod
    @contextmanager
    def reading(cls, db: Database, workspace_id: int, now: datetime) -> Iterator[Work]:
        """Work that only looks; it waits for nobody who writes."""
        with db.reading() as session:
            yield cls(session, workspace_id, now)

    @classmethod
    @contextmanager
    def writing(
        cls,
        db: Database,
        workspace_id: int,
        now: datetime,
        is_bulk: bool = False,
        at_once: int = AT_ONCE,
        ahead: Mapping[int, object] | None = None,
    ) -> Iterator[Work]:
        """Work that stands when it ends, all of it or nothing. `is_bulk`: lets everybody else who writes go first."""
        with db.transaction(is_bulk=is_bulk) as session:
            yield cls(session, workspace_id, now, at_once, ahead or {})

    @overload
    def select(self, what: type[Row] | InstrumentedAttribute[Row], /) -> Select[Row]: ...

    @overload
    def select(self, what: Any, /, *more: Any) -> Select[Any]: ...

    def select(self, what: Any, /, *more: Any) -> Select[Any]:
        """A statement over this workspace's rows alone. `what`: a model that has a workspace, or a column of one."""
        model = what.class_ if isinstance(what, InstrumentedAttribute) else what
        return select(what, *more).where(model.workspace_id == self.workspace_id)

    def rows(self, statement: Executable, /, **given: Any) -> CursorResult[*tuple[Any, ...]]:
        """Rows of a statement over columns that was built once; its parameter `of` is this workspace.

        What is read often is built at the head of its module: to build a statement, and to name it anew for the cache
        of compiled ones, takes several times as long as to run it.
        """
        self.session.flush()
        return self.session.connection().execute(statement, {"of": self.workspace_id, **given})

    def at(self, moment: datetime) -> Work:
        """The same work as of another moment."""
        return replace(self, now=moment)

    def once(self, read: Callable[[Work], Answer]) -> Answer:
        """What `read` gives, read once for all that is done in this work."""
        if read not in self._known:
            self._known[read] = read(self)
        return cast(Answer, self._known[read])

    def forget(self) -> None:
        """Have all of it read again when it is next asked for: this work has just changed what it was read from."""
        self._known.clear()
