"""Every column that can hold words, and how what is a requester's in it goes; docs/privacy.md in short.

A model or a column that is not here fails tests/privacy/test_inventory.py: say first how it goes.
"""

# Goes with its ticket: a foreign key leads there, by CASCADE.
TICKET = "ticket"
# Goes by hand, in tickets/privacy/deletion.py or erasure.py, with the ticket or the person.
BY_HAND = "by hand"
# Codes, digests of nothing personal, counts: nothing of a requester's is in it.
NOTHING = "nothing"
# Those who work here, and what they and operators write for everybody.
STAFF = "staff"

INVENTORY = {
    "account.EmailAddress": (STAFF, "email"),
    "account.EmailConfirmation": (STAFF, "key"),
    "admin.LogEntry": (STAFF, "object_id object_repr change_message"),
    "auth.Group": (STAFF, "name"),
    "auth.Permission": (NOTHING, "name codename"),
    "auth.User": (STAFF, "password username first_name last_name email"),
    "contenttypes.ContentType": (NOTHING, "app_label model"),
    "mfa.Authenticator": (STAFF, "data"),
    "sessions.Session": (STAFF, "session_key session_data"),
    "tickets.AgentDay": (NOTHING, "first_human"),
    "tickets.AgentProfile": (STAFF, "hidden_columns"),
    "tickets.ApiKey": (STAFF, "name prefix token_hash scopes"),
    "tickets.Assessment": (TICKET, "category route guesses facts reasons model_version"),
    "tickets.BulkItem": (TICKET, "because before"),
    "tickets.BulkJob": (NOTHING, "choice query"),  # a search is no list that can be changed
    "tickets.Departed": (NOTHING, "key counts times"),
    "tickets.Draft": (TICKET, "sealed page"),
    "tickets.Erasure": (NOTHING, "number digest counts"),
    "tickets.Event": (TICKET, "data"),
    "tickets.Figures": (NOTHING, "category first_auto first_human"),
    "tickets.HistoricalMacro": (STAFF, "title key category body_id body_en history_change_reason"),
    "tickets.HistoricalOpeningHours": (STAFF, "history_change_reason"),
    "tickets.HistoricalPlaybookOverride": (STAFF, "category changes replaced history_change_reason"),
    "tickets.HistoricalServicePolicy": (STAFF, "history_change_reason"),
    "tickets.HistoricalServiceTarget": (STAFF, "history_change_reason"),
    "tickets.HistoricalSpecialDay": (STAFF, "name history_change_reason"),
    "tickets.IdentityFile": (TICKET, "path format"),
    "tickets.IdentityLook": (TICKET, "ip_address"),  # of who works here
    "tickets.Incident": (STAFF, "title public_note"),
    "tickets.IncomingMail": (
        BY_HAND,
        "message_id content_digest reason unanswered_because from_domain sender_digest status_code",
    ),
    # Keyed digests, gone with the answer a moment later.
    "tickets.LinkRequest": (NOTHING, "reference address_digest"),
    "tickets.Macro": (STAFF, "title key category body_id body_en"),
    "tickets.Merge": (TICKET, "ticket_was into_was into_made"),
    "tickets.Message": (
        TICKET,
        "subject body advice purpose suppressed_because recipient recipient_key message_id last_error"
        " provider_id bounce_status",
    ),
    "tickets.MeterValue": (NOTHING, "name labels"),
    "tickets.OpenWork": (NOTHING, "by_category by_agent"),
    "tickets.PlaybookOverride": (STAFF, "category changes replaced"),
    "tickets.Pulse": (NOTHING, "name"),
    "tickets.RawMail": (BY_HAND, "sealed"),
    "tickets.Reading": (TICKET, "text lines"),
    "tickets.Retention": (NOTHING, "rule"),
    "tickets.Round": (NOTHING, "name trouble"),
    "tickets.SavedView": (BY_HAND, "name query"),
    "tickets.Screenshot": (TICKET, "name original_path clean_path format sha256"),
    "tickets.SealedSecret": (TICKET, "sealed"),
    "tickets.ShadowAssessment": (TICKET, "version category route live_category live_route"),
    "tickets.SpecialDay": (STAFF, "name"),
    "tickets.SuppressedAddress": (BY_HAND, "key address status"),
    "tickets.SolvedDay": (NOTHING, "category"),
    "tickets.Ticket": (
        BY_HAND,
        "reference registered_email registered_phone reply_email requester_key device user_agent ip_address"
        " network description screen_text category second_category attention breached situation signup_claim"
        " suspended_because",
    ),
    "tickets.Trace": (TICKET, "key"),
    "tickets.TriageWeek": (NOTHING, "category"),
    "tickets.WebhookDelivery": (BY_HAND, "type payload last_error"),
    "tickets.WebhookEndpoint": (STAFF, "url sealed_secret events"),
    "tickets.WeeklySummary": (STAFF, "message_id last_error"),
}
