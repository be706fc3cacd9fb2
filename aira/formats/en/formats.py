"""Show dates as 24 Dec 2026, and times of day with 24 hours."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
# With the zone: a page may show times of a business and of the reader.
DATETIME_FORMAT = "j M Y H:i T"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
