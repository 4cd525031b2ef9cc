"""What CRMs call their columns, and which of ours each one means."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.importing.rules.header_units import HeaderUnit, unit_of

Fields = Mapping[str, tuple[str, ...]]
"""A field's name → the headers that mean it, the surest first. The field's own name always counts."""

AMOUNTS = ("value", "annual_value", "monthly_value")
"""Fields whose headers may name a unit, and that may have a currency column of their own."""

_OWN_CURRENCIES = tuple(f"{name}_currency" for name in AMOUNTS)
_CURRENCY_ENDS = tuple(
    word + end
    for word in ("currency", "währung", "waehrung", "devise", "moneda", "valuta", "moeda", "waluta", "通貨", "币种")
    for end in ("", "code", "isocode", "iso")
)

REMOVED: Fields = {
    "deleted": ("is deleted", "deleted at", "deleted date", "deleted on", "in trash", "in recycle bin",
                "record deleted", "gelöscht", "supprimé", "eliminado", "borrado", "excluído", "verwijderd",
                "cancellato", "slettet"),
    "archived": ("is archived", "archived at", "archived date", "archived on", "hs archived", "archiviert", "archivé",
                 "archivado", "arquivado", "gearchiveerd", "archiviato", "arkiverad"),
}  # fmt: skip
"""What says of any record that its CRM has thrown it away."""

ACCOUNT_FIELDS: Fields = {
    # An id goes before a number: it is the id that the other files of a CRM refer to.
    "external_id": ("account id", "customer id", "company id", "crm id", "id", "record id", "internal id",
                    "organization id", "organisation id", "client id"),
    "number": ("account number", "customer number", "company number", "client number"),
    "name": ("account name", "customer name", "company name", "account", "customer", "company", "organization",
             "organisation", "client", "client name"),
    "tier": ("plan tier", "account tier", "customer tier", "service tier", "support tier", "tier name", "level"),
    "segment": ("market segment", "customer segment", "account segment", "size segment"),
    "industry": ("vertical", "sector", "industry name"),
    "country": ("billing country", "country code", "hq country", "nation", "region country"),
    "currency": ("currency code", "account currency", "iso currency", "currency iso code"),
    "timezone": ("time zone", "tz", "zone"),
    "channel": ("slack channel", "channel id", "account channel", "slack"),
    "owner": ("account owner", "owner email", "account manager", "customer success manager", "csm", "csm email",
              "rep", "sales rep", "account executive", "ae", "renewal owner", "relationship owner", "company owner"),
    "support_lead": ("support owner", "support contact", "support engineer", "support rep", "support email",
                     "technical account manager", "tam"),
    "manager": ("owner manager", "owners manager", "manager email", "sales manager", "cs manager", "team lead"),
    "aliases": ("alias", "also known as", "aka", "other names", "short name", "trading name", "dba"),
    "is_trial": ("trial", "on trial", "trial flag", "is trial account"),
    "churned": ("churn flag", "is churned", "churn", "has churned", "cancelled", "canceled"),
    "signup_date": ("sign up date", "signed up", "customer since", "created date", "created at", "created on",
                    "start date"),
    **REMOVED,
}  # fmt: skip

_HEADER_UNITS = ("days", "working days", "business days", "weeks", "months", "quarters", "years", "mos", "mths", "yrs",
                 "tage", "wochen", "monate", "jahre", "mois", "jours", "meses", "mesi", "maanden", "dias", "anni",
                 "años", "ans", "jaren")  # fmt: skip


_TERM_IN_MONTHS = ("term in months", "contract term months", "term length months", "contract length months",
                   "duration months", "months")  # fmt: skip


def _with_units(*headers: str, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Headers as they are, and with a unit behind them: "term (years)", "notice period in months"."""
    units = (f"{header}{within}{unit}" for header in headers for unit in _HEADER_UNITS for within in (" ", " in "))
    return (*headers, *more, *(header for header in units if header_key(header) not in _NAMED_APART))


