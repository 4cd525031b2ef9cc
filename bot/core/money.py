"""Amounts and their currencies, as CRMs write them. Different currencies are never added."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF"
    " CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD"
    " HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD"
    " MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN"
    " PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY"
    " TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
_WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
CURRENCIES = frozenset(_CODES.split())
"""ISO 4217 codes in use."""

WITHOUT_DECIMALS = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
))  # fmt: skip
"""Currencies whose smallest unit is the whole one."""

THREE_DECIMALS = frozenset(_WITH_THREE_DECIMALS.split())

_SIGNS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "US$": "USD", "USD$": "USD", "£": "GBP", "¥": "JPY",
    "JP¥": "JPY", "CN¥": "CNY", "RMB": "CNY", "₹": "INR", "RS": "INR", "RS.": "INR", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "SG$": "SGD", "R$": "BRL", "MX$": "MXN",
    "NT$": "TWD", "FR.": "CHF", "SFR": "CHF", "SFR.": "CHF", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND",
    "฿": "THB", "₴": "UAH", "₦": "NGN", "₱": "PHP", "₽": "RUB", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
}  # fmt: skip
_DASHES = str.maketrans("−–—’‘`´", "---''''")
_BARE = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
_OTHER_MARK = {".": ",", ",": "."}
_TAIL = " '.,"
_NUMBER = re.compile(r"[0-9][0-9.,' ]*|[.,][0-9]+")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217 code). ValueError for a code that is none."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency!r} is not a currency. Write a code such as EUR or USD.")

    def __str__(self) -> str:
        """ "EUR 1,234.50": for logs and the command line; `parse_amount` reads it back."""
        whole = self.amount == self.amount.to_integral_value()
        return f"{self.currency} {self.amount:,.0f}" if whole else f"{self.currency} {self.amount:,.2f}"


def currency_of(text: str) -> str:
    """The ISO code that a code, sign or word means ("eur", "€", "US$"). ValueError when it means none.

    "$" alone is read as USD and "¥" as JPY; a column of its own for the currency should win over a sign.
    """
    word = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    code = _SIGNS.get(word, word)
    if code not in CURRENCIES:
        raise ValueError(f"{text.strip()!r} is not a currency. Write a code such as EUR or USD.")
    return code


class MarkGuess:
    """Finds which mark a column writes before decimals, while its amounts stream by.

    1.234 alone may be a thousand and more, or one and a bit; beside 99.95 it is the second, beside 1.500,00 the first.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.unclear = ""
        """The first amount that can be read in two ways."""

    def see(self, value: str) -> None:
        """Take one amount into account."""
        found = _NUMBER.search(unicodedata.normalize("NFKC", value))
        if not found:
            return
        digits = found[0].rstrip(_TAIL)
        marks = [mark for mark in digits if mark in _OTHER_MARK]
        if not marks:
            return
        last = marks[-1]
        whole, *between, fraction = digits.split(last)
        if between:
            if len(set(marks)) == 1:
                self._seen.add(_OTHER_MARK[last])
        elif len(fraction) != 3 or whole.startswith("0") or len(whole) > 3:
            self._seen.add(last)
        else:
            self.unclear = self.unclear or value.strip()

    @property
    def decimal(self) -> str:
        """ "." or ",", "" where nothing shows it, "?" where the column shows both."""
        return "?" if len(self._seen) > 1 else "".join(self._seen)


def parse_amount(text: str, decimal: str = "") -> tuple[Decimal, str | None]:
    """An amount as written, and its currency when one is written beside it. `decimal` is its column's mark, if known.

    Reads 1,234.56 and 1.234,56 and 1 234,56 and 1'234.50 and 12,34,567.00; a minus before or after, or brackets,
    for a negative one. A single mark before exactly three digits is a thousands mark (1.234 is 1234), unless
    what stands before it is 0 or longer than three digits: prices have two decimals, and CRMs export
    thousands. Currencies that do have three decimals are refused there. Shortened numbers (12k), percentages and
    exponents are refused too. ValueError says what is wrong and what to write.
    """
    if decimal in ("", ".") and _BARE.fullmatch(text):
        return Decimal(text), None  # most exports hold nothing else, and this is ten times as fast
    written = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = " ".join(written.split())
    found = _NUMBER.search(plain)
    if not found:
        raise ValueError(f"{text!r} is not an amount. Write a number such as 1234.56.")
    digits = found[0].rstrip(" '")
    before, after = plain[: found.start()], plain[found.start() + len(digits) :]
    if digits[-1] in ".," and after.lstrip()[:1] == "-":
        after = after.lstrip()[1:]  # the Swiss "1'234.-" has a dash for no cents
    negative, currency = _around(before.strip(), after.strip(), text)
    amount = _number(digits, currency, text, decimal)
    return (-amount if negative and amount else amount), currency


