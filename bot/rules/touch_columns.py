"""What CRMs and helpdesks call their columns of activities and tickets, and which of ours each one means."""

from bot.rules.columns import Fields

TOUCHPOINT_FIELDS: Fields = {
    "external_id": ("activity id", "touchpoint id", "interaction id", "engagement id", "task id", "event id", "id",
                    "record id"),
    "account_external_id": ("account id", "customer id", "company id", "client id", "crm account id", "related to id"),
    "account_name": ("account", "customer name", "customer", "company name", "company", "client name", "client",
                     "organization", "organisation", "related to"),
    "at": ("date", "activity date", "touch date", "when", "timestamp", "occurred at", "completed at", "date time",
           "datetime", "start", "start date", "due date", "created date", "created at"),
    "kind": ("type", "activity type", "engagement type", "interaction type", "channel", "medium"),
    "by": ("owner", "author", "logged by", "rep", "user", "assigned to", "assignee", "activity owner", "created by",
           "by email", "owner email", "who"),
    "contact": ("contact name", "attendee", "attendees", "person", "customer contact", "participant", "name"),
    "purpose": ("reason", "activity purpose", "objective"),
    "mood": ("sentiment", "tone"),
    "subject": ("title", "topic", "summary"),
    "words": ("notes", "note", "description", "comments", "comment", "body", "details", "outcome", "text"),
    "permalink": ("link", "url", "record url"),
    "status": ("activity status", "task status", "meeting status", "event status"),
}  # fmt: skip

TICKET_FIELDS: Fields = {
    "external_id": ("ticket id", "ticket number", "case number", "case id", "issue id", "issue key", "request id", "id",
                    "number", "key"),
    "account_external_id": ("account id", "customer id", "company id", "client id", "organization id",
                            "organisation id"),
    "account_name": ("account", "customer name", "customer", "company name", "company", "client name", "client",
                     "organization", "organisation", "requester organization"),
    "at": ("submitted at", "opened at", "created at", "created", "date opened", "open date", "opened", "created date",
           "created on", "date created", "date", "submitted"),
    "closed_at": ("closed", "resolved at", "solved at", "closed date", "date closed", "resolved", "resolution date",
                  "solved"),
    "priority": ("severity", "urgency", "ticket priority", "case priority"),
    "satisfaction": ("satisfaction score", "csat", "csat score", "satisfaction rating", "rating", "customer rating"),
    "escalated": ("escalation flag", "is escalated", "escalation", "has been escalated"),
    "status": ("ticket status", "case status", "state"),
    "subject": ("title", "ticket subject", "summary"),
    "words": ("description", "ticket description", "body", "details", "notes"),
    "contact": ("requester", "requester name", "reporter", "submitter", "contact name", "submitted by"),
    "by": ("assignee", "agent", "assigned to", "owner", "case owner", "assignee name", "assignee email"),
    "permalink": ("link", "url", "ticket url"),
    "resolution_time_hours": ("resolution time", "time to resolution", "resolution time minutes"),
    "first_response_time_minutes": ("first response time", "first reply time", "response time"),
}  # fmt: skip
