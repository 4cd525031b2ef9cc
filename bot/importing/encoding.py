"""Which encoding a file is in. CRMs and spreadsheets do not say, and a wrong guess spoils every name with an umlaut."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Refused
from bot.importing.code_pages import readings

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
LOST = "\ufffd"
"""What stands where a character could not be read, here or in an export before."""

_MOST_ODD_BYTES = 64 * 1024
_LONGEST_LINE = 1 << 20
_EXAMPLE = 24
_WIDER = {"shift_jis": "cp932", "gbk": "gb18030", "gb2312": "gb18030", "euc_kr": "cp949", "latin-1": "cp1252",
          "iso8859-1": "cp1252", "utf-8": "utf-8-sig", "ascii": "utf-8"}  # fmt: skip
_ALIASES = {"ansi": "cp1252", "western": "cp1252", "windows-31j": "cp932", "mac": "mac_roman", "unicode": "utf-16"}
_CALLED = {"utf-8-sig": "UTF-8", "mac_roman": "Mac Roman", "cp932": "Shift_JIS", "gb18030": "GB18030 (GBK)",
           "cp949": "EUC-KR"}  # fmt: skip
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` as Python knows it; `example` is a piece of what was read by a guess, "" where nothing was guessed."""

    name: str
    example: str = ""

    @property
    def words(self) -> str:
        """The encoding as people call it, with the doubt there is."""
        called = _CALLED.get(self.name) or re.sub(r"^cp(125\d)$", r"Windows-\1", self.name)
        called = called if called != self.name or "_" in called else called.upper()
        return f"{called}, a guess: it reads “{self.example}” (else say --encoding)" if self.example else called


def detect_encoding(path: Path, stated: str | None = None) -> Encoding:
    """The file's encoding: what a person stated, else by its mark, by where its zero bytes stand (UTF-16), UTF-8 when
    most of what is not ASCII in it is valid UTF-8, else the one code page in which it reads as words.

    Reads the whole file in pieces, since the first byte that is not UTF-8 may come late. Raises Refused for a file that
    is empty, a workbook, or not there, for an encoding that does not exist, and where several code pages would do.
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
    if stated is not None:
        return Encoding(_stated(stated))
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if wide := _wide(head):
        return Encoding(wide)
    return _code_page(path) if _is_other(path) else Encoding("utf-8")


def _stated(name: str) -> str:
    try:
        found = codecs.lookup(_ALIASES.get(name.strip().casefold(), name.strip()))
        if not isinstance("".encode(found.name), bytes):
            raise LookupError(name)
    except (LookupError, UnicodeError):
        raise Refused(
            f"--encoding: nobody knows {name!r}. Write utf-8, windows-1252, windows-1250, windows-1251, "
            f"shift_jis, gb18030 "
            "or another name of that kind."
        ) from None
    return _WIDER.get(found.name, found.name)


def _code_page(path: Path) -> Encoding:
    found = readings(_odd_lines(path))
    if len(found) == 1:
        name, text = found[0]
        return Encoding(name, _example(text))
    if not found:
        raise Refused(
            f"{path.name} is not UTF-8, and in no code page it reads well. Say which one it is with --encoding, "
            f"such as "
            "--encoding windows-1252, or export it as UTF-8."
        )
    shown = "; ".join(f"--encoding {page} reads “{_example(text)}”" for page, text in found[:5])
    raise Refused(
        f"{path.name} is not UTF-8, and in which code page it is cannot be told from its text. Say which one reads "
        f"right: {shown}. Or export it as UTF-8."
    )


def _odd_lines(path: Path) -> bytes:
    """The lines that are not ASCII, up to a bound."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _MOST_ODD_BYTES and (line := file.readline(_LONGEST_LINE)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _example(text: str) -> str:
    """The first words of a text that are not ASCII, from the beginning of their cell."""
    found = _NOT_ASCII.search(text)
    at = found.start() if found else 0
    cell = max(text.rfind(mark, 0, at) for mark in '\n\r,;\t|"') + 1
    return re.split(r"[\n\r,;\t|\"]", text[cell:], maxsplit=1)[0][:_EXAMPLE].strip()


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
