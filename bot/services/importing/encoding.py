"""Which encoding a file is in. CRMs and spreadsheets do not say, and a wrong guess spoils every name with an umlaut."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from bot.errors import Refused

SAMPLE_BYTES = 65_536
_PIECE = 1 << 20
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_BROKEN = re.compile("[\udc80-\udcff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def detect_encoding(path: Path) -> str:
    """The file's encoding: by its mark, by where its zero bytes stand (UTF-16), UTF-8 when most of what
    is not ASCII in it is valid UTF-8, else cp1252.

    Reads the whole file in pieces, since the first byte that is not UTF-8 may come late. Raises Refused for a file that
    is empty, a workbook, or not there.
    """
    try:
        with path.open("rb") as file:
            head = file.read(SAMPLE_BYTES)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. Check the name of the file.") from None
    if not head.strip():
        raise Refused(f"{path.name} is empty. Export it again.")
    if head.startswith(_WORKBOOKS):
        raise Refused(f"{path.name} is a workbook. Save it as CSV (UTF-8) and import that.")
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _wide(head) or ("cp1252" if _is_other(path) else "utf-8")


def _wide(head: bytes) -> str | None:
    # Latin text in UTF-16 has a zero in every other byte; no other encoding has many.
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > half * 0.3:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.3:
        return "utf-16-be"
    return None


def mended(text: str) -> str:
    """Text read with surrogates for its broken bytes, these read as cp1252: what they most often are."""
    return _BROKEN.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def is_broken(text: str) -> bool:
    """Whether some of the text's bytes were no UTF-8."""
    return _BROKEN.search(text) is not None


def _is_other(path: Path) -> bool:
    """Whether a file is not UTF-8. One bad byte among many good ones is a bad byte, not another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    good = bad = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            text = decoder.decode(piece)
            if not text.isascii():
                broken = len(_BROKEN.findall(text))
                bad += broken
                good += len(_NOT_ASCII.findall(text)) - broken
    return bad + len(_BROKEN.findall(decoder.decode(b"", final=True))) > good
