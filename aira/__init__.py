"""Project of the AiRa data platform."""
