"""A contract's terms in words: for how long it renews, until when one can say no as a sum, what it costs more then."""

from __future__ import annotations

from bot.renewals.facts import ContractLine
from bot.slack import text


def term_words(line: ContractLine, as_of: str) -> list[str]:
    """The parts of the sentence about a contract that still runs, each able to stand alone."""
    parts = []
    if line.first_term and line.first_term != line.renewal_term:
        parts.append(f"first term {text.count(line.first_term, 'month')}")
    renews = "renews by itself" if line.auto_renew else "needs a signature"
    if line.renewal_term and (line.auto_renew or not line.is_assumed):
        how_long = f"for {text.count(line.renewal_term, 'month')}{' (assumed)' if line.is_assumed else ''}"
        renews = f"{renews} {how_long}" if line.auto_renew else f"{renews}, renews {how_long}"
    parts.append(renews)
    if notice := notice_words(line, as_of):
        parts.append(notice)
    if line.price_rise:
        by = f", to be announced by {text.day(line.price_rise_by, as_of)}" if line.price_rise_by else ""
        before = f" ({text.typed(line.price_rise_notice, 80)} before)" if line.price_rise_notice else ""
        parts.append(f"price rises by {text.typed(line.price_rise, 120)}{by}{before}")
    return parts


def notice_words(line: ContractLine, as_of: str) -> str:
    """The notice period as a sum, "notice: 3 months before 1 Jan = 1 Oct", or the day that was agreed; may be empty."""
    if line.notice and line.deadline:
        end, last = text.short_day(line.renewal_date), text.short_day(line.deadline)
        before = f", before {end}" if " to the end of " in line.notice else f" before {end}"
        return f"notice: {line.notice}{before} = {last}"
    if line.deadline and line.deadline != line.renewal_date:
        return f"notice until {text.day(line.deadline, as_of)}"
    return f"{text.count(line.notice_days, 'day')} notice" if line.notice_days else ""
