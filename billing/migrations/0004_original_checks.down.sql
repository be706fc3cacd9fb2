alter table public.wallets add constraint wallets_check check (balance_usd >= 0 and balance_inr >= 0);
alter table public.wallets add constraint wallets_currency_check check (currency in ('USD', 'INR'));
alter table public.transactions add constraint transactions_currency_check check (currency in ('USD', 'INR'));
