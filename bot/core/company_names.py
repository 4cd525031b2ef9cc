"""One key for the many ways in which one company's name is written."""

import re
import unicodedata

_FORMS = (
    "inc incorporated corp corporation co company llc llp lp plc ltd limited pty pte pvt private gmbh mbh ag kg kgaa"
    " ohg ug ev eg se sa sas sarl sl slu spa srl sapa bv nv vof ab as asa aps oy oyj kft zrt sro doo spzoo kk gk"
    " sdn bhd lda ltda eireli"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
_INITIALS = re.compile(r"\b(?:\w\.){2,}\w?\b|\b(?:\w\.){2,}")
_APOSTROPHES = re.compile(r"['’`´]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_LETTERS = re.compile(r"[\W_]+")


def name_key(text: str) -> str:
    """The name for matching: no case, accents, punctuation or legal form ("ACME, Inc." and "Acme" are one).

    A name that is nothing but a legal form, or has no letter at all, keeps what it has, so that the key of a
    name is never empty unless the name is.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Only Latin accents: in other scripts the marks are letters, and a name without them is another name.
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    joined = _APOSTROPHES.sub("", _INITIALS.sub(lambda found: found[0].replace(".", ""), plain))
    words = _words(joined.replace("&", " and ").replace("+", " plus "))
    return " ".join(_without_forms(words)) or folded.strip()


def _words(text: str) -> list[str]:
    if text.isascii():
        return _NOT_LETTERS.sub(" ", text).split()
    # Combining marks of other scripts are no \w, yet they belong to their letter.
    spaced = "".join(c if unicodedata.category(c).startswith("M") else _NOT_LETTERS.sub(" ", c) for c in text)
    return spaced.split()


def _without_forms(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[0] == "the":
        kept.pop(0)
    while len(kept) > 1 and (kept[-1] in _LEGAL_FORMS or kept[-1] == "and"):
        kept.pop()
    return kept
