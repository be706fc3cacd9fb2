"""Name the permissions that staff need to move money."""

# To return money: by a refund, and by a dispute that a person reports.
MAY_REFUND = "billing.add_refund"
