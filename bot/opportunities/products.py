"""The products of a workspace: what it sells, as its managers write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update

from bot.core.product_names import product_key
from bot.db.scope import is_row
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Product

NAME_LENGTH = 120
MOST = 50
"""Products that a workspace may have: a table has no room for more."""


def sold(work: Work) -> dict[int, str]:
    """What is sold now: number → name, by name."""
    return {row.id: row.name for row in work.rows(_SOLD)}


_P = Product.__table__.c
_SOLD = select(_P.id, _P.name).where(_P.workspace_id == bindparam("of"), _P.removed_at.is_(None)).order_by(_P.name_key)


def name_of(work: Work, product_id: int) -> str:
    """A product's name, sold or not; empty when there is none of that number."""
    return work.session.scalar(work.select(Product.name).where(Product.id == product_id)) or ""


def keys(products: Mapping[int, str]) -> dict[int, str]:
    """The same products, by the keys that contracts' names are compared with."""
    return {number: product_key(name) for number, name in products.items()}


def add(work: Work, names: Sequence[str]) -> int:
    """Write products down; one that was removed is sold again. Returns how many names there are.

    Raises FieldErrors (names) for none at all, one that is too long, and more than `MOST` together.
    """
    wanted = {product_key(name): " ".join(name.split()) for name in names if name.strip()}
    if not wanted:
        raise FieldErrors({"names": "Write at least one product, each on a line of its own."})
    if long := next((name for name in wanted.values() if len(name) > NAME_LENGTH), None):
        raise FieldErrors({"names": f"“{long[:40]}…” is too long. Use at most {NAME_LENGTH} characters."})
    known = {product_key(name) for name in sold(work).values()}
    if len(known | wanted.keys()) > MOST:
        raise FieldErrors({"names": f"There can be {MOST} products at most, and {len(known)} are there already."})
    for key, name in wanted.items():
        insert = insert_for(work.session, Product).values(
            workspace_id=work.workspace_id, name=name, name_key=key, created_at=work.now
        )
        work.session.execute(
            insert.on_conflict_do_update(
                index_elements=["workspace_id", "name_key"], set_={"name": name, "removed_at": None}
            )
        )
    return len(wanted)


def remove(work: Work, product_id: int) -> None:
    """Sell it no longer. Opportunities for it, and what was said about it, stay."""
    work.session.execute(
        update(Product).where(is_row(Product, work.workspace_id, product_id)).values(removed_at=work.now)
    )
