-- As in the original design, and nothing more: a database made by it takes this migration as applied.
create table public.wallets (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null unique references auth.users (id) on delete cascade,
    balance_usd decimal(10, 2) default 0.00,
    balance_inr decimal(10, 2) default 0.00,
    currency text default 'USD' check (currency in ('USD', 'INR')),
    is_active boolean default true,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    check (balance_usd >= 0 and balance_inr >= 0)
);
create index idx_wallets_user_id on public.wallets (user_id);

create type public.transaction_type as enum ('credit', 'debit');
create type public.transaction_status as enum ('pending', 'completed', 'failed', 'refunded');
create table public.transactions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    amount decimal(10, 2) not null,
    currency text not null check (currency in ('USD', 'INR')),
    type public.transaction_type not null,
    status public.transaction_status default 'pending',
    description text,
    metadata jsonb default '{}'::jsonb,
    stripe_payment_intent_id text,
    business_number_id uuid references public.business_numbers (id) on delete set null,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_transactions_user_id on public.transactions (user_id);
create index idx_transactions_status on public.transactions (status);
create index idx_transactions_created_at on public.transactions (created_at desc);
create index idx_transactions_stripe_payment_intent on public.transactions (stripe_payment_intent_id)
    where stripe_payment_intent_id is not null;
