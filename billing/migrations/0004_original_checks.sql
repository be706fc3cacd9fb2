-- Under the names of the rules they protect: wallet_balance_not_negative, wallet_currency_known, transaction_currency_known.
alter table public.wallets drop constraint wallets_check;
alter table public.wallets drop constraint wallets_currency_check;
alter table public.transactions drop constraint transactions_currency_check;
