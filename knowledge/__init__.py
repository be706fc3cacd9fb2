"""Documents for the Voice Agent."""
