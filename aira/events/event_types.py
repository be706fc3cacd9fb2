"""List the types of events, and say what each of them means."""

# A type keeps its name and its meaning. The functions *_event in the apps' sql folders decide when one is written.
EVENT_TYPES: dict[str, str] = {
    "business.created": "A business was added.",
    "business.updated": "A business was changed. Changes in the trash are not reported.",
    "business.trashed": "A business was moved to the trash.",
    "business.restored": "A business was restored from the trash.",
    "number.bought": "A phone number came into use: it was bought, or restored from the trash.",
    "number.released": "A phone number was moved to the trash.",
    "appointment.booked": "An appointment was confirmed: it was booked, confirmed again or restored from the trash.",
    "appointment.moved": "A confirmed appointment got another time, duration or business.",
    "appointment.cancelled": "An appointment was cancelled, or a confirmed one was moved to the trash.",
    "appointment.completed": "The status of an appointment became completed.",
    "appointment.no_show": "The status of an appointment became no-show.",
    "transaction.completed": "A transaction was completed, which posted it to the ledger.",
    "transaction.failed": "The status of a transaction became failed.",
    "transaction.refunded": "The refunded amount of a transaction changed. It falls if a refund fails.",
    "transaction.disputed": "The disputed amount of a transaction changed. It falls if a dispute is won.",
    "wallet.low": "The balance in the wallet's currency fell below 5 USD or 400 INR.",
    "wallet.stopped": "A wallet was stopped: it takes credits, but no debits.",
    "document.completed": "The KB Updater processed a document.",
    "document.failed": "The KB Updater could not process a document.",
}
# The type of the event that tests a subscription. It is sent and not stored.
TEST_PING = "test.ping"
# The resource of the API that shows the object of an event, by the first part of its type.
RESOURCES = {
    "business": "businesses",
    "number": "numbers",
    "appointment": "appointments",
    "transaction": "transactions",
    "wallet": "wallets",
    "document": "documents",
}
OBJECT_TYPES = list(RESOURCES)
EVERY_TYPE = "*"


def object_type_of(event_type: str) -> str:
    """Return the kind of object that events of a type are about, such as `appointment`."""
    return event_type.partition(".")[0]


def types_about(object_types: set[str]) -> list[str]:
    """Return the types of events about these kinds of objects."""
    return [one for one in EVENT_TYPES if object_type_of(one) in object_types]