def header_key(header: str) -> str:
    """A header for comparing: letters and digits only, no case."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in folded if c.isalnum())


_NAMED_APART = frozenset(header_key(header) for header in ("term months", *_TERM_IN_MONTHS))


TOTAL_VALUE = ("total contract value", "tcv", "total value", "contract total", "total contract amount", "total amount",
               "gesamtvertragswert", "gesamtwert", "valeur totale", "valeur totale du contrat", "valor total",
               "valor total del contrato", "valore totale", "totale contractwaarde")  # fmt: skip
"""Headers of an amount that is the whole term's, however long it is."""
PRIMARY_IDS = ("associated company ids primary", "associated company id primary", "primary company id",
                "primary associated company id", "associated company id", "associated company ids")  # fmt: skip
PRIMARY_NAMES = ("associated company primary", "associated companies primary", "primary company", "primary account",
                  "primary associated company", "primary company name")  # fmt: skip
"""Where a record may have several companies, its first one."""

CONTRACT_FIELDS: Fields = {
    "external_id": ("contract id", "subscription id", "contract number", "agreement id", "agreement number",
                    "opportunity id", "order id", "order number", "id", "record id"),
    "account_external_id": ("account id", "customer id", "company id", "client id", "crm account id", *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account", "customer name", "customer", "company name", "company", "client name",
                     "client", "organization", "organisation", "associated company", "company account",
                     "customer company"),
    "name": ("contract name", "subscription name", "agreement name", "opportunity name", "deal name", "title",
             "product", "product name", "description"),
    "kind": ("contract kind", "contract type", "agreement type", "revenue type", "type", "recurring"),
    "start_date": ("contract start date", "contract start", "subscription start date", "subscription start",
                   "term start date", "term start", "current term start",
                   "current period start", "effective date", "start", "begin date", "from"),
    "end_date": ("contract end date", "contract end", "renewal date", "next renewal date", "subscription end date",
                 "subscription end", "term end date", "term end", "current term end",
                 "current period end", "expiration date", "expiry date", "expires on",
                 "expires", "end", "until", "to"),
    "initial_term": _with_units(
        "initial term", "first term", "initial contract term", "initial subscription term", "initial term length",
        "original term", "minimum term", "initial period", "erstlaufzeit", "mindestlaufzeit", "mindestvertragslaufzeit",
        "duree initiale", "durée initiale", "plazo inicial", "duracion inicial", "duración inicial", "durata iniziale",
        "prazo inicial", "initiele looptijd", "initiële looptijd", "initial avtalstid", "okres początkowy",
    ),
    "renewal_term": _with_units(
        "renewal term", "renewal period", "renewal length", "renewal duration", "renewal frequency", "renewal interval",
        "auto renewal term", "auto renewal period", "auto renew term", "extension term", "extension period",
        "subsequent term", "successive term", "verlängerung", "verlängerungslaufzeit", "verlängerungszeitraum",
        "verlängerungsperiode", "verlängerung um", "folgelaufzeit", "reconduction", "durée de reconduction",
        "période de renouvellement", "durée de renouvellement", "periodo de renovación", "plazo de renovación",
        "prórroga", "periodo di rinnovo", "durata del rinnovo", "período de renovação", "prazo de renovação",
        "verlengingstermijn", "verlenging", "verlengingsperiode", "förlängning", "förlängningsperiod",
        "forlengelse", "okres odnowienia",
    ),
    "term_months": _TERM_IN_MONTHS,
    "term": _with_units(
        "contract term", "term length", "subscription term", "contract length", "contract duration", "duration",
        "laufzeit", "vertragslaufzeit", "vertragsdauer", "durée", "durée du contrat", "duración",
        "duración del contrato", "durata", "durata contratto", "duração", "looptijd", "contractduur", "avtalstid",
        "term",
    ),
    "billing_frequency": ("billing period", "billing cycle", "billing interval", "billing term", "billing",
                          "invoice frequency", "payment frequency", "frequency"),
    "value": ("contract value", *TOTAL_VALUE, "amount", "contract amount",
              "renewal amount", "renewal value", "deal value", "price", "total", "betrag", "vertragswert",
              "auftragswert", "montant", "montant du contrat", "importe", "importo", "bedrag", "contractwaarde"),
    "annual_value": ("arr", "arr amount", "acv", "annual contract value", "annual recurring revenue",
                     "annual amount", "annual revenue", "yearly value"),
    "monthly_value": ("mrr", "mrr amount", "monthly recurring revenue", "monthly amount", "monthly fee"),
    "currency": ("currency code", "contract currency", "iso currency", "currency iso code", "währung", "devise",
                 "moneda", "valuta", "moeda", "waluta", "通貨", "币种"),
    **dict.fromkeys(_OWN_CURRENCIES, ()),
    "auto_renew": ("auto renew flag", "auto renewal", "auto renews", "automatic renewal", "autorenewal",
                   "is auto renew", "evergreen", "renews automatically"),
    "notice_days": _with_units(
        "notice period", "notice", "cancellation notice", "cancellation notice period", "termination notice",
        "termination notice period", "non renewal notice", "renewal notice", "renewal notice period",
        "owner expiration notice", "kündigungsfrist", "frist", "préavis", "délai de préavis", "preaviso",
        "plazo de preaviso", "preavviso", "periodo di preavviso", "aviso prévio", "opzegtermijn", "uppsägningstid",
        "oppsigelsestid", "opsigelsesvarsel", "okres wypowiedzenia",
        more=("days notice", "notice in days", "months notice", "weeks notice"),
    ),
    "notice_date": ("notice deadline", "cancel by", "cancel by date", "cancellation deadline", "notice by",
                    "opt out date", "last cancellation date"),
    "price_rise": ("price increase", "annual price increase", "price uplift", "uplift", "annual uplift",
                   "renewal uplift", "price escalator", "escalator", "escalation", "price adjustment", "indexation",
                   "price indexation", "annual increase", "renewal price increase", "preiserhöhung", "preisanpassung",
                   "indexierung", "hausse de prix", "indexation des prix", "incremento de precio", "aumento prezzo",
                   "prijsverhoging", "prijsindexatie"),
    "price_rise_cap": ("price increase cap", "price cap", "renewal cap", "uplift cap", "cap", "price increase limit",
                       "max price increase", "maximum price increase", "maximum increase", "max uplift",
                       "renewal price cap"),
    "price_rise_notice": ("price increase notice", "price increase notice period", "price rise notice days",
                          "price increase notice days", "uplift notice", "price change notice",
                          "price change notice days", "price adjustment notice"),
    "is_trial": ("trial", "on trial", "trial flag"),
    "churned": ("churn flag", "is churned", "churn", "has churned", "cancelled", "canceled", "terminated"),
    **{unit: tuple(f"{header} unit{s}" for header in headers for s in ("", "s")) for unit, headers in {
        "notice_days_unit": ("notice period", "notice", "cancellation notice", "renewal notice", "termination notice"),
        "initial_term_unit": ("initial term", "first term", "initial period"),
        "renewal_term_unit": ("renewal term", "renewal period", "renewal"),
        "term_unit": ("term", "contract term", "subscription term", "term length", "duration", "contract length"),
        "billing_frequency_unit": ("billing period", "billing cycle", "billing interval", "billing frequency"),
    }.items()},
    "seats": ("seat count", "licenses", "licences", "license count", "users", "quantity", "number of seats"),
    "plan": ("plan tier", "plan name", "edition", "package", "subscription plan", "tier"),
    "status": ("contract status", "subscription status", "agreement status", "deal stage", "state", "stage"),
    **REMOVED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matched:
    """Which column holds which field.

    `columns` is field → index. `unknown` are headers that mean nothing to us, `duplicates` headers that mean a
    field which a surer column already fills, as (field, header), `ignored` those a person said to leave out; all are
    named to the person, not read. `units` is what an amount's header says of its numbers.
    """

    columns: Mapping[str, int]
    unknown: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...] = ()
    units: Mapping[str, HeaderUnit] = field(default_factory=dict)

    def missing(self, needed: Collection[str]) -> tuple[str, ...]:
        """Those of the `needed` fields that no column fills."""
        return tuple(name for name in needed if name not in self.columns)


