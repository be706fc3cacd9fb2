-- Refunds by key are private.refund()'s; console reads them.
alter table private.refunds enable row level security;
revoke all on private.refunds from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.refunds to console;
drop policy if exists refunds_select_console on private.refunds;
create policy refunds_select_console on private.refunds for select to console using (true);

-- The way in for services: records a transaction once, however often it is sent, and moves it on.
-- The same idempotency key with the same content gives the first row again. The same payment intent and type gives that
-- row, moved to p_status where the states allow it: what Stripe redelivers, late or out of order, does no harm.
-- p_amount: in p_currency, two decimals. Everything after p_currency has a default.
-- Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); those of the table.
create or replace function public.record_transaction(
    p_user_id uuid, p_type public.transaction_type, p_amount numeric, p_currency text,
    p_status public.transaction_status default 'pending', p_description text default null, p_metadata jsonb default null,
    p_stripe_payment_intent_id text default null, p_business_number_id uuid default null,
    p_idempotency_key text default null, p_hold boolean default false, p_expires_at timestamptz default null)
returns public.transactions
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
begin
    insert into public.transactions (user_id, type, amount, currency, status, description, metadata,
                                     stripe_payment_intent_id, business_number_id, idempotency_key, hold, expires_at)
    values (p_user_id, p_type, p_amount, p_currency, p_status, p_description, coalesce(p_metadata, '{}'),
            p_stripe_payment_intent_id, p_business_number_id, p_idempotency_key, coalesce(p_hold, false), p_expires_at)
    on conflict do nothing
    returning * into v_row;
    if found then
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.user_id = p_user_id and t.idempotency_key = p_idempotency_key;
    if found then
        if (v_row.type, v_row.amount, v_row.currency, v_row.stripe_payment_intent_id, v_row.business_number_id)
           is distinct from (p_type, pg_catalog.round(p_amount, 2), p_currency, p_stripe_payment_intent_id, p_business_number_id) then
            raise exception 'idempotency key "%" was used for another transaction, %', p_idempotency_key, v_row.id
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions', column = 'idempotency_key',
                      hint = 'Use a new key for a new transaction; send the same content with the same key.';
        end if;
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.stripe_payment_intent_id = p_stripe_payment_intent_id and t.type = p_type
    for update;
    if not found
       or (v_row.user_id, v_row.amount, v_row.currency) is distinct from (p_user_id, pg_catalog.round(p_amount, 2), p_currency) then
        raise exception 'payment intent "%" is recorded already, with other content', p_stripe_payment_intent_id
            using errcode = 'unique_violation', constraint = 'transaction_payment_intent_once',
                  schema = 'public', table = 'transactions', column = 'stripe_payment_intent_id',
                  hint = 'A payment intent pays one amount into one account.';
    end if;
    if (v_row.status = 'pending' and p_status in ('completed', 'failed'))
       or (v_row.status = 'failed' and p_status = 'completed') then
        update public.transactions t set status = p_status where t.id = v_row.id returning t.* into v_row;
    end if;
    return v_row;
end $$;

revoke all on function public.record_transaction(uuid, public.transaction_type, numeric, text, public.transaction_status,
    text, jsonb, text, uuid, text, boolean, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.record_transaction(uuid, public.transaction_type, numeric, text, public.transaction_status,
    text, jsonb, text, uuid, text, boolean, timestamptz) to service_role, console;

-- What refund_transaction does, past the caller's rights: refunds are kept by key in private.refunds.
-- EXECUTE is granted to exactly the roles that may refund any account's transaction.
create or replace function private.refund(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_refunded numeric;
    v_amount numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found then
        raise exception 'there is no transaction %', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_row.amount - v_row.refunded_amount);

    -- The row is locked: of two calls with one key, the second finds the first.
    select r.amount into v_refunded from private.refunds r
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_refunded <> v_amount then
            raise exception 'idempotency key "%" was used for a refund of %', p_idempotency_key, v_refunded
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new refund; send the same amount with the same key.';
        end if;
        return v_row;
    end if;
    if p_amount is null and v_row.status = 'refunded' then
        return v_row;
    end if;
    if v_row.status not in ('completed', 'refunded') then
        raise exception 'a % transaction can''t be refunded', v_row.status
            using errcode = 'check_violation', constraint = 'transaction_status_transition',
                  schema = 'public', table = 'transactions', column = 'status', hint = 'Complete it first.';
    end if;
    if not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund of % is not possible', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or none for what is left.';
    end if;
    if v_amount > v_row.amount - v_row.refunded_amount then
        raise exception 'transaction % has % % left to refund', v_row.id, v_row.amount - v_row.refunded_amount, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Refund at most what is left.';
    end if;
    update public.transactions t set refunded_amount = t.refunded_amount + v_amount
    where t.id = p_transaction_id returning t.* into v_row;
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key)
    values (v_row.id, v_row.user_id, v_amount, p_reason, p_idempotency_key);
    return v_row;
