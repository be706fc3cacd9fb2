"""Wallets, transactions, the ledger and payments."""