def match_headers(headers: Sequence[str], fields: Fields, mapping: Mapping[str, str] | None = None) -> Matched:
    """Find the column of each field by its known headers; `mapping` (their header → our field) goes first.

    A header mapped to nothing is left out. ValueError when `mapping` names a field that does not exist, a header that
    is not in the file, or one field twice.
    """
    columns, ignored = _mapped(headers, fields, mapping or {})
    keys = [header_key(header) for header in headers]
    taken = set(columns.values()) | set(ignored)
    duplicates: list[tuple[str, str]] = []
    for name, synonyms in fields.items():
        known = dict.fromkeys(header_key(word) for word in (name, *synonyms))
        found = [at for key in known for at, header in enumerate(keys) if header == key and at not in taken]
        taken.update(found)
        if name not in columns and found:
            columns[name] = found.pop(0)
        duplicates.extend((name, headers[at]) for at in found)
    if "value" in fields:
        _match_with_units(headers, fields, columns, taken, duplicates)
        _match_currencies(headers, keys, columns, taken)
    unknown = tuple(headers[at] for at, key in enumerate(keys) if at not in taken and key)
    units = {name: unit[1] for name in AMOUNTS if name in columns and (unit := unit_of(headers[columns[name]]))}
    return Matched(columns, unknown, tuple(duplicates), tuple(headers[at] for at in ignored), units)


