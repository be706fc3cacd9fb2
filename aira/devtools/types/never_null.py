"""List the results of functions that are never null.

CONTRACT.md promises it, but the catalog does not know it.

Results that are missing here may be null in their types, so that callers check too often rather than too rarely.
"""

_SLOTS = frozenset({"starts_at", "ends_at", "local_start", "free"})

# Columns of the result by function. "" is the result of a function without columns.
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
