-- The money tables of the original design, twice: with its trigger and without.
create schema original;
create table original.wallets (
    id uuid primary key default gen_random_uuid(), user_id uuid not null unique references auth.users (id) on delete cascade,
    balance_usd decimal(10, 2) default 0.00, balance_inr decimal(10, 2) default 0.00,
    currency text default 'USD' check (currency in ('USD', 'INR')), is_active boolean default true,
    created_at timestamptz default now(), updated_at timestamptz default now(), check (balance_usd >= 0 and balance_inr >= 0));
create index on original.wallets (user_id);
create table original.transactions (
    id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users (id) on delete cascade,
    amount decimal(10, 2) not null, currency text not null check (currency in ('USD', 'INR')),
    type public.transaction_type not null, status public.transaction_status default 'pending',
    description text, metadata jsonb default '{}'::jsonb, stripe_payment_intent_id text,
    business_number_id uuid references public.business_numbers (id) on delete set null,
    created_at timestamptz default now(), updated_at timestamptz default now());
create index on original.transactions (user_id);
create index on original.transactions (status);
create index on original.transactions (created_at desc);
create index on original.transactions (stripe_payment_intent_id) where stripe_payment_intent_id is not null;
create schema plain;
create table plain.transactions (like original.transactions including all,
    foreign key (user_id) references auth.users (id) on delete cascade);
create function original.update_updated_at_column() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create trigger t before update on original.wallets for each row execute function original.update_updated_at_column();
create trigger t before update on original.transactions for each row execute function original.update_updated_at_column();
create function original.update_wallet_balance() returns trigger language plpgsql as $$
begin
    if new.status = 'completed' and old.status != 'completed' then
        if new.type = 'credit' then
            if new.currency = 'USD' then
                update original.wallets set balance_usd = balance_usd + new.amount where user_id = new.user_id;
            else
                update original.wallets set balance_inr = balance_inr + new.amount where user_id = new.user_id;
            end if;
        elsif new.type = 'debit' then
            if new.currency = 'USD' then
                update original.wallets set balance_usd = balance_usd - new.amount where user_id = new.user_id;
            else
                update original.wallets set balance_inr = balance_inr - new.amount where user_id = new.user_id;
            end if;
        end if;
    end if;
    return new;
end $$;
create trigger trigger_update_wallet_balance after update on original.transactions
    for each row execute function original.update_wallet_balance();