def total(moneys: Iterable[Money]) -> dict[str, Decimal]:
    """The sums, one for each currency; amounts in different currencies are never added."""
    sums: dict[str, Decimal] = {}
    for money in moneys:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return sums


def _around(before: str, after: str, text: str) -> tuple[bool, str | None]:
    """Whether the amount is negative, and the currency that stands around it."""
    bracketed = "(" in before and after.endswith(")")
    if bracketed:
        before, after = before.replace("(", " ", 1).strip(), after[:-1].strip()
    minus = [before.startswith("-"), before.endswith("-") and before != "-", after.startswith("-"), after.endswith("-")
             and after != "-"]  # fmt: skip
    if sum(minus) + bracketed > 1:
        raise ValueError(f"{text!r} has more than one minus. Write it once.")
    words = [word for word in (before.strip("-+ "), after.strip("- ")) if word]
    for word in words:
        if word.casefold() in ("k", "m", "mn", "mio", "bn", "b", "%") or re.match(r"e[+-]?\d", word.casefold()):
            raise ValueError(f"{text!r} is a shortened number. Write it in full, such as 12000.")
    if any(word.casefold().strip(".") == "kr" for word in words):
        raise ValueError(f"{text!r} may be Swedish, Norwegian or Danish. Write SEK, NOK or DKK.")
    named = {code for word in words for code in _codes(word)}
    if len(named) > 1:
        raise ValueError(f"{text!r} names two currencies. Write one.")
    return bracketed or any(minus), next(iter(named), None)


def _codes(word: str) -> set[str]:
    try:
        return {currency_of(word)}
    except ValueError:
        return {currency_of(part) for part in word.split()}  # "$ … USD" and "CHF Fr."


def _number(digits: str, currency: str | None, text: str, decimal: str) -> Decimal:
    known = decimal in (".", ",")
    whole, fraction = _parted_at(digits, decimal, text) if known else _parted(digits, currency, text, decimal)
    groups = re.split(r"[.,' ]", whole) if whole else ["0"]
    marks = set(re.findall(r"[.,' ]", whole))
    grouped = len(marks) <= 1 and len(groups[-1]) == 3 and 1 <= len(groups[0]) <= 3
    inner = {len(group) for group in groups[1:-1]}
    if len(groups) > 1 and not (grouped and (inner <= {3} or (inner == {2} and len(groups[0]) <= 2))):
        raise ValueError(f"{text!r} is not an amount: its thousands marks do not fit. Write 1234.56.")
    return Decimal(f"{''.join(groups)}.{fraction}" if fraction else "".join(groups))


def _parted_at(digits: str, decimal: str, text: str) -> tuple[str, str]:
    """The same where the mark before the decimals is known."""
    whole, found, fraction = digits.partition(decimal)
    if found and not (fraction.isdigit() or not fraction):
        raise ValueError(f"{text!r} is not an amount: its column has {decimal!r} before the decimals. Write it so.")
    return whole, fraction


def _parted(digits: str, currency: str | None, text: str, decimal: str) -> tuple[str, str]:
    """The whole part, marks and all, and the decimals."""
    marks = [mark for mark in digits if mark in _OTHER_MARK]
    if not marks:
        return digits, ""
    last = marks[-1]
    whole, _, fraction = digits.rpartition(last)
    if marks.count(last) > 1:
        if len(set(marks)) > 1:
            raise ValueError(f"{text!r} is not an amount: its marks do not fit. Write 1234.56.")
        return digits, ""
    if not fraction.isdigit() and fraction:
        raise ValueError(f"{text!r} is not an amount: a thousands mark follows the decimals. Write 1234.56.")
    if whole.isdigit() and len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        if currency in THREE_DECIMALS and last == ".":
            raise ValueError(f"{text!r} can be read in two ways in {currency}. Write 1,234.000 or 1234.00.")
        if decimal == "?":
            raise ValueError(
                f"{text!r} can be read in two ways, and its column writes both 1.5 and 1,5. Say which with --decimal."
            )
        return digits, ""
    return whole, fraction


def packed(values: Mapping[str, Decimal | str]) -> str:
    """{currency: amount} as one text, "EUR 12000.00;GBP 48000.50", for the details of a line."""
    return ";".join(f"{currency} {amount}" for currency, amount in sorted(values.items()))


def unpacked(text: str) -> dict[str, str]:
    """{currency: amount as text} from what `packed` gave."""
    return {part[:3]: part[4:] for part in text.split(";") if part}


def differ(some: Mapping[str, Decimal | str], others: Mapping[str, Decimal | str]) -> bool:
    """Whether two sets of amounts are not the same money; "48000" and "48000.00" are."""
    return {c: Decimal(a) for c, a in some.items()} != {c: Decimal(a) for c, a in others.items()}
