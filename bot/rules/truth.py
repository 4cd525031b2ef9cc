"""Yes and no, as spreadsheets write them."""

import unicodedata

_YES_WORDS = "1 1.0 y yes true t x on ja j oui si sí sim ✓ ✔ ☑ checked active enabled wahr vrai"
_YES = frozenset(_YES_WORDS.split())
_NO_WORDS = "0 0.0 n no false f off nein non nao não - ✗ ✘ ☐ unchecked inactive disabled falsch faux"
_NO = frozenset(_NO_WORDS.split())
_UNKNOWN = frozenset(["", "n/a", "na", "null", "none", "?", "unknown"])


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
