"""The sample accounts and contracts, as a CRM would export them; days are counted from the day the demo begins.

People and channels are those of the sandbox's own workspace.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.months import shifted
from bot.core.policy import default_policy

DANA, MARCO = "dana@larkfield.example", "marco@larkfield.example"
PRIYA, JONAS = "priya@larkfield.example", "jonas@larkfield.example"
HELEN = "helen@larkfield.example"
MID_MARKET = "Mid-market"

FAR = default_policy("Enterprise").rungs[0] + 20
"""Days to a renewal that is before its first rung, with its notice of two weeks."""


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """One customer; `situation` is what it is there to show."""

    id: str
    name: str
    situation: str
    tier: str
    segment: str
    industry: str
    country: str
    channel: str = ""
    owner: str = ""
    support_lead: str = ""
    aliases: str = ""


@dataclass(frozen=True, slots=True)
class SampleContract:
    """One contract: its term began `began` days ago and ends `ends_in` days from now (None: it rolls by itself).

    `before` is what it was worth in the term before this one; empty for a customer's first term.
    """

    id: str
    account_id: str
    name: str
    ends_in: int | None
    term: str
    value: str
    currency: str
    auto_renew: bool = False
    notice: str = ""
    began: int = 300
    trial: bool = False
    renewal_term: str = ""
    price_rise: str = ""
    price_rise_notice: str = ""
    before: str = ""
    kind: str = "recurring"

    def ends(self, today: date) -> date | None:
        """The day on which its term ends, counted from `today`."""
        return None if self.ends_in is None else today + timedelta(days=self.ends_in)

    def starts(self, today: date) -> date:
        """The day on which the customer began with it, a term earlier where there was one before."""
        ends = self.ends(today)
        return shifted(ends, -24) if ends and self.before else today - timedelta(days=self.began)


ACCOUNTS = (
    SampleAccount(
        "A-01",
        "Acme Robotics",
        "two contracts that renew together; the notice deadline comes long before the renewal",
        "Enterprise",
        "Enterprise",
        "Manufacturing",
        "DE",
        "#acc-acme",
        DANA,
        PRIYA,
        "Acme",
    ),
    SampleAccount(
        "A-02",
        "Brightwater Utilities",
        "renews itself unless someone says no in time",
        "Enterprise",
        "Enterprise",
        "Utilities",
        "GB",
        "#acc-brightwater",
        DANA,
        PRIYA,
    ),
    SampleAccount(
        "A-03",
        "Cedar Health",
        "in negotiation, at risk, and the deadline is close",
        "Enterprise",
        "Enterprise",
        "Healthcare",
        "US",
        "#acc-cedar-health",
        DANA,
        JONAS,
    ),
    SampleAccount(
        "A-04",
        "Deltaforge Steel",
        "nobody knows what the contract is worth",
        "Mid",
        "Growth",
        "Manufacturing",
        "IT",
        "#acc-deltaforge",
        MARCO,
        PRIYA,
    ),
    SampleAccount(
        "A-05",
        "Elmwood Foods",
        "a yearly contract, and a monthly one that counts in value but has no ladder",
        "Mid",
        "Growth",
        "Food",
        "NL",
        "#acc-elmwood",
        MARCO,
        JONAS,
    ),
    SampleAccount(
        "A-06",
        "Fenwick & Rowe Legal",
        "signed, and not invoiced yet",
        "Mid",
        "Growth",
        "Legal",
        "GB",
        "#acc-fenwick",
        MARCO,
        PRIYA,
        "Fenwick; F&R",
    ),
    SampleAccount(
        "A-07",
        "Granite Peak Outdoor",
        "its term ends today and nothing is signed",
        "Small",
        "Growth",
        "Retail",
        "US",
        "#acc-granite-peak",
        DANA,
        PRIYA,
    ),
    SampleAccount(
        "A-08",
        "Harborline Shipping",
        "contracts in two currencies, which are never added up",
        "Enterprise",
        "Enterprise",
        "Logistics",
        "NO",
        "#acc-harborline",
        MARCO,
        JONAS,
    ),
    SampleAccount(
        "A-09",
        "Ivory Coast Bank",
        "far away: its first card comes when you move the clock",
        "Enterprise",
        "Enterprise",
        "Banking",
        "CI",
        "#acc-ivory-bank",
        DANA,
        PRIYA,
    ),
    SampleAccount(
        "A-10",
        "Juniper Learning",
        "nobody owns it",
        "Small",
        "Growth",
        "Education",
        "SE",
        "#acc-juniper",
    ),
    SampleAccount(
        "A-11",
        "Kestrel Air",
        "snoozed for a week, with a reason",
        "Mid",
        "Growth",
        "Aviation",
        "IE",
        "#acc-kestrel-air",
        DANA,
        PRIYA,
    ),
    SampleAccount(
        "A-12",
        "Meridian Freight",
        "its channel is shared with the customer, so the card goes to the owner alone",
        "Enterprise",
        "Enterprise",
        "Logistics",
        "US",
        "#acc-meridian",
        DANA,
        PRIYA,
    ),
    SampleAccount(
        "A-13",
        "Larch & Sons",
        "no channel of its own: it speaks where its segment speaks",
        "Mid",
        "Enterprise",
        "Furniture",
        "AT",
        owner=MARCO,
    ),
    SampleAccount(
        "A-14",
        "Moorland Tea",
        "no channel, no route, no owner: the fallback channel hears of it",
        "Small",
        "Self-serve",
        "Food",
        "GB",
    ),
    SampleAccount(
        "A-15",
        "Norrland Timber",
        "still a trial, so there is nothing to renew",
        "Small",
        "Self-serve",
        "Forestry",
        "SE",
        owner=MARCO,
    ),
    # These four stand one under the other in the channel of their segment: what a newcomer sees first.
    SampleAccount(
        "A-16",
        "Sable Insurance",
        "just won: signed, invoiced and paid",
        "Mid",
        MID_MARKET,
        "Insurance",
        "US",
        owner=DANA,
        support_lead=JONAS,
    ),
    SampleAccount(
        "A-17",
        "Ridgeway Museums",
        "on track: content, proposed, and sure to renew",
        "Mid",
        MID_MARKET,
        "Culture",
        "NL",
        owner=MARCO,
        support_lead=PRIYA,
    ),
    SampleAccount(
        "A-18",
        "Quarrystone Builders",
        "overdue: its term is over and nothing is signed",
        "Mid",
        MID_MARKET,
        "Construction",
        "GB",
        owner=MARCO,
        support_lead=JONAS,
    ),
    SampleAccount(
        "A-19",
        "Poppyfield Hotels",
        "at risk, and somebody is on it",
        "Mid",
        MID_MARKET,
        "Hospitality",
        "FR",
        owner=DANA,
        support_lead=PRIYA,
    ),
    SampleAccount(
        "A-20",
        "Tidewater Press",
        "lost today: what came before it is laid out in an autopsy",
        "Enterprise",
        "Enterprise",
        "Publishing",
        "US",
        owner=DANA,
        support_lead=PRIYA,
    ),
)

CONTRACTS = (
    SampleContract(
        "C-101",
        "A-01",
        "Platform",
        150,
        "annual",
        "96,000.00",
        "EUR",
        True,
        "2 months",
        215,
        renewal_term="12 months",
        price_rise="CPI, at most 5%",
        price_rise_notice="3 months",
        before="96,000.00",
    ),
    SampleContract("C-102", "A-01", "Premium support", 162, "annual", "18,000.00", "EUR", True, "2 months", 203),
    SampleContract(
        "C-201", "A-02", "Platform", 68, "annual", "54,500.00", "GBP", True, "30 days", 297, before="50,000.00"
    ),
    SampleContract("C-301", "A-03", "Platform, three years", 12, "3 years", "240,000.00", "USD", False, "", 1083),
    SampleContract("C-401", "A-04", "Maintenance", 25, "annual", "", "EUR", False, "", 340),
    SampleContract(
        "C-501",
        "A-05",
        "Platform",
        55,
        "annual",
        "31,200.00",
        "EUR",
        False,
        "",
        310,
        before="31,200.00",
    ),
    SampleContract("C-502", "A-05", "Extra users", None, "monthly", "480.00", "EUR", True, "", 130),
    SampleContract(
        "C-601",
        "A-06",
        "Platform",
        20,
        "annual",
        "42,000.00",
        "GBP",
        False,
        "",
        345,
        before="40,000.00",
    ),
    SampleContract("C-701", "A-07", "Starter", 0, "annual", "6,900.00", "USD", False, "", 365),
    SampleContract(
        "C-801",
        "A-08",
        "Platform",
        29,
        "annual",
        "120,000.00",
        "EUR",
        False,
        "",
        336,
        before="132,000.00",
    ),
    SampleContract(
        "C-802", "A-08", "Fleet add-on", 41, "annual", "640,000.00", "NOK", False, "", 324, before="640,000.00"
    ),
    SampleContract(
        "C-901", "A-09", "Platform", FAR, "annual", "180,000.00", "CHF", True, "14 days", 365 - FAR, before="171,000.00"
    ),
    SampleContract("C-1001", "A-10", "Starter", 45, "annual", "9,400.00", "SEK", False, "", 320),
    SampleContract(
        "C-1101",
        "A-11",
        "Platform",
        62,
        "annual",
        "38,000.00",
        "EUR",
        False,
        "",
        303,
        before="44,000.00",
    ),
    SampleContract(
        "C-1201", "A-12", "Platform", 33, "annual", "150,000.00", "USD", False, "", 332, before="138,000.00"
    ),
    SampleContract("C-1301", "A-13", "Platform", 85, "annual", "22,000.00", "EUR", False, "", 280),
    SampleContract("C-1401", "A-14", "Starter", 14, "annual", "2,400.00", "GBP", True, "", 351),
    SampleContract("C-1501", "A-15", "Trial", 20, "monthly", "0.00", "SEK", trial=True, began=10),
    SampleContract("C-1502", "A-15", "Stock count", -30, "2 months", "7,500.00", "SEK", began=90, kind="one-off"),
    SampleContract(
        "C-1601",
        "A-16",
        "Platform",
        9,
        "annual",
        "88,000.00",
        "USD",
        False,
        "",
        356,
        before="80,000.00",
    ),
    SampleContract(
        "C-1701",
        "A-17",
        "Platform",
        52,
        "annual",
        "36,000.00",
        "EUR",
        False,
        "",
        313,
        before="36,000.00",
    ),
    SampleContract("C-1801", "A-18", "Platform", -4, "annual", "28,500.00", "GBP", False, "", 369),
    SampleContract("C-2001", "A-20", "Platform", 24, "annual", "72,000.00", "USD", False, "", 341),
    SampleContract(
        "C-1901",
        "A-19",
        "Platform",
        18,
        "annual",
        "64,000.00",
        "EUR",
        False,
        "",
        347,
        before="64,000.00",
    ),
)


def accounts_csv() -> str:
    """The sample accounts as a CRM export."""
    header = (
        "Account ID",
        "Account Name",
        "Tier",
        "Segment",
        "Industry",
        "Country",
        "Slack Channel",
        "Account Owner",
        "Support Lead",
        "Manager",
        "Aliases",
    )
    return _csv(
        header,
        [
            (
                a.id,
                a.name,
                a.tier,
                a.segment,
                a.industry,
                a.country,
                a.channel,
                a.owner,
                a.support_lead,
                HELEN if a.owner else "",
                a.aliases,
            )
            for a in ACCOUNTS
        ],
    )


def contracts_csv(today: date) -> str:
    """The sample contracts as a CRM export of `today`."""
    header = (
        "Contract ID",
        "Account ID",
        "Contract Name",
        "Contract Type",
        "Start Date",
        "End Date",
        "Contract Term",
        "ARR",
        "MRR",
        "Currency",
        "Auto Renew",
        "Notice Period",
        "Renewal Term",
        "Price Increase",
        "Price Increase Notice",
        "Trial",
    )
    return _csv(header, [_contract_row(c, today) for c in CONTRACTS])


def _contract_row(contract: SampleContract, today: date) -> tuple[str, ...]:
    ends = contract.ends(today)
    monthly = contract.term == "monthly"
    return (
        contract.id,
        contract.account_id,
        contract.name,
        contract.kind,
        str(contract.starts(today)),
        str(ends or ""),
        contract.term,
        "" if monthly else contract.value,
        contract.value if monthly else "",
        contract.currency,
        "yes" if contract.auto_renew else "no",
        contract.notice,
        contract.renewal_term,
        contract.price_rise,
        contract.price_rise_notice,
        "yes" if contract.trial else "no",
    )


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
