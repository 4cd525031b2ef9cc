"""Which code page a file is in that is not UTF-8: charset-normalizer names the candidates, a look at the words decides.

On a short file several code pages read without an error, and one of them spoils every name. What is not certain is
asked for with --encoding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from charset_normalizer import from_bytes

_CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_5",
    "iso8859_7", "iso8859_9", "iso8859_15", "koi8_r", "mac_roman", "cp850", "cp437", "cp852", "cp866", "cp932",
    "euc_jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_WESTERN = "cp1252"
_ENOUGH = 0.9
_ALMOST_ALL = 0.97
_LATIN: Mapping[str, str] = {
    "cp1252": "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœšžÿ",
    "cp1250": "áäâăąçćčďđéëęěíîłľĺńňóôöőřŕśšşťţúůüűýźżžßł",
    "cp1254": "àáâäçèéêëìíîïñòóôöùúûüßğışİ",
    "cp1257": "āäåčēėęģįīķļłńņóõöøšūüųźżž",
}
_LATIN_OF = {"iso8859_2": "cp1250", "cp852": "cp1250", "iso8859_9": "cp1254", "mac_roman": "cp1252", "cp850": "cp1252",
             "cp437": "cp1252", "iso8859_15": "cp1252"}  # fmt: skip
_SCRIPTS = {
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ", "cp1253": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώςϊϋΐΰ",
    "cp1255": "אבגדהוזחטיכלמנסעפצקרשתךםןףץ", "cp1256": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئءپچژگ",
}  # fmt: skip
_SCRIPT_OF = {"iso8859_5": "cp1251", "koi8_r": "cp1251", "cp866": "cp1251", "iso8859_7": "cp1253"}
_WORD = re.compile(r"[^\W\d_]+")
_INSIDE_WORD = re.compile(r"(?<=[^\W\d_])[£€®©§°º¿´¨№](?=[^\W\d_])")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_MARKS = set("“”„‘’‚–—…•·€£§©®™°º«»¡¿´¨№«»×±½¼¾²³µ　、。・ー（）［］「」￥％＆／－： \u00a0")


def readings(raw: bytes) -> list[tuple[str, str]]:
    """The code pages in which bytes that are not UTF-8 read as words, with what they read: one when it is certain.

    Code pages that read the same count once. Western ones go before others that read as well: é, ü and ñ are what
    most exports hold. Empty where nothing reads well.
    """
    western = _text(raw, _WESTERN)
    if western is not None and _share(western, _WESTERN) >= _ALMOST_ALL:
        return [(_WESTERN, western)]
    # No language is looked for: company names have none, and it would take seconds.
    matches = from_bytes(raw, cp_isolation=list(_CANDIDATES), threshold=0.6, language_threshold=1.0)
    named = {page for match in matches for page in (match.encoding, *match.could_be_from_charset)}
    found: list[tuple[float, str, str]] = []
    for page in _CANDIDATES:
        text = _text(raw, page)
        if text is None or (page not in named and page not in ("euc_jp", "gb18030", "big5", "cp949")):
            continue
        share = _share(text, page)
        if share >= _ENOUGH and all(text != other for _, _, other in found):
            found.append((share, page, text))
    best = max((share for share, _, _ in found), default=0.0)
    return [(page, text) for share, page, text in found if share >= best - 0.05]


def _text(raw: bytes, page: str) -> str | None:
    try:
        return raw.decode(page)
    except UnicodeDecodeError:
        return None


def _share(text: str, page: str) -> float:
    """How much of what is not ASCII reads as people write in that code page, by characters; 1 for all of it."""
    good = bad = kana = 0
    bad += 2 * len(_INSIDE_WORD.findall(text))
    for symbol in text:
        if not symbol.isascii() and not symbol.isalpha():
            good, bad = good + (symbol in _MARKS), bad + (symbol not in _MARKS)
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            continue
        size = sum(not symbol.isascii() for symbol in word)
        kana += sum("\u3040" <= symbol <= "\u30ff" for symbol in word)
        if _reads(word, page):
            good += size
        else:
            bad += size
    if page in ("cp932", "euc_jp") and not kana and "株" not in text and "有限" not in text:
        bad += good  # Japanese names without a single kana are rare; Chinese ones read as Japanese are not
    return good / (good + bad) if good + bad else 0.0


def _reads(word: str, page: str) -> bool:
    if letters := _LATIN.get(_LATIN_OF.get(page, page)):
        strange = [symbol for symbol in word if not symbol.isascii()]
        if any(symbol.casefold() not in letters and symbol not in letters for symbol in strange) or not _cased(word):
            return False
        runs = [run for run in _FOREIGN.findall(word.replace("ß", "s")) if len(set(run.casefold())) > 1]
        longest = max(map(len, runs), default=1)
        if page == _WESTERN:
            return longest == 1 and len(strange) * 2 <= max(len(word), 2)
        return longest <= 3 and len(strange) * 4 <= max(len(word), 2) * 3
    if letters := _SCRIPTS.get(_SCRIPT_OF.get(page, page)):
        return all(symbol.casefold() in letters or symbol.lower() in letters for symbol in word) and (
            word in (word.lower(), word.upper()) or word[1:] == word[1:].lower()
        )
    return all(_is_common(symbol, page) for symbol in word)


def _cased(word: str) -> bool:
    """Whether capitals stand where they do in words and names: MAYER, Mayer, mayer, McMayer; not mAYER, maYer."""
    inner = word[1:]
    if word in (word.lower(), word.upper()) or inner == inner.lower():
        return True
    return not any(letter.isupper() and not letter.isascii() for letter in inner)


def _is_common(symbol: str, page: str) -> bool:
    """Whether a character is among those that its country's first standard counts as the usual ones."""
    if symbol.isascii() or "\uff10" <= symbol <= "\uff5a":
        return True
    name, low, high = {
        "cp932": ("euc_jp", 0xB0, 0xCF), "euc_jp": ("euc_jp", 0xB0, 0xCF), "gb18030": ("gb2312", 0xB0, 0xD7),
        "big5": ("big5", 0xA4, 0xC6), "cp949": ("euc_kr", 0xB0, 0xC8),
    }[page]  # fmt: skip
    if name == "euc_jp" and ("\u3041" <= symbol <= "\u30fc" or symbol in "々〆ヶ"):
        return True
    try:
        raw = symbol.encode(name)
    except UnicodeEncodeError:
        return False
    return len(raw) == 2 and low <= raw[0] <= high and unicodedata.category(symbol) == "Lo"
