"""What exports of usage call their columns, which of ours each one means, and what their numbers count."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.importing.rules.columns import PRIMARY_IDS, PRIMARY_NAMES, Fields

USAGE_FIELDS: Fields = {
    "external_id": ("usage id", "event id", "usage record id", "record id", "row id", "id"),
    "account_external_id": ("account id", "customer id", "company id", "organization id", "organisation id",
                            "client id", "crm account id", "tenant id", "workspace id", "org id", "group id",
                            *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account", "company name", "company", "customer name", "customer",
                     "organization", "organisation", "organization name", "client", "client name", "tenant",
                     "tenant name", "kunde", "firma", "société", "empresa", "cliente", "azienda",
                     "bedrijf", "klant"),
    "contract_external_id": ("subscription id", "contract id", "subscription", "agreement id", "license id",
                             "licence id", "order id"),
    "month": ("usage month", "year month", "period month", "month of", "calendar month", "billing month",
              "reporting month", "month start", "monat", "mois", "mes", "mese", "maand", "mês"),
    "day": ("date", "usage date", "activity date", "event date", "period", "usage day", "day of usage", "timestamp",
            "event time", "occurred at", "recorded at", "reported on", "measured on", "as of", "as of date",
            "snapshot date", "period start", "start date", "week", "week start", "week of", "datum", "tag", "fecha",
            "data", "jour", "día", "dia", "giorno", "dag"),
    "product": ("product name", "product line", "module", "module name", "app", "application", "sku", "add on",
                "plan name", "plan tier", "plan", "edition", "package", "produkt", "produit", "producto", "prodotto"),
    "measure": ("metric", "metric name", "measure name", "kpi", "event name", "event type", "event", "action",
                "usage type", "type of usage", "meter", "meter name", "kennzahl", "indicateur", "métrica"),
    "amount": ("usage count", "usage", "usage amount", "total usage", "usage quantity", "count", "number", "quantity",
               "value", "metric value", "total", "events", "event count", "total events", "actions", "action count",
               "uses", "times used", "nutzung", "anzahl", "menge", "nombre", "cantidad", "quantità", "aantal"),
    "users": ("active users", "number of active users", "active user count", "daily active users",
              "weekly active users", "monthly active users", "dau", "wau", "mau", "unique users", "distinct users",
              "user count", "users active", "active seats", "seats used", "used seats", "licenses used",
              "licences used", "aktive nutzer", "utilisateurs actifs", "usuarios activos", "utenti attivi",
              "actieve gebruikers"),
    "logins": ("login count", "number of logins", "total logins", "log ins", "sign ins", "signins", "sign in count",
               "sessions", "session count", "visits", "anmeldungen", "connexions", "accesos"),
    "api_calls": ("api call count", "api requests", "api request count", "requests", "request count", "calls"),
    "seconds": ("usage duration secs", "usage duration seconds", "duration secs", "duration seconds", "duration sec",
                "usage seconds", "time spent seconds", "seconds used", "duration s", "duration in seconds"),
    "minutes": ("usage duration minutes", "usage duration mins", "duration minutes", "duration mins", "duration min",
                "usage minutes", "minutes used", "time spent minutes", "duration in minutes", "active minutes"),
    "hours": ("usage duration hours", "usage hours", "duration hours", "hours used", "time spent hours",
              "duration in hours", "active hours", "duration h"),
    "feature": ("feature name", "feature key", "feature id", "function", "page"),
    "errors": ("error count", "number of errors", "errors count", "failures", "failed count"),
    "beta": ("is beta feature", "is beta", "beta feature"),
}  # fmt: skip

MEASURES: Mapping[str, tuple[str, float]] = MappingProxyType({
    "amount": ("uses", 1),
    "users": ("active users", 1),
    "logins": ("logins", 1),
    "api_calls": ("API calls", 1),
    "seconds": ("hours", 3600),
    "minutes": ("hours", 60),
    "hours": ("hours", 1),
})  # fmt: skip
"""A column with numbers → what they are kept as, and how many of its numbers make one of these."""
