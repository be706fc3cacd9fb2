"""Define the one form in which phone numbers of businesses are stored."""

# E.164: + and 2 to 15 digits, such as +14155550123. Numbers of customers are stored as they were given.
E164 = r"^\+[1-9][0-9]{1,14}$"
