"""Products by their names: which of them the name of a contract, or of what a customer uses, holds as whole words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache


def product_key(name: str) -> str:
    """A product's name as names are compared: small letters, single spaces."""
    return " ".join(name.casefold().split())


def is_named(key: str, contract: str) -> bool:
    """Whether a contract's name names the product of this key: as whole words, whatever their case.

    "Pro" stands in "Acme Pro 2026", and not in "Professional services".
    """
    return _stands_in(key, product_key(contract))


def owned_by(products: Mapping[int, str], contracts: Iterable[str]) -> frozenset[int]:
    """The products (number → key) that are named by the names of these running contracts."""
    names = {product_key(name) for name in contracts}
    return frozenset(number for name in names for number, key in products.items() if _stands_in(key, name))


def _stands_in(key: str, name: str) -> bool:
    # Most names do not hold the key at all, which is told at a tenth of the cost.
    return key in name and _whole(key).search(name) is not None


@lru_cache(maxsize=256)
def _whole(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(key)}(?!\w)")