end $$;

revoke all on function private.refund(uuid, numeric, text, text) from public;
grant execute on function private.refund(uuid, numeric, text, text) to service_role, console;

-- Gives back a completed transaction: a debit to the wallet, a credit out of it. Partial refunds add up to at most the
-- amount, then the status turns refunded.
-- p_amount: in the transaction's currency; null for what is left. A repeated p_idempotency_key refunds once.
-- Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
--         wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused;
--         23503 refund_of_known_transaction.
create or replace function public.refund_transaction(
    p_transaction_id uuid, p_amount numeric default null, p_reason text default null, p_idempotency_key text default null)
returns public.transactions
language plpgsql
set search_path = ''
as $$
begin
    return private.refund(p_transaction_id, p_amount, p_reason, p_idempotency_key);
end $$;

revoke all on function public.refund_transaction(uuid, numeric, text, text) from public, anon, authenticated, service_role;
grant execute on function public.refund_transaction(uuid, numeric, text, text) to service_role, console;

-- What happened to one currency of an account's wallet from p_from (included) to p_to (not): one row with the balance
-- before, the entries as a JSON list in their order, and the balance after. Row security decides: to a user another
-- account's statement is empty.
create or replace function public.wallet_statement(p_user_id uuid, p_from timestamptz, p_to timestamptz, p_currency text)
returns table (opening_balance numeric, entries jsonb, closing_balance numeric)
language plpgsql stable
set search_path = ''
as $$
begin
    -- created_at rises with seq in a wallet: the last entry before a time has the balance of that time.
    opening_balance := coalesce((
        select e.balance_after from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at < p_from
        order by e.created_at desc, e.seq desc limit 1), 0);
    closing_balance := coalesce((
        select e.balance_after from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at < p_to
        order by e.created_at desc, e.seq desc limit 1), 0);
    entries := coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'seq', e.seq, 'kind', e.kind, 'amount', e.amount, 'balance_after', e.balance_after, 'contra', e.contra,
            'transaction_id', e.transaction_id, 'created_at', e.created_at) order by e.seq)
        from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at >= p_from and e.created_at < p_to), '[]');
    return next;
end $$;

