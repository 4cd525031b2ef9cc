"""Yes and no, as spreadsheets write them."""

import re
import unicodedata

_YES_WORDS = "1 1.0 y yes true t x on ja j oui si sí sim ✓ ✔ ☑ checked active enabled wahr vrai"
_YES = frozenset(_YES_WORDS.split())
_NO_WORDS = "0 0.0 n no false f off nein non nao não - ✗ ✘ ☐ unchecked inactive disabled falsch faux"
_NO = frozenset(_NO_WORDS.split())
_REMOVED = frozenset((
    "deleted", "archived", "removed", "trashed", "trash", "spam", "gelöscht", "archiviert", "supprimé", "archivé",
    "eliminado", "archivado", "recycled",
))  # fmt: skip
_KEPT = frozenset((
    "live", "not_deleted", "notdeleted", "available", "kept", "--", "0000-00-00",
))  # fmt: skip
_UNKNOWN = frozenset((
    "", "n/a", "na", "null", "none", "?", "unknown",
))  # fmt: skip


def parse_flag(text: str) -> bool | None:
    """True, False, or None where a cell says nothing. ValueError for a word that is neither."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _UNKNOWN:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{text!r} is neither yes nor no. Write yes or no.")


def parse_removed(text: str) -> bool | None:
    """Whether a cell about a record's removal says that it is removed: yes, the day it was, or a word for it.

    None where it says nothing. ValueError for another word.
    """
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _REMOVED:
        return True
    if word in _KEPT:
        return False
    try:
        return parse_flag(word)
    except ValueError:
        if re.search(r"\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", word):
            return re.search(r"0000-00-00|1970-01-01|0001-01-01", word) is None
        raise
