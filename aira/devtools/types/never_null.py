"""What answers of functions are never null: the catalog does not say it, CONTRACT.md does.

A function that is missing here may answer null, in its type: a caller looks once too often, never once too few.
"""

_SLOTS = frozenset({"starts_at", "ends_at", "local_start", "free"})

# function → columns of its answer; "" is the answer of a function that has no columns.
NEVER_NULL = {
    "available_slots": _SLOTS,
    "book_appointment": frozenset({"outcome"}),
    "cancel_appointment": frozenset({"outcome"}),
    "check_appointment_time": frozenset({""}),
    "document_completed": frozenset({""}),
    "document_failed": frozenset({""}),
    "document_started": frozenset({""}),
    "find_business_by_number": frozenset(
        {"business_id", "name", "business_type", "timezone", "is_open_now", "number_id"}
    ),
    "nearest_slots": _SLOTS,
    "reschedule_appointment": frozenset({"outcome"}),
    "search_appointments": frozenset(
        {"id", "business_id", "customer_name", "scheduled_at", "duration", "status", "rank"}
    ),
    "search_documents": frozenset(
        {"id", "business_id", "file_name", "file_path", "processing_status", "created_at", "rank"}
    ),
    "validate_appointment_time": frozenset({""}),
    "wallet_statement": frozenset({"opening_balance", "entries", "closing_balance"}),
}
