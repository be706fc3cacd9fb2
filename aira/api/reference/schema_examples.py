"""Give an example of each request body, by the name of its schema."""

from typing import Any

BUSINESS = "5d0f3c1a-2b7e-4c57-9a80-0f6f2c1e7b11"
USER = "0b9c8a77-6f1d-4d3e-8a55-2f4f6f0f9c01"

EXAMPLES: dict[str, dict[str, Any]] = {
    "BusinessRequest": {
        "user": USER,
        "name": "Casa Verde",
        "business_type": "restaurant",
        "timezone": "Europe/Berlin",
        "business_hours": {"weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}},
    },
    "PatchedBusinessRequest": {"timezone": "Europe/Berlin"},
    "BusinessNumberRequest": {
        "user": USER,
        "business": BUSINESS,
        "phone_number": "+14155550123",
        "display_name": "Front desk",
        "country_code": "US",
        "number_type": "local",
        "monthly_cost": "1.15",
    },
    "PatchedBusinessNumberRequest": {"is_primary": True},
    "AppointmentRequest": {
        "business": BUSINESS,
        "customer_name": "Carol Jones",
        "customer_phone": "+14155550188",
        "scheduled_at": "2026-12-24T10:00:00Z",
        "duration": 60,
    },
    "PatchedAppointmentRequest": {"notes": "window seat"},
    "BookingRulesRequest": {"business": BUSINESS, "capacity": 4, "buffer_after": 10, "min_notice": 60},
    "PatchedBookingRulesRequest": {"capacity": 6},
    "DocumentRequest": {
        "business": BUSINESS,
        "file_name": "menu.pdf",
        "file_path": f"{BUSINESS}/menu.pdf",
        "file_size": 82944,
    },
    "PatchedDocumentRequest": {"file_name": "menu-winter.pdf"},
    "RecordRequest": {
        "user": USER,
        "type": "debit",
        "amount": "4.20",
        "currency": "USD",
        "description": "Call of 6 minutes",
    },
    "CompleteRequest": {"amount": "3.80"},
    "AdjustRequest": {
        "user": USER,
        "type": "credit",
        "amount": "4.20",
        "currency": "USD",
        "reason": "the call was charged twice",
        "key": "ticket-4712",
    },
    "RefundRequest": {"amount": "2.10", "reason": "half of the call was silent", "key": "ticket-4711"},
    "BookRequest": {
        "business": BUSINESS,
        "scheduled_at": "2026-12-24T10:00:00Z",
        "customer_name": "Carol Jones",
        "duration": 60,
        "external_id": "CA0123456789abcdef0123456789abcdef",
    },
    "RescheduleRequest": {"scheduled_at": "2026-12-24T11:00:00Z"},
    "ReasonRequest": {"reason": "ticket 4711"},
    "CancelRequest": {"reason": "the customer called"},
    "SubscribeRequest": {
        "url": "https://hooks.example.com/aira",
        "types": ["appointment.booked", "appointment.moved", "appointment.cancelled"],
        "description": "sync of bookings into a spreadsheet",
    },
    "PatchedChangeSubscriptionRequest": {"types": ["*"]},
    "SinceRequest": {"since": "2026-12-24T10:00:00Z"},
    "HoldRequest": {"reason": "maintenance until noon"},
    "StartExportRequest": {
        "resource": "appointments",
        "format": "csv",
        "filters": {"status": "confirmed", "scheduled_at__gte": "2026-12-01T00:00:00Z"},
    },
    "ItemsRequest": {"items": [{"user": USER, "name": "Casa Verde", "business_type": "restaurant"}]},
}
