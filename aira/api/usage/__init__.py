"""Count and show how much API keys are used."""