revoke all on function public.wallet_statement(uuid, timestamptz, timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function public.wallet_statement(uuid, timestamptz, timestamptz, text) to authenticated, service_role, console;

-- Everything that is wrong with the money, in one snapshot; no rows when all is well.
-- SECURITY DEFINER: it compares all accounts, and looks at the triggers.
create or replace function private.ledger_problems()
returns table (problem text, subject text, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    with chain as (
        select e as entry, e.wallet_id, e.user_id, e.seq, e.amount, e.balance_after, e.currency, e.hash,
               pg_catalog.lag(e.seq, 1, 0::bigint) over wallet as previous_seq,
               pg_catalog.lag(e.hash) over wallet as previous_hash,
               pg_catalog.lag(e.balance_after, 1, 0::numeric) over (partition by e.wallet_id, e.currency order by e.seq) as previous_balance
        from public.ledger_entries e
        window wallet as (partition by e.wallet_id order by e.seq)
    ), sums as (
        select e.wallet_id,
               pg_catalog.sum(e.amount) filter (where e.currency = 'USD') as usd,
               pg_catalog.sum(e.amount) filter (where e.currency = 'INR') as inr
        from public.ledger_entries e group by e.wallet_id
    ), held as (
        select t.user_id,
               pg_catalog.sum(t.amount) filter (where t.currency = 'USD') as usd,
               pg_catalog.sum(t.amount) filter (where t.currency = 'INR') as inr
        from public.transactions t where t.hold and t.status = 'pending' group by t.user_id
    ), posted as (
        select e.transaction_id,
               pg_catalog.count(*) filter (where e.kind = 'post') as posts,
               pg_catalog.sum(e.amount) filter (where e.kind = 'post') as post_amount,
               coalesce(pg_catalog.sum(e.amount) filter (where e.kind = 'refund'), 0) as refund_amount
        from public.ledger_entries e where e.transaction_id is not null group by e.transaction_id
    )
    select 'seq_gap', c.wallet_id::text, pg_catalog.format('entry %s follows %s', c.seq, c.previous_seq)
    from chain c where c.seq <> c.previous_seq + 1
    union all
    select 'balance_after_wrong', c.wallet_id::text,
           pg_catalog.format('entry %s: %s and %s give %s, it says %s', c.seq, c.previous_balance, c.amount, c.previous_balance + c.amount, c.balance_after)
    from chain c where c.balance_after <> c.previous_balance + c.amount
    union all
    select 'hash_wrong', c.wallet_id::text, pg_catalog.format('entry %s was changed after it was written', c.seq)
    from chain c where c.hash <> private.ledger_hash(c.previous_hash, c.entry)
    union all
    select 'balance_differs', w.id::text,
           pg_catalog.format('the wallet says %s USD, %s INR; its entries add up to %s, %s', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id
    where w.balance_usd <> coalesce(s.usd, 0) or w.balance_inr <> coalesce(s.inr, 0)
    union all
    select 'held_differs', w.id::text,
           pg_catalog.format('the wallet holds %s USD, %s INR; its holds add up to %s, %s', w.held_usd, w.held_inr, coalesce(h.usd, 0), coalesce(h.inr, 0))
    from public.wallets w left join held h on h.user_id = w.user_id
    where w.held_usd <> coalesce(h.usd, 0) or w.held_inr <> coalesce(h.inr, 0)
    union all
    select 'wallet_not_closed', s.wallet_id::text, pg_catalog.format('the wallet is gone, and %s USD, %s INR are left', coalesce(s.usd, 0), coalesce(s.inr, 0))
    from sums s where not exists (select from public.wallets w where w.id = s.wallet_id) and (coalesce(s.usd, 0) <> 0 or coalesce(s.inr, 0) <> 0)
    union all
    select case when p.posts is null or p.posts = 0 then 'entry_missing' else 'entry_wrong' end, t.id::text,
           pg_catalog.format('%s %s %s, %s, has %s postings of %s', t.type, t.amount, t.currency, t.status, coalesce(p.posts, 0), coalesce(p.post_amount, 0))
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.status in ('completed', 'refunded')
      and (p.posts is distinct from 1 or p.post_amount <> case t.type when 'credit' then t.amount else -t.amount end)
      -- What was completed before the ledger began is in its wallet's opening entry.
      and not exists (select from public.ledger_entries o
                      where o.user_id = t.user_id and o.kind = 'opening' and o.created_at >= coalesce(t.completed_at, '-infinity'))
    union all
    select 'posted_and_not_completed', t.id::text, pg_catalog.format('it is %s and has %s postings', t.status, p.posts)
    from public.transactions t join posted p on p.transaction_id = t.id
    where t.status in ('pending', 'failed')
    union all
    select 'refund_differs', t.id::text,
           pg_catalog.format('%s refunded, %s of %s posted', t.refunded_amount, coalesce(p.refund_amount, 0), t.amount)
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.refunded_amount > t.amount
       or coalesce(p.refund_amount, 0) <> case t.type when 'credit' then -t.refunded_amount else t.refunded_amount end
    union all
    select 'trigger_missing', x.relation, pg_catalog.format('no enabled trigger calls %s', x.function)
    from (values ('public.transactions', 'private.check_transaction', 1), ('public.transactions', 'private.post_transactions', 2),
                 ('public.transactions', 'private.keep_posted_transaction', 1), ('public.transactions', 'private.refuse_ledger_change', 1),
                 ('public.ledger_entries', 'private.refuse_ledger_change', 1), ('public.wallets', 'private.close_wallet', 1)
         ) as x (relation, function, times)
    where x.times > (select pg_catalog.count(*) from pg_catalog.pg_trigger g
                     where g.tgrelid = x.relation::regclass and g.tgfoid = pg_catalog.to_regproc(x.function) and g.tgenabled in ('O', 'A'));
end $$;

revoke all on function private.ledger_problems() from public;
grant execute on function private.ledger_problems() to console;
