"""What CRMs call the columns of a contact, and which of ours each one means."""

from bot.importing.rules.columns import PRIMARY_IDS, PRIMARY_NAMES, REMOVED, Fields

CONTACT_FIELDS: Fields = {
    "external_id": ("contact id", "record id", "record id contact", "person id", "hs object id",
                    "do not modify contact", "id"),
    "account_external_id": ("account id", "company id", "customer id", "organization id", "organisation id",
                            "client id", "crm account id", "account name id", "person organization id", *PRIMARY_IDS),
    "account_name": (*PRIMARY_NAMES, "account name", "account", "company name", "company", "customer name", "customer",
                     "organization", "organisation", "organization name", "associated company", "client", "employer",
                     "person organization", "person organisation",
                     "firma", "société", "empresa", "azienda", "bedrijf"),
    "first_name": ("first name", "given name", "forename", "vorname", "prénom", "nombre", "nome", "voornaam",
                   "förnamn", "fornavn"),
    "last_name": ("last name", "surname", "family name", "nachname", "apellido", "apellidos", "cognome",
                  "achternaam", "efternamn", "etternavn"),
    "full_name": ("name", "contact name", "contact", "person", "contact person", "display name", "person name",
                  "ansprechpartner"),
    "title": ("job title", "position", "role title", "job position", "jobtitle", "titel", "funktion", "poste",
              "cargo", "funzione", "functie"),
    "email": ("email address", "e mail", "mail", "work email", "business email", "primary email", "e mail address",
              "e mail adresse", "correo electrónico", "courriel", "person email", "person email work"),
    "part": ("buying role", "buyer role", "contact role", "role", "contact roles", "buying roles", "role in deal",
             "decision role", "stakeholder role", "opportunity role", "hs buying role", "rolle"),
    "since": ("contact since", "start date", "in role since"),
    "left_on": ("left on", "left date", "date left", "departure date", "left company on", "end date",
                "ausgeschieden am", "austrittsdatum"),
    "left": ("has left", "no longer at company", "no longer with company", "no longer at the company", "left company",
             "left the company", "nolongeratcompany", "departed", "former", "ausgeschieden"),
    **REMOVED,
}  # fmt: skip