def _match_with_units(
    headers: Sequence[str],
    fields: Fields,
    columns: dict[str, int],
    taken: set[int],
    duplicates: list[tuple[str, str]],
) -> None:
    """Columns of amounts whose header names a unit beside what is known: "MRR (cents)"."""
    named = {at: found[0] for at, header in enumerate(headers) if at not in taken and (found := unit_of(header))}
    for name in AMOUNTS:
        known = dict.fromkeys(header_key(word) for word in (name, *fields[name]))
        places = [at for key in known for at, base in named.items() if header_key(base) == key and at not in taken]
        taken.update(places)
        if name not in columns and places:
            columns[name] = places.pop(0)
        duplicates.extend((name, headers[at]) for at in places)


def _match_currencies(headers: Sequence[str], keys: Sequence[str], columns: dict[str, int], taken: set[int]) -> None:
    """Columns that say in which currency an amount is: those called after it, else one beside it, else the only one."""
    free = [
        at for at, key in enumerate(keys) if at not in taken and key.endswith(_CURRENCY_ENDS) and "converted" not in key
    ]
    amounts = {columns[name]: f"{name}_currency" for name in AMOUNTS if name in columns}
    called = {header_key(headers[at]): own for at, own in amounts.items()}
    called |= {header_key(found[0]): own for at, own in amounts.items() if (found := unit_of(headers[at]))}
    for at in list(free):
        of = next((own for key, own in called.items() if keys[at].removeprefix(key) in _CURRENCY_ENDS), None)
        if of is not None and of not in columns:
            columns[of] = at
            taken.add(at)
            free.remove(at)
    for at in list(free):
        beside = [amounts[place] for place in (at + 1, at - 1) if place in amounts and amounts[place] not in columns]
        if beside and "currency" not in columns:
            columns[beside[0]] = at
            taken.add(at)
            free.remove(at)
    if len(free) == 1 and "currency" not in columns:
        columns["currency"] = free[0]
        taken.add(free[0])


def _mapped(headers: Sequence[str], fields: Fields, mapping: Mapping[str, str]) -> tuple[dict[str, int], list[int]]:
    places = {header_key(header): at for at, header in reversed(list(enumerate(headers)))}
    columns: dict[str, int] = {}
    ignored: list[int] = []
    for header, name in mapping.items():
        if name and name not in fields:
            raise ValueError(f"There is no field {name!r}. The fields are: {', '.join(fields)}.")
        if header_key(header) not in places:
            raise ValueError(f"The file has no column {header!r}. Its columns are: {', '.join(headers)}.")
        if not name:
            ignored.append(places[header_key(header)])
            continue
        if name in columns:
            raise ValueError(f"Two columns are mapped to {name!r}. Map one of them.")
        columns[name] = places[header_key(header)]
    return columns, ignored


