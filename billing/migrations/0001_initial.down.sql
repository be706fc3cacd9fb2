drop table public.transactions;
drop type public.transaction_status;
drop type public.transaction_type;
drop table public.wallets;