TOUCHPOINT_FIELDS: Fields = {
    "external_id": ("activity id", "touchpoint id", "interaction id", "engagement id", "task id", "event id", "id",
                    "record id"),
    "account_external_id": ("account id", "customer id", "company id", "client id", "crm account id", "related to id",
                            *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account", "customer name", "customer", "company name", "company", "client name",
                     "client", "organization", "organisation", "related to", "associated company", "company account"),
    "at": ("date", "activity date", "touch date", "when", "timestamp", "occurred at", "completed at", "date time",
           "datetime", "start", "start date", "due date", "created date", "created at"),
    "kind": ("type", "activity type", "engagement type", "interaction type", "channel", "medium"),
    "by": ("owner", "author", "logged by", "rep", "user", "assigned to", "assignee", "activity owner", "created by",
           "assigned", "activity assigned to", "by email", "owner email", "who"),
    "contact": ("contact name", "attendee", "attendees", "person", "customer contact", "participant", "name"),
    "purpose": ("reason", "activity purpose", "objective"),
    "mood": ("sentiment", "tone"),
    "subject": ("title", "topic", "summary"),
    "words": ("notes", "note", "description", "comments", "comment", "body", "details", "outcome", "text", "note body",
              "call notes"),
    "permalink": ("link", "url", "record url"),
    "status": ("activity status", "task status", "meeting status", "event status"),
    "result": ("call result", "call outcome", "call status", "call disposition", "disposition", "meeting outcome",
               "activity outcome", "call type result", "result"),
    **REMOVED,
}  # fmt: skip

TICKET_FIELDS: Fields = {
    "external_id": ("ticket id", "ticket number", "case number", "case id", "issue id", "issue key", "request id", "id",
                    "number", "key"),
    "account_external_id": ("account id", "customer id", "company id", "client id", "organization id",
                            "organisation id", *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account", "customer name", "customer", "company name", "company", "client name",
                     "client", "organization", "organisation", "requester organization", "organizations",
                     "associated company",
                     "company account"),
    "at": ("submitted at", "opened at", "created at", "created", "date opened", "open date", "opened", "created date",
           "created on", "date created", "date", "submitted", "create date", "created time", "requested",
           "requested at", "date time opened"),
    "closed_at": ("closed", "resolved at", "solved at", "closed date", "date closed", "resolved", "resolution date",
                  "solved", "date time closed", "closed time", "resolved time", "close date"),
    "priority": ("severity", "urgency", "ticket priority", "case priority", "priority code"),
    "satisfaction": ("satisfaction score", "csat", "csat score", "satisfaction rating", "rating", "customer rating"),
    "escalated": ("escalation flag", "is escalated", "escalation", "has been escalated"),
    "status": ("ticket status", "case status", "state", "state code", "status code"),
    "subject": ("title", "ticket subject", "summary", "ticket name"),
    "words": ("description", "ticket description", "body", "details", "notes"),
    "contact": ("requester", "requester name", "reporter", "submitter", "contact name", "submitted by"),
    "by": ("assignee", "agent", "assigned to", "owner", "case owner", "assignee name", "assignee email",
           "ticket owner"),
    "permalink": ("link", "url", "ticket url"),
    "resolution_time_hours": ("resolution time", "time to resolution", "resolution time minutes"),
    "first_response_time_minutes": ("first response time", "first reply time", "response time"),
    **REMOVED,
    "spam": ("is spam", "marked as spam"),
}  # fmt: skip

INSIGHT_FIELDS: Fields = {
    "external_id": ("insight id", "content id", "asset id", "article id", "id", "record id"),
    "words": ("title", "headline", "insight", "name", "subject", "summary", "description", "text"),
    "url": ("link", "web address", "permalink", "page"),
    "kind": ("type", "content type", "format", "asset type"),
    "industries": ("industry", "vertical", "verticals", "sector", "sectors"),
    "topics": ("topic", "tags", "tag", "keywords", "keyword", "themes", "subjects"),
    "about_us": ("is about us", "about ourselves", "own content", "promotional", "is promotional"),
    "goal": ("purpose", "nurture goal", "objective"),
    "offer": ("product", "leads to", "related offer", "related product"),
    "valid_until": ("expires", "expires on", "expiry date", "expiration date", "end date", "event date", "valid to"),
    "published_on": ("published", "publication date", "published at", "publish date", "date"),
    "account_external_id": ("account id", "customer id", "company id", "client id", *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account", "customer name", "customer", "company name", "company"),
    **REMOVED,
}  # fmt: skip
