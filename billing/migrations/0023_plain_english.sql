-- Append an entry to the chain of a wallet that is about to be deleted. The caller holds the wallet's lock,
-- so seq has no gaps.
-- p_amount: the change of the balance, in p_currency. p_balance_after: the balance after it.
create or replace function private.append_entry(
    p_wallet public.wallets, p_transaction_id uuid, p_kind text, p_currency text, p_amount numeric, p_balance_after numeric,
    p_contra text)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_entry public.ledger_entries;
    v_previous record;
begin
    select e.seq, e.hash, e.created_at into v_previous
    from public.ledger_entries e where e.wallet_id = p_wallet.id order by e.seq desc limit 1;
    v_entry.id := pg_catalog.gen_random_uuid();
    v_entry.user_id := p_wallet.user_id;
    v_entry.wallet_id := p_wallet.id;
    v_entry.transaction_id := p_transaction_id;
    v_entry.seq := coalesce(v_previous.seq, 0) + 1;
    v_entry.kind := p_kind;
    v_entry.currency := p_currency;
    v_entry.amount := p_amount;
    v_entry.balance_after := p_balance_after;
    v_entry.contra := p_contra;
    -- The time rises with seq, even if transactions end in another order than they began, or the clock is set
    -- back.
    v_entry.created_at := greatest(pg_catalog.clock_timestamp(), v_previous.created_at);
    v_entry.updated_at := v_entry.created_at;
    v_entry.hash := private.ledger_hash(
        v_previous.hash, v_entry.id, v_entry.user_id, v_entry.wallet_id, v_entry.transaction_id, v_entry.seq, v_entry.kind,
        v_entry.currency, v_entry.amount, v_entry.balance_after, v_entry.contra, v_entry.created_at);
    insert into public.ledger_entries select v_entry.*;
end $$;

revoke all on function private.append_entry(public.wallets, uuid, text, text, numeric, numeric, text) from public;

-- BEFORE trigger on transactions. It checks the values of the row, the change of its status (CONTRACT.md,
-- billing), the columns that are frozen once the row is posted, and that its number belongs to its owner. It
-- sets completed_at and refunded_amount. post_transactions moves the money.
-- The rules stand here and not in CHECKs: PostgreSQL parses CHECKs for each statement, which costs a fifth of
-- a posting.
-- A refund raises refunded_amount. When it reaches the amount, the status becomes refunded, and setting that
-- status raises it to the amount. Only private.follow_facts() lowers it or changes disputed_amount, because
-- the payment provider returned the money.
-- Errors: 23514 transaction_amount_positive, transaction_currency_known, hold_is_debit,
--   transaction_status_transition, transaction_is_posted, capture_exceeds_hold, refund_exceeds_amount,
--   transaction_expires_within_calendar, transaction_text_length, transaction_payment_intent_is_id; 23503
--   transaction_number_of_same_owner.
create or replace function private.check_transaction()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_frozen text;
    v_left numeric;
    v_posted boolean;
    v_follows_facts boolean;
begin
    if tg_op = 'INSERT' then
        if new.status = 'refunded' then
            raise exception 'a new transaction can''t have the status refunded'
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = 'Record it as completed, then refund it.';
        end if;
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    elsif old.status = 'pending' and not old.hold and new.status <> 'refunded' and new.id = old.id then
        -- Most updates complete such a row. The checks of the other branch could not refuse it.
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    else
        v_posted := old.status in ('completed', 'refunded');
        if v_posted or (old.hold and old.status = 'pending') or new.id <> old.id then
            if new.refunded_amount < old.refunded_amount or new.disputed_amount <> old.disputed_amount then
                -- Only functions of the table's owner run as the owner, and only one of them lowers these
                -- amounts.
                v_follows_facts := current_user = (
                    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
            end if;
            v_frozen := case
                when new.id <> old.id then 'id'
                when new.user_id <> old.user_id then 'user_id'
                when new.currency <> old.currency then 'currency'
                when new.type <> old.type then 'type'
                -- The other columns of a hold may change.
                when not v_posted then null
                when new.amount <> old.amount then 'amount'
                when new.hold <> old.hold then 'hold'
                when new.created_at <> old.created_at then 'created_at'
                when new.idempotency_key is distinct from old.idempotency_key then 'idempotency_key'
                when new.stripe_payment_intent_id is distinct from old.stripe_payment_intent_id
                     and old.stripe_payment_intent_id is not null then 'stripe_payment_intent_id'
                when v_follows_facts then null
                when new.refunded_amount < old.refunded_amount then 'refunded_amount'
                when new.disputed_amount <> old.disputed_amount then 'disputed_amount'
            end;
            if v_frozen is not null then
                raise exception 'transaction % %, so its % can''t change', old.id,
                                case when v_posted then 'is posted'
                                     when new.id <> old.id then 'is recorded' else 'holds money' end, v_frozen
                    using errcode = 'check_violation', constraint = 'transaction_is_posted',
                          schema = 'public', table = 'transactions', column = v_frozen,
                          hint = case when v_posted
                                      then 'Refund it, or record an adjustment: press “Adjust” on its page in the console, or call transactions/adjust of the API.'
                                      else 'Set it to failed, then record a new transaction.' end;
            end if;
        end if;
        if new.status <> old.status and not (
            (old.status = 'pending' and new.status in ('completed', 'failed'))
            or (old.status = 'failed' and new.status in ('pending', 'completed'))
            or (old.status = 'completed' and new.status = 'refunded')
        ) then
            raise exception 'a % transaction can''t become %', old.status, new.status
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = case old.status when 'completed' then 'A completed transaction can only be refunded.'
                                             when 'refunded' then 'A refunded transaction is final.'
                                             else 'A pending or failed transaction can only be completed, failed or set to pending.' end;
        end if;
        if v_posted then
            new.completed_at := old.completed_at;
            if new.refunded_amount < old.refunded_amount then
                new.status := 'completed';
            elsif new.status = 'refunded' then
                new.refunded_amount := new.amount;
            end if;
            v_left := old.amount - old.refunded_amount;
            if new.refunded_amount <> old.refunded_amount then
                v_left := v_left - private.owed_of(old.id);
            end if;
            if new.refunded_amount - old.refunded_amount > v_left then
                raise exception 'transaction % has % % left to refund', old.id, v_left, old.currency
                    using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                          schema = 'public', table = 'transactions', column = 'refunded_amount',
                          hint = 'Refund at most that amount.';
            elsif new.refunded_amount = new.amount then
                new.status := 'refunded';
            end if;
        else
            if old.hold or old.status = 'failed' then
                if old.hold and old.status = 'pending' and new.amount > old.amount and (new.hold or new.status = 'completed') then
                    raise exception 'transaction % holds % %, which is less than %', old.id, old.amount, old.currency, new.amount
                        using errcode = 'check_violation', constraint = 'capture_exceeds_hold',
                              schema = 'public', table = 'transactions', column = 'amount',
                              hint = 'Capture at most the amount of the hold. Charge the rest with another transaction.';
                end if;
                -- A failed debt did not count as owed, so the payment may have been refunded in another way
                -- since.
                if old.status = 'failed' and new.status <> 'failed' then
                    v_left := private.left_of_disputed(new.id);
                    if new.amount > v_left then
                        raise exception 'transaction % is a debt after a dispute, and only % % of that payment is left', old.id, v_left, old.currency
                            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                                  schema = 'public', table = 'transactions', column = 'status',
                                  hint = 'Leave it failed. The rest of the payment was refunded in another way.';
                    end if;
                end if;
            end if;
            if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
                new.refunded_amount := 0;
                new.disputed_amount := 0;
            end if;
            new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
        end if;
    end if;

    -- numeric accepts NaN, which is greater than every number and would allow unlimited spending.
    if not (new.amount > 0 and new.amount <= 99999999.99
            and new.currency in ('USD', 'INR') and (not new.hold or new.type = 'debit')) then
        if not (new.amount > 0 and new.amount <= 99999999.99) then
            raise exception 'a transaction can''t have the amount %', new.amount
                using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                      schema = 'public', table = 'transactions', column = 'amount',
                      hint = 'Give an amount greater than 0 and at most 99999999.99.';
        elsif new.hold and new.type <> 'debit' then
            raise exception 'a credit can''t be a hold'
                using errcode = 'check_violation', constraint = 'hold_is_debit',
                      schema = 'public', table = 'transactions', column = 'hold',
                      hint = 'Record it as a debit, or set hold to false.';
        end if;
        raise exception 'the currency "%" is not supported', new.currency
            using errcode = 'check_violation', constraint = 'transaction_currency_known',
                  schema = 'public', table = 'transactions', column = 'currency', hint = 'Use USD or INR.';
    end if;

    -- Nested, since PL/pgSQL prepares each expression anew in every transaction, and most postings need none
    -- of these.
    if new.description is not null or new.idempotency_key is not null or new.metadata is not null
       or new.stripe_payment_intent_id is not null or new.business_number_id is not null or new.expires_at is not null then
        if (pg_catalog.length(new.description) > 10000 or pg_catalog.length(new.idempotency_key) > 255
            or pg_catalog.octet_length(new.metadata::text) > 65536
            or pg_catalog.length(new.stripe_payment_intent_id) > 255
            or new.stripe_payment_intent_id !~ '^([A-Za-z0-9][A-Za-z0-9_:.-]*)?$')
           and (tg_op = 'INSERT'
                or (new.description, new.idempotency_key, new.metadata, new.stripe_payment_intent_id)
                   is distinct from (old.description, old.idempotency_key, old.metadata, old.stripe_payment_intent_id))
        then
            perform private.refuse_transaction_text(new);
        end if;
        -- A condition of its own: with the look-up in it, each of the conditions would be a query.
        if new.business_number_id is not null then
            if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id
                or new.user_id <> old.user_id)
               and exists (select from public.business_numbers n
                           where n.id = new.business_number_id and n.user_id <> new.user_id) then
                raise exception 'phone number % does not belong to account %', new.business_number_id, new.user_id
                    using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                          schema = 'public', table = 'transactions', column = 'business_number_id',
                          hint = 'Give the id of a phone number of that account, or leave business_number_id empty.';
            end if;
        end if;
        -- A hold without expires_at never expires. Clients could not read a time beyond the ends of the
        -- calendar.
        if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
           and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
            raise exception 'a transaction can''t expire at %, which is outside the calendar', new.expires_at
                using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                      schema = 'public', table = 'transactions', column = 'expires_at',
                      hint = 'Give a time from the year 1900 to 8999, or leave expires_at empty for a hold that never expires.';
        end if;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_transaction() from public;

-- BEFORE trigger on wallets. It checks that the currency is one of the ledger's. It sets updated_at, and
-- clears stopped_by_provider when the wallet is active again.
-- Errors: 23514 wallet_currency_known.
create or replace function private.check_wallet()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.currency not in ('USD', 'INR') then
        raise exception 'the currency "%" is not supported', new.currency
            using errcode = 'check_violation', constraint = 'wallet_currency_known',
                  schema = 'public', table = 'wallets', column = 'currency', hint = 'Use USD or INR.';
    end if;
    if new.stopped_by_provider and new.is_active then
        new.stopped_by_provider := false;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_wallet() from public;

-- BEFORE DELETE trigger on wallets. It writes `close` entries for the rest of the balances, then lets the
-- wallet go with its account. While the account exists, the wallet can't be deleted.
-- SECURITY DEFINER: it reads auth.users and writes ledger entries.
-- Errors: 23514 transaction_is_posted.
create or replace function private.close_wallet()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'the wallet of account % can''t be deleted while the account exists', old.user_id
            using errcode = 'check_violation', constraint = 'transaction_is_posted', schema = 'public', table = 'wallets',
                  hint = 'Deactivate the wallet instead. It is deleted together with its account.';
    end if;
    if old.balance_usd <> 0 then
        perform private.append_entry(old, null, 'close', 'USD', -old.balance_usd, 0, 'account_closed');
    end if;
    if old.balance_inr <> 0 then
        perform private.append_entry(old, null, 'close', 'INR', -old.balance_inr, 0, 'account_closed');
    end if;
    return old;
end $$;

revoke all on function private.close_wallet() from public;

-- BEFORE DELETE trigger on transactions. While the account exists, transactions that are posted or hold money
-- can't be deleted.
-- SECURITY DEFINER: it reads auth.users.
-- Errors: 23514 transaction_is_posted.
create or replace function private.keep_posted_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if (old.completed_at is not null or (old.hold and old.status = 'pending'))
       and exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'transaction % is % and can''t be deleted while its account exists', old.id, old.status
            using errcode = 'check_violation', constraint = 'transaction_is_posted',
                  schema = 'public', table = 'transactions',
                  hint = 'Refund it. To release a hold, set it to failed.';
    end if;
    return old;
end $$;

revoke all on function private.keep_posted_transaction() from public;

-- Return every contradiction between wallets, transactions, ledger entries and payments, from one snapshot.
-- No rows mean that all agree.
-- p_users: the accounts to check; null checks all, including rows whose account no longer exists.
-- SECURITY DEFINER: it compares all accounts, and reads the catalog of triggers.
create or replace function private.ledger_problems(p_users uuid[] default null)
returns table (problem text, subject text, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    with chain as (
        select e.id, e.transaction_id, e.kind, e.contra, e.created_at, e.wallet_id, e.user_id, e.seq, e.amount, e.balance_after, e.currency, e.hash,
               pg_catalog.lag(e.seq, 1, 0::bigint) over wallet as previous_seq,
               pg_catalog.lag(e.hash) over wallet as previous_hash,
               pg_catalog.lag(e.balance_after, 1, 0::numeric) over (partition by e.wallet_id, e.currency order by e.seq) as previous_balance
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users)
        window wallet as (partition by e.wallet_id order by e.seq)
    ), sums as (
        select e.wallet_id, pg_catalog.max(e.seq) as seq,
               pg_catalog.sum(e.amount) filter (where e.currency = 'USD') as usd,
               pg_catalog.sum(e.amount) filter (where e.currency = 'INR') as inr
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users) group by e.wallet_id
    ), held as (
        select t.user_id,
               pg_catalog.sum(t.amount) filter (where t.currency = 'USD') as usd,
               pg_catalog.sum(t.amount) filter (where t.currency = 'INR') as inr
        from public.transactions t where t.hold and t.status = 'pending' and (p_users is null or t.user_id = any(p_users)) group by t.user_id
    ), posted as (
        select e.transaction_id,
               pg_catalog.count(*) filter (where e.kind = 'post') as posts,
               pg_catalog.sum(e.amount) filter (where e.kind = 'post') as post_amount,
               coalesce(pg_catalog.sum(e.amount) filter (where e.kind in ('refund', 'reinstate')), 0) as refund_amount
        from public.ledger_entries e where e.transaction_id is not null and (p_users is null or e.user_id = any(p_users)) group by e.transaction_id
    )
    select 'seq_gap', c.wallet_id::text, pg_catalog.format('entry %s follows %s', c.seq, c.previous_seq)
    from chain c where c.seq <> c.previous_seq + 1
    union all
    select 'balance_after_wrong', c.wallet_id::text,
           pg_catalog.format('entry %s: %s plus %s is %s, but its balance_after is %s', c.seq, c.previous_balance, c.amount, c.previous_balance + c.amount, c.balance_after)
    from chain c where c.balance_after <> c.previous_balance + c.amount
    union all
    select 'hash_wrong', c.wallet_id::text, pg_catalog.format('entry %s was changed after it was written', c.seq)
    from chain c
    where c.hash <> private.ledger_hash(c.previous_hash, c.id, c.user_id, c.wallet_id, c.transaction_id, c.seq, c.kind, c.currency,
                                        c.amount, c.balance_after, c.contra, c.created_at)
    union all
    select 'head_differs', w.id::text, pg_catalog.format('the wallet counts %s entries, or has another newest one; its chain has %s', w.ledger_seq, coalesce(s.seq, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id left join public.ledger_entries e on e.wallet_id = w.id and e.seq = s.seq
    where (p_users is null or w.user_id = any(p_users))
      and (w.ledger_seq <> coalesce(s.seq, 0) or w.ledger_hash is distinct from e.hash)
    union all
    select 'balance_differs', w.id::text,
           pg_catalog.format('the wallet has %s USD, %s INR, but its entries add up to %s USD, %s INR', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id
    where (w.balance_usd <> coalesce(s.usd, 0) or w.balance_inr <> coalesce(s.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'held_differs', w.id::text,
           pg_catalog.format('the wallet holds %s USD, %s INR, but its holds add up to %s USD, %s INR', w.held_usd, w.held_inr, coalesce(h.usd, 0), coalesce(h.inr, 0))
    from public.wallets w left join held h on h.user_id = w.user_id
    where (w.held_usd <> coalesce(h.usd, 0) or w.held_inr <> coalesce(h.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'wallet_not_closed', s.wallet_id::text, pg_catalog.format('the wallet was deleted, but its entries still add up to %s USD, %s INR', coalesce(s.usd, 0), coalesce(s.inr, 0))
    from sums s where not exists (select from public.wallets w where w.id = s.wallet_id) and (coalesce(s.usd, 0) <> 0 or coalesce(s.inr, 0) <> 0)
    union all
    select case when p.posts is null or p.posts = 0 then 'entry_missing' else 'entry_wrong' end, t.id::text,
           pg_catalog.format('the %s of %s %s is %s, but has %s postings that add up to %s', t.type, t.amount, t.currency, t.status, coalesce(p.posts, 0), coalesce(p.post_amount, 0))
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.status in ('completed', 'refunded') and (p_users is null or t.user_id = any(p_users))
      and (p.posts is distinct from 1 or p.post_amount <> case t.type when 'credit' then t.amount else -t.amount end)
      -- The opening entry of the wallet contains the transactions that were completed before the ledger
      -- began.
      and not exists (select from public.ledger_entries o
                      where o.user_id = t.user_id and o.kind = 'opening' and o.created_at >= coalesce(t.completed_at, '-infinity'))
    union all
    -- check_transaction enforces these rules in place of CHECKs of the table.
    select 'transaction_impossible', t.id::text, pg_catalog.format('a %s of %s %s with %s refunded is not possible', t.type, t.amount, t.currency, t.refunded_amount)
    from public.transactions t
    where (p_users is null or t.user_id = any(p_users))
      and not (t.amount > 0 and t.amount <= 99999999.99 and t.refunded_amount between 0 and t.amount
               and t.currency in ('USD', 'INR') and (not t.hold or t.type = 'debit'))
    union all
    select 'posted_and_not_completed', t.id::text, pg_catalog.format('it is %s, but has %s postings', t.status, p.posts)
    from public.transactions t join posted p on p.transaction_id = t.id
    where t.status in ('pending', 'failed')
    union all
    select 'refund_differs', t.id::text,
           pg_catalog.format('refunded_amount is %s, but the ledger has refunds of %s for its amount of %s', t.refunded_amount, coalesce(p.refund_amount, 0), t.amount)
    from public.transactions t left join posted p on p.transaction_id = t.id
    where (p_users is null or t.user_id = any(p_users))
      and coalesce(p.refund_amount, 0) <> case t.type when 'credit' then -t.refunded_amount else t.refunded_amount end
    union all
    -- The refunded and owed amounts of a payment's transaction agree with its facts and with refunds
    -- requested since.
    select 'payment_differs', p.id,
           pg_catalog.format('by its facts %s went back, but the ledger was moved to %s and has %s', s.gone, p.gone_amount, private.gone_from(t))
    from private.payments p join private.payment_sums s on s.payment_id = p.id join public.transactions t on t.id = p.transaction_id
    where t.completed_at is not null and (p_users is null or t.user_id = any(p_users))
      and p.problem is distinct from 'wallet_balance_limit'
      and (s.gone <> p.gone_amount or private.gone_from(t) < p.gone_amount or s.lost <> p.lost_amount)
    union all
    select 'payment_not_posted', p.id, pg_catalog.format('the provider reported that it was paid, but its transaction is %s', t.status)
    from private.payments p join public.transactions t on t.id = p.transaction_id
    where t.completed_at is null and p.state = 'settled' and (p_users is null or t.user_id = any(p_users))
      and exists (select from private.payment_facts f where f.payment_id = p.id and f.kind = 'payment' and f.state = 'succeeded')
    union all
    select 'trigger_missing', x.relation, pg_catalog.format('a trigger that calls %s is missing or disabled', x.function)
    from (values ('public.transactions', 'private.check_transaction', 1), ('public.transactions', 'private.post_transactions', 2),
                 ('public.transactions', 'private.keep_posted_transaction', 1), ('public.transactions', 'private.refuse_ledger_change', 1),
                 ('public.ledger_entries', 'private.refuse_ledger_change', 1), ('public.wallets', 'private.close_wallet', 1),
                 ('public.wallets', 'private.check_wallet', 1)
         ) as x (relation, function, times)
    where x.times > (select pg_catalog.count(*) from pg_catalog.pg_trigger g
                     where g.tgrelid = x.relation::regclass and g.tgfoid = pg_catalog.to_regproc(x.function) and g.tgenabled in ('O', 'A'));
end $$;

revoke all on function private.ledger_problems(uuid[]) from public;
grant execute on function private.ledger_problems(uuid[]) to console;

-- Bring the transaction, the wallet and the ledger into agreement with the facts of a payment. Record on the
-- payment what is left to do. Idempotent. The caller holds the locks of private.lock_payment().
-- p_row: the payment's transaction; its id is null if none is recorded yet.
-- Returns payments.state:
--   settled    transaction and ledger agree with the facts
--   waiting    refunds or disputes are known, but their payment is not
--   attention  staff must act: payments.problem says why
--   ignored    the payment belongs to no account of AiRa
create or replace function private.apply_payment(p_payment_id text, p_row public.transactions)
returns text
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions := p_row;
    v_payment private.payments;
    v_paid private.payment_objects;
    v_state text := 'settled';
    v_problem text;
    v_rule text;
begin
    select p.* into v_payment from private.payments p where p.id = p_payment_id;
    select o.* into v_paid from private.payment_objects o where o.payment_id = p_payment_id and o.kind = 'payment';

    if v_row.id is null then
        if v_paid.object_id is null then
            v_state := 'waiting';
        elsif v_payment.user_id is null then
            v_state := 'ignored';
        elsif v_paid.state = 'succeeded' and v_paid.amount > 0 then
            v_state := 'attention';
            v_problem := case
                when v_paid.currency not in ('USD', 'INR') then 'currency_unsupported'
                when v_paid.amount > 99999999.99 then 'amount_limit'
                else 'account_unknown' end;
        end if;
    elsif v_paid.object_id is not null
          and ((v_payment.user_id is not null and v_payment.user_id <> v_row.user_id) or v_paid.currency <> v_row.currency) then
        v_state := 'attention';
        v_problem := case when v_paid.currency <> v_row.currency then 'currency_differs' else 'account_differs' end;
    elsif v_row.completed_at is null then
        if v_paid.state = 'succeeded' and v_paid.amount > 99999999.99 then
            v_state := 'attention';
            v_problem := 'amount_limit';
        elsif v_paid.state = 'succeeded' and v_paid.amount > 0 then
            begin
                update public.transactions t set status = 'completed', amount = v_paid.amount
                where t.id = v_row.id returning t.* into v_row;
            exception when check_violation then
                get stacked diagnostics v_rule = constraint_name;
                if v_rule <> 'wallet_balance_limit' then
                    raise;
                end if;
                v_state := 'attention';
                v_problem := 'wallet_balance_limit';
            end;
        elsif v_paid.state in ('failed', 'cancelled') and v_row.status = 'pending' then
            update public.transactions t set status = 'failed' where t.id = v_row.id returning t.* into v_row;
        end if;
    elsif v_paid.state = 'succeeded' and v_paid.amount <> v_row.amount then
        -- The posted amount can't change. Refunds and disputes are computed from it.
        v_state := 'attention';
        v_problem := 'amount_differs';
    end if;

    if v_row.completed_at is not null then
        -- The posting may already have applied the facts.
        select t.* into v_row from public.transactions t where t.id = v_row.id;
        v_problem := coalesce(private.follow_facts(p_payment_id, v_row), v_problem);
        v_state := case when v_problem is null then 'settled' else 'attention' end;
    elsif v_state = 'settled'
          and exists (select from private.payment_objects o where o.payment_id = p_payment_id and o.kind <> 'payment') then
        v_state := 'waiting';
    end if;

    update private.payments p
    set state = v_state, problem = v_problem, transaction_id = v_row.id,
        since = case when p.state = v_state then p.since else pg_catalog.now() end
    where p.id = p_payment_id;
    return v_state;
end $$;

revoke all on function private.apply_payment(text, public.transactions) from public;

-- Refund or return the difference between the facts of a completed payment and its transaction. If the wallet
-- can't pay, the account owes the rest: a pending debit, and the wallet is stopped. Returned money lowers the
-- debt first, then goes to the wallet.
-- The caller holds the locks of private.lock_payment().
-- Returns null, or the reason why the difference could not be moved: wallet_balance_limit.
create or replace function private.follow_facts(p_payment_id text, p_row public.transactions)
returns text
language plpgsql
set search_path = ''
as $$
declare
    v_sums private.payment_sums;
    v_wallet public.wallets;
    v_debts uuid[];
    v_debt public.transactions;
    v_lost numeric;
    v_move numeric;
    v_part numeric;
    v_rest numeric;
    v_rule text;
begin
    select s.* into v_sums from private.payment_sums s where s.payment_id = p_payment_id;
    select p.lost_amount into v_lost from private.payments p where p.id = p_payment_id;
    v_move := v_sums.gone - private.gone_from(p_row);
    if v_move <> 0 then
        -- Lock debts before the wallet, in the order of the code that pays a debt.
        perform from public.transactions d
        where d.id in (select r.owed_transaction_id from private.refunds r where r.transaction_id = p_row.id)
        order by d.id for update;
        select pg_catalog.array_agg(r.owed_transaction_id) into v_debts from private.refunds r
        where r.transaction_id = p_row.id and r.owed_transaction_id is not null;
        select w.* into v_wallet from public.wallets w where w.user_id = p_row.user_id for update;
    end if;

    if v_move > 0 then
        v_part := greatest(least(v_move, case p_row.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                                             else v_wallet.balance_inr - v_wallet.held_inr end), 0);
        update public.transactions t
        set refunded_amount = t.refunded_amount + v_part, disputed_amount = least(v_sums.paid, v_sums.disputed)
        where t.id = p_row.id;
        if v_part < v_move then
            perform private.owe(p_row, v_move - v_part);
        end if;
    else
        begin
            v_rest := -v_move;
            for v_debt in
                select d.* from public.transactions d
                where d.id = any (v_debts) and d.status in ('pending', 'failed') order by d.status, d.id
            loop
                if v_rest = 0 then
                    null;
                elsif v_debt.amount <= v_rest then
                    -- Remove the link, since nothing is owed any more. A debt that staff failed keeps its
                    -- link: it was forgiven.
                    update private.refunds r set owed_transaction_id = null where r.owed_transaction_id = v_debt.id;
                    update public.transactions d set status = 'failed' where d.id = v_debt.id and d.status = 'pending';
                    v_rest := v_rest - v_debt.amount;
                else
                    update public.transactions d set amount = d.amount - v_rest where d.id = v_debt.id;
                    v_rest := 0;
                end if;
            end loop;
            v_part := least(v_rest, p_row.refunded_amount);
            update public.transactions t
            set refunded_amount = t.refunded_amount - v_part, disputed_amount = least(v_sums.paid, v_sums.disputed)
            where t.id = p_row.id and (v_part > 0 or t.disputed_amount <> least(v_sums.paid, v_sums.disputed));
            v_rest := v_rest - v_part;
            for v_debt in
                select d.* from public.transactions d
                where d.id = any (v_debts) and d.completed_at is not null order by d.id
            loop
                v_part := least(v_rest, v_debt.amount - v_debt.refunded_amount);
                if v_part > 0 then
                    update public.transactions d set refunded_amount = d.refunded_amount + v_part where d.id = v_debt.id;
                    v_rest := v_rest - v_part;
                end if;
            end loop;
        exception when check_violation then
            get stacked diagnostics v_rule = constraint_name;
            if v_rule <> 'wallet_balance_limit' then
                raise;
            end if;
            return v_rule;
        end;
    end if;

    update private.payments p set gone_amount = v_sums.gone, lost_amount = v_sums.lost
    where p.id = p_payment_id and (p.gone_amount, p.lost_amount) is distinct from (v_sums.gone, v_sums.lost);
    if v_sums.lost > v_lost and private.paid_twice(v_sums.paid, v_sums.refunded, v_sums.disputed) then
        perform private.stop_wallet(p_row.user_id);
    elsif v_move < 0 or v_sums.lost < v_lost then
        perform private.resume_wallet(p_row.user_id);
    end if;
    return null;
end $$;

revoke all on function private.follow_facts(text, public.transactions) from public;

-- Lock a payment until the end of the transaction. Return its transaction, also locked, or null if none is
-- recorded yet.
-- The lock order is transaction, payment, wallet: a statement that completes a transaction holds its row
-- before the payment's.
-- Creates the payment's row on first need, and adds refunds made since the last call to `requested_amount`.
-- p_payment_id: the provider's payment intent, or the transaction's id for a payment without one.
-- Only SECURITY DEFINER functions call it; no role holds EXECUTE.
create or replace function private.lock_payment(p_payment_id text)
returns public.transactions
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment private.payments;
    v_gone numeric;
begin
    for v_try in 1..100 loop
        begin
            select t.* into v_row from public.transactions t
            where t.type = 'credit' and t.stripe_payment_intent_id = p_payment_id for update;
            if not found and p_payment_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
                select t.* into v_row from public.transactions t
                where t.type = 'credit' and t.id = p_payment_id::uuid for update;
            end if;
            insert into private.payments as p (id, transaction_id, user_id)
            values (p_payment_id, v_row.id, v_row.user_id)
            on conflict (id) do update set transaction_id = coalesce(v_row.id, p.transaction_id), user_id = coalesce(p.user_id, v_row.user_id),
                updated_at = pg_catalog.now()
            returning p.* into v_payment;
            -- Another session recorded the transaction while this call waited for the payment's row. Release
            -- the row and lock both again in the right order.
            if v_row.id is null and exists (
                select from public.transactions t where t.type = 'credit' and t.stripe_payment_intent_id = p_payment_id) then
                raise exception using errcode = 'P0AGN';
            end if;
            exit;
        exception when sqlstate 'P0AGN' then
            v_row := null;
        end;
    end loop;
    if v_row.completed_at is not null then
        -- Refunds by staff change `refunded_amount` directly: they are requests that the provider may confirm
        -- later.
        v_gone := private.gone_from(v_row) - v_payment.gone_amount;
        if v_gone > 0 then
            update private.payments p
            set requested_amount = greatest(p.requested_amount, s.known_refunds, s.reported_total) + v_gone,
                gone_amount = p.gone_amount + v_gone
            from private.payment_sums s
            where p.id = v_payment.id and s.payment_id = p.id;
        end if;
    end if;
    return v_row;
end $$;

revoke all on function private.lock_payment(text) from public;

-- Store a fact of a payment and bring the ledger into agreement with it, beyond the rights of the caller. It
-- does the work of record_payment, record_refund, record_refunded_total and record_dispute in public.
-- A new fact is added or moves an object's state forward. A repeated or outdated fact changes nothing.
-- p_amount: in major units. p_currency: null means the payment's own currency, which only the payment itself
-- must name.
-- EXECUTE is granted only to the roles that record payments of any account.
create or replace function private.record_payment_fact(
    p_payment_id text, p_kind text, p_object_id text, p_state text, p_amount numeric, p_currency text,
    p_user_id uuid, p_description text, p_reason text, p_evidence_due_by timestamptz, p_occurred_at timestamptz)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_currency text := pg_catalog.upper(pg_catalog.btrim(p_currency));
    v_amount numeric := case when coalesce(v_currency, 'USD') in ('USD', 'INR') then pg_catalog.round(p_amount, 2) else p_amount end;
begin
    if private.payment_fact_rank(p_kind, p_state) is null then
        raise exception 'a % can''t have the state "%"', p_kind, p_state
            using errcode = 'check_violation', constraint = 'payment_fact_state_known',
                  schema = 'private', table = 'payment_facts', column = 'state',
                  hint = 'A payment is pending, failed, cancelled or succeeded. A refund is pending, succeeded, failed or cancelled.'
                         ' A dispute is warning, open, won or lost.';
    elsif not (p_amount >= 0 and p_amount < 'Infinity') or p_amount is null then
        raise exception 'a % can''t have the amount %', p_kind, coalesce(p_amount::text, 'null')
            using errcode = 'check_violation', constraint = 'payment_fact_amount_finite',
                  schema = 'private', table = 'payment_facts', column = 'amount',
                  hint = 'Give the amount in major units, such as 12.50 for 1250 cents.';
    elsif not (pg_catalog.length(p_payment_id) between 1 and 255 and pg_catalog.length(p_object_id) between 1 and 255)
          or p_payment_id is null or p_object_id is null then
        raise exception 'the report of a % lacks the provider''s ids, or they are too long', p_kind
            using errcode = 'check_violation', constraint = 'payment_fact_ids_given',
                  schema = 'private', table = 'payment_facts', column = 'object_id',
                  hint = 'Give the id of the payment and the id of the refund or dispute, 1 to 255 characters each.';
    elsif v_currency !~ '^[A-Z]{3}$' or (v_currency is null and p_kind = 'payment') then
        raise exception 'the currency "%" is not an ISO 4217 code', p_currency
            using errcode = 'check_violation', constraint = 'payment_fact_currency_known',
                  schema = 'private', table = 'payment_facts', column = 'currency', hint = 'Give three letters, such as USD.';
    end if;

    -- Insert before the payment is locked: another writer of the same payment intent makes this insert wait.
    if p_kind = 'payment' and p_state in ('succeeded', 'failed') and v_currency in ('USD', 'INR')
       and v_amount > 0 and v_amount <= 99999999.99 then
        insert into public.transactions (user_id, type, amount, currency, description, stripe_payment_intent_id)
        select u.id, 'credit', v_amount, v_currency, p_description, p_payment_id
        from auth.users u where u.id = p_user_id
        on conflict do nothing;
    end if;
    v_row := private.lock_payment(p_payment_id);
    if p_user_id is not null then
        update private.payments p set user_id = p_user_id where p.id = p_payment_id and p.user_id is null;
    end if;
    insert into private.payment_facts as f (payment_id, kind, object_id, state, amount, currency, reason, evidence_due_by, occurred_at)
    values (p_payment_id, p_kind, p_object_id, p_state, v_amount, v_currency, pg_catalog.left(p_reason, 1000),
            case when p_evidence_due_by > '1900-01-01 00:00:00+00' and p_evidence_due_by < '9000-01-01 00:00:00+00'
                 then p_evidence_due_by end,
            case when p_occurred_at > '1900-01-01 00:00:00+00' and p_occurred_at < '9000-01-01 00:00:00+00'
                 then p_occurred_at end)
    on conflict (payment_id, kind, object_id, state) do update
    set amount = greatest(f.amount, excluded.amount),
        reason = coalesce(f.reason, excluded.reason),
        evidence_due_by = greatest(f.evidence_due_by, excluded.evidence_due_by)
    where (greatest(f.amount, excluded.amount), coalesce(f.reason, excluded.reason), greatest(f.evidence_due_by, excluded.evidence_due_by))
          is distinct from (f.amount, f.reason, f.evidence_due_by);
    outcome := private.apply_payment(p_payment_id, v_row);
    select p.transaction_id, p.problem into transaction_id, problem from private.payments p where p.id = p_payment_id;
    return next;
end $$;

revoke all on function private.record_payment_fact(
    text, text, text, text, numeric, text, uuid, text, text, timestamptz, timestamptz) from public;
grant execute on function private.record_payment_fact(
    text, text, text, text, numeric, text, uuid, text, text, timestamptz, timestamptz) to service_role, console;

-- Record one Stripe event, as Stripe's webhook sends it. Verify its signature first, with Stripe's library.
-- Events may come in any order and any number of times. It processes payment_intent.*, charge.refunded,
-- refund.*, charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds. It
-- ignores other types.
-- The payment intent carries metadata {"user_id": the account}. A payment intent without it is ignored,
-- unless a transaction names it.
-- p_event: the event.
-- p_live: true ignores test-mode events, false ignores live events, null processes both.
-- Returns outcome: the most severe one that record_payment, record_refund, record_refunded_total and
-- record_dispute return.
-- Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these
--   functions.
create or replace function public.record_stripe_event(p_event jsonb, p_live boolean default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
declare
    v_type text := p_event ->> 'type';
    v_object jsonb := p_event -> 'data' -> 'object';
    v_at timestamptz := private.stripe_time(p_event -> 'created');
    v_payment text;
    v_status text := v_object ->> 'status';
    v_currency text := v_object ->> 'currency';
    v_user_id text := v_object -> 'metadata' ->> 'user_id';
    v_amount numeric;
    v_refund jsonb;
begin
    if p_live is not null and p_event -> 'livemode' is distinct from pg_catalog.to_jsonb(p_live)
       or v_type !~ '^(payment_intent\.|charge\.refunded$|charge\.refund\.updated$|refund\.|charge\.dispute\.)'
       or v_type is null then
        return query select 'ignored'::text, null::uuid, null::text;
        return;
    end if;
    v_payment := case when v_type like 'payment\_intent.%' then v_object ->> 'id' else private.stripe_payment_of(v_object) end;
    v_amount := case
        when v_type = 'charge.refunded' then v_object ->> 'amount_refunded'
        when v_type like 'payment\_intent.%' and v_status = 'succeeded' then v_object ->> 'amount_received'
        else v_object ->> 'amount' end::numeric;
    if v_payment is null or v_object ->> 'id' is null or v_amount is null
       or (v_currency is null and v_type like 'payment\_intent.%') then
        raise exception 'the Stripe event % (%) has no id, no amount or no currency', p_event ->> 'id', v_type
            using errcode = 'check_violation', constraint = 'stripe_event_readable',
                  schema = 'private', table = 'payment_facts', hint = 'Send the whole event, unchanged, as Stripe''s webhook sent it.';
    end if;
    v_amount := private.from_minor_units(v_amount, v_currency);

    if v_type like 'payment\_intent.%' then
        return query select r.* from public.record_payment(
            v_payment,
            case when v_status = 'succeeded' then 'succeeded' when v_status = 'canceled' then 'cancelled'
                 when v_type = 'payment_intent.payment_failed' then 'failed' else 'pending' end,
            v_amount, v_currency,
            -- A malformed id matches no account. The payment then needs attention, so the money is not
            -- forgotten.
            case when v_user_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_user_id::uuid
                 when v_user_id is not null then '00000000-0000-0000-0000-000000000000'::uuid end,
            'Top-up by card', v_object -> 'last_payment_error' ->> 'code', v_at) r;
    elsif v_type like 'charge.dispute.%' then
        return query select r.* from public.record_dispute(
            v_payment, v_object ->> 'id',
            case when v_type = 'charge.dispute.funds_reinstated' then 'won'
                 when v_status like 'warning\_%' then 'warning'
                 when v_status in ('won', 'prevented') then 'won'
                 when v_status = 'lost' then 'lost' else 'open' end,
            v_amount, v_currency, v_object ->> 'reason',
            private.stripe_time(v_object -> 'evidence_details' -> 'due_by'), v_at) r;
    elsif v_type = 'charge.refunded' then
        for v_refund in select e.value from pg_catalog.jsonb_array_elements(
            case pg_catalog.jsonb_typeof(v_object -> 'refunds' -> 'data') when 'array' then v_object -> 'refunds' -> 'data'
                                                                          else '[]' end) e
        loop
            perform private.record_stripe_refund(v_payment, v_refund, v_at);
        end loop;
        return query select r.* from public.record_refunded_total(v_payment, v_object ->> 'id', v_amount, v_currency, v_at) r;
    else
        return query select r.* from private.record_stripe_refund(v_payment, v_object, v_at) r;
    end if;
end $$;

revoke all on function public.record_stripe_event(jsonb, boolean) from public, anon, authenticated, service_role;
grant execute on function public.record_stripe_event(jsonb, boolean) to service_role, console;

-- AFTER trigger on transactions, for each statement. It moves the money of transactions that became
-- completed, refunded, held or released, and writes the ledger. It creates the wallet on first need. All of
-- it happens in the writer's own database transaction, once for each transaction. Wallets are locked in the
-- order of their accounts, since row by row, opposite bulk updates deadlocked. Within a wallet, credits come
-- before debits.
-- A statement that posts one row takes a short way, because sorting, joining and a cursor cost as much as the
-- posting. In a statement that posts many, the first posting of a wallet updates and locks its row, the
-- following ones update variables, and the row is written once more at the end. Writing it each time left old
-- row versions that the transaction can't clear, so the cost grew with the square of the number.
-- Last, it applies reports that arrived before their payment was recorded, and pays the debts of stopped
-- wallets.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_many boolean;
    v_moves refcursor;
    v_transaction_id uuid;
    v_user_id uuid;
    v_currency text;
    v_kind text := 'post';
    -- The change of the balance, and of the part of it that holds reserve.
    v_amount numeric;
    v_held numeric := 0;
    v_contra text;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric := 0;
    v_held_inr numeric := 0;
    v_id uuid;
    v_at timestamptz;
    v_wallet_id uuid;
    v_seq bigint;
    v_hash bytea;
    v_balance_usd numeric;
    v_balance_inr numeric;
    v_reserved_usd numeric;
    v_reserved_inr numeric;
    v_active boolean;
    -- For many rows: the account whose wallet the variables above describe, and whether they are ahead of its
    -- row.
    v_head_of uuid;
    v_ahead boolean := false;
    v_fits boolean;
    -- Posted payments, and accounts whose stopped wallet may pay its debts.
    v_paid uuid[];
    v_stopped uuid[];
begin
    if tg_op = 'INSERT' then
        select n.hold or exists (select from new_rows r where r.id <> n.id), n.id, n.user_id, n.currency,
               case n.type when 'credit' then n.amount else -n.amount end,
               case when n.stripe_payment_intent_id is not null then 'stripe'
                    when n.business_number_id is not null then 'number' else 'adjustment' end
        into v_many, v_transaction_id, v_user_id, v_currency, v_amount, v_contra
        from new_rows n where n.status = 'completed' or (n.hold and n.status = 'pending');
        if v_many is null then
            return null;
        end if;
    else
        select false, n.id, n.user_id, n.currency,
               case n.type when 'credit' then n.amount else -n.amount end,
               case when n.stripe_payment_intent_id is not null then 'stripe'
                    when n.business_number_id is not null then 'number' else 'adjustment' end
        into v_many, v_transaction_id, v_user_id, v_currency, v_amount, v_contra
        from new_rows n, old_rows o
        where n.status = 'completed' and o.status in ('pending', 'failed') and not o.hold
          and not exists (select from new_rows offset 1);
        v_many := v_many is null;
    end if;

    if not v_many then
        null;
    elsif tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post',
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.status = 'pending' then n.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund'
                            when n.refunded_amount < o.refunded_amount then 'reinstate' else 'post' end,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end
                -- A full join uses hash or merge, even in a plan that was made for few rows. A nested loop
                -- over many rows would take far too long.
                from new_rows n full join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        if v_many then
            fetch v_moves into v_transaction_id, v_user_id, v_currency, v_kind, v_amount, v_held, v_contra;
            v_held_usd := case v_currency when 'USD' then v_held else 0 end;
            v_held_inr := v_held - v_held_usd;
        end if;
        v_usd := case v_currency when 'USD' then v_amount else 0 end;
        v_inr := v_amount - v_usd;
        if v_many then
            v_fits := v_user_id = v_head_of
                      and (v_active or case v_amount when 0 then v_held < 0 else v_amount > 0 or v_kind = 'refund' end)
                      and v_reserved_usd + v_held_usd between 0 and v_balance_usd + v_usd and v_balance_usd + v_usd <= 99999999.99
                      and v_reserved_inr + v_held_inr between 0 and v_balance_inr + v_inr and v_balance_inr + v_inr <= 99999999.99;
            -- The row belongs to another account, there are no more rows, or the wallet's row must refuse it.
            if v_ahead and v_fits is not true then
                update public.wallets w
                set balance_usd = v_balance_usd, balance_inr = v_balance_inr, held_usd = v_reserved_usd, held_inr = v_reserved_inr,
                    ledger_seq = v_seq, ledger_at = v_at, ledger_hash = v_hash
                where w.id = v_wallet_id;
                v_ahead := false;
            end if;
            exit when v_transaction_id is null;
        end if;
        v_id := pg_catalog.gen_random_uuid();
        if v_fits then
            v_balance_usd := v_balance_usd + v_usd;
            v_balance_inr := v_balance_inr + v_inr;
            v_reserved_usd := v_reserved_usd + v_held_usd;
            v_reserved_inr := v_reserved_inr + v_held_inr;
            if v_amount <> 0 then
                v_seq := v_seq + 1;
                v_at := greatest(pg_catalog.clock_timestamp(), v_at);
                v_hash := private.ledger_hash(
                    v_hash, v_id, v_user_id, v_wallet_id, v_transaction_id, v_seq, v_kind, v_currency, v_amount,
                    case v_currency when 'USD' then v_balance_usd else v_balance_inr end, v_contra, v_at);
            end if;
            v_ahead := true;
        else
            -- The wallet stores the head of its chain, so one statement locks it and moves the money. If the
            -- money does not fit, the statement finds no wallet.
            for v_try in 1..2 loop
                v_at := pg_catalog.clock_timestamp();
                if v_amount = 0 then
                    update public.wallets w
                    set held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr, updated_at = pg_catalog.now()
                    where w.user_id = v_user_id
                      and (w.is_active or v_held < 0)
                      and w.held_usd + v_held_usd between 0 and w.balance_usd
                      and w.held_inr + v_held_inr between 0 and w.balance_inr
                    returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.balance_usd, w.balance_inr,
                              w.held_usd, w.held_inr, w.is_active
                    into v_wallet_id, v_seq, v_hash, v_at, v_balance_usd, v_balance_inr,
                         v_reserved_usd, v_reserved_inr, v_active;
                else
                    update public.wallets w
                    set balance_usd = w.balance_usd + v_usd, balance_inr = w.balance_inr + v_inr,
                        held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr,
                        updated_at = pg_catalog.now(),
                        ledger_seq = w.ledger_seq + 1,
                        -- The time rises with seq, even if transactions end in another order than they began,
                        -- or the clock is set back.
                        ledger_at = greatest(v_at, w.ledger_at),
                        -- This is private.ledger_hash() inline: the call takes longer than the hash.
                        ledger_hash = pg_catalog.sha256(coalesce(w.ledger_hash, ''::bytea) || pg_catalog.convert_to(
                            pg_catalog.concat_ws('|', v_id, v_user_id, w.id, v_transaction_id, w.ledger_seq + 1, v_kind, v_currency,
                                                 v_amount,
                                                 case v_currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount,
                                                 v_contra, extract(epoch from greatest(v_at, w.ledger_at))), 'UTF8'))
                    where w.user_id = v_user_id
                      and (w.is_active or v_amount > 0 or v_kind = 'refund')
                      and w.held_usd + v_held_usd between 0 and w.balance_usd + v_usd and w.balance_usd + v_usd <= 99999999.99
                      and w.held_inr + v_held_inr between 0 and w.balance_inr + v_inr and w.balance_inr + v_inr <= 99999999.99
                    returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.balance_usd, w.balance_inr,
                              w.held_usd, w.held_inr, w.is_active
                    into v_wallet_id, v_seq, v_hash, v_at, v_balance_usd, v_balance_inr,
                         v_reserved_usd, v_reserved_inr, v_active;
                end if;
                exit when found;
                if v_try = 2 then
                    raise exception 'the wallet of account % could not take the posting after two tries', v_user_id;
                end if;
                perform private.require_wallet(v_user_id, v_transaction_id, v_kind, v_currency, v_amount, v_held);
            end loop;
            v_head_of := v_user_id;
        end if;
        if v_amount <> 0 then
            insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                               balance_after, contra, hash, created_at, updated_at)
            values (v_id, v_user_id, v_wallet_id, v_transaction_id, v_seq, v_kind, v_currency, v_amount,
                    case v_currency when 'USD' then v_balance_usd else v_balance_inr end, v_contra, v_hash, v_at, v_at);
        end if;
        -- One condition for both, since PL/pgSQL prepares each expression anew in every transaction.
        if v_contra = 'stripe' or not v_active then
            if v_amount > 0 and v_contra = 'stripe' and v_kind = 'post' then
                v_paid := v_paid || v_transaction_id;
            end if;
            if not v_active and (v_amount > 0 or v_held < 0) then
                v_stopped := v_stopped || v_user_id;
            end if;
        end if;
        exit when not v_many;
    end loop;
    if v_paid is not null or v_stopped is not null then
        if v_paid is not null then
            perform private.apply_paid(v_paid);
        end if;
        perform private.settle_debts(u.id) from (select distinct u as id from pg_catalog.unnest(v_stopped) u order by u) u;
    end if;
    return null;
end $$;

revoke all on function private.post_transactions() from public;

-- Record a transaction once, however often it is sent, and set its status. Services use this function to
-- write transactions.
-- The same idempotency key with the same content returns the existing row, even if it has changed since:
-- captured for less, given a payment intent, or its phone number purged. The same payment intent and type
-- returns the existing row, set to p_status if the states allow it. So webhooks that Stripe repeats, delays
-- or sends out of order do no harm.
-- p_amount: in p_currency, two decimals. All arguments after p_currency have a default.
-- Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); see also the
--   rules of the table.
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
    -- Check before the column rounds the amount or finds it too large, because that error would name no rule.
    -- NaN is greater than every number.
    if not (p_amount > 0 and pg_catalog.round(p_amount, 2) <= 99999999.99) then
        raise exception 'a transaction can''t have the amount %', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'amount',
                  hint = 'Give an amount greater than 0 and at most 99999999.99.';
    end if;
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
        if (v_row.type, v_row.currency) is distinct from (p_type, p_currency)
           or not (v_row.amount = pg_catalog.round(p_amount, 2)
                   or (v_row.hold and v_row.completed_at is not null and v_row.amount < p_amount))
           or v_row.stripe_payment_intent_id is distinct from coalesce(p_stripe_payment_intent_id, v_row.stripe_payment_intent_id)
           or (v_row.business_number_id is distinct from p_business_number_id
               and (v_row.business_number_id is not null
                    or exists (select from public.business_numbers n where n.id = p_business_number_id))) then
            raise exception 'idempotency key "%" was used for transaction %, which has other content', p_idempotency_key, v_row.id
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions', column = 'idempotency_key',
                      hint = 'Use a new key for a new transaction. To repeat a request, send the same content.';
        end if;
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.stripe_payment_intent_id = p_stripe_payment_intent_id and t.type = p_type
    for update;
    if not found
       or (v_row.user_id, v_row.amount, v_row.currency) is distinct from (p_user_id, pg_catalog.round(p_amount, 2), p_currency) then
        raise exception 'payment intent "%" is already recorded with other content', p_stripe_payment_intent_id
            using errcode = 'unique_violation', constraint = 'transaction_payment_intent_once',
                  schema = 'public', table = 'transactions', column = 'stripe_payment_intent_id',
                  hint = 'Record a payment intent once, with one account, amount and currency.';
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

-- BEFORE trigger on console.approval_requests. It takes who requested and who decided from the actor of the
-- database transaction (private.current_actor), whatever the statement says. A request never changes, is
-- decided once by another member of staff, and is never deleted. Only private.erase_account may set its
-- reason to "erased" and close it, when its account is erased.
-- SECURITY DEFINER: private.current_actor trusts aira.actor only if current_user is the owner.
-- Errors: 23514 approval_by_staff_alone, approval_is_decided, second_person_required.
create or replace function private.check_approval()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if tg_op = 'DELETE' then
        raise exception 'an approval request can''t be deleted'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it instead.';
    end if;
    if tg_op = 'UPDATE' and new.reason = 'erased' and not exists (select from auth.users u where u.id = old.user_id) then
        new := old;
        new.reason := 'erased';
        new.idempotency_key := null;
        if old.decided_at is null then
            new.approved := false;
            new.decided_by := 'erase_account';
            new.decided_by_name := 'erase_account';
            new.decided_at := pg_catalog.now();
        end if;
        return new;
    end if;
    v_actor := private.current_actor();
    if v_actor.kind <> 'staff' then
        raise exception 'only staff can request or decide an approval, not an actor of kind "%"', v_actor.kind
            using errcode = 'check_violation', constraint = 'approval_by_staff_alone', hint = 'Sign in to the console and do it there.';
    end if;
    if tg_op = 'INSERT' then
        new.requested_by := v_actor.id;
        new.requested_by_name := coalesce(v_actor.name, v_actor.id);
        new.approved := null;
        new.decided_by := null;
        new.decided_by_name := null;
        new.decided_at := null;
        new.created_at := pg_catalog.now();
        return new;
    end if;
    if old.decided_at is not null then
        raise exception '% has already decided this approval request', old.decided_by_name
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Create a new approval request if you still need it.';
    elsif new.approved is null
            or (new.kind, new.user_id, new.transaction_id, new.amount, new.currency, new.reason, new.idempotency_key)
               is distinct from
               (old.kind, old.user_id, old.transaction_id, old.amount, old.currency, old.reason, old.idempotency_key) then
        raise exception 'an approval request can''t be changed'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it and create a new one.';
    elsif v_actor.id = old.requested_by then
        raise exception '% made this request and can''t decide it', old.requested_by_name
            using errcode = 'check_violation', constraint = 'second_person_required', hint = 'Ask a colleague to approve or decline it.';
    end if;
    new.id := old.id;
    new.requested_by := old.requested_by;
    new.requested_by_name := old.requested_by_name;
    new.created_at := old.created_at;
    new.decided_by := v_actor.id;
    new.decided_by_name := coalesce(v_actor.name, v_actor.id);
    new.decided_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_approval() from public;

-- Do the work of dispute_transaction beyond the rights of the caller: record that the bank took a payment
-- back. It becomes a fact of the payment, as if the provider had reported it. Later reports of the same
-- dispute continue from it.
-- EXECUTE is granted only to the roles that may refund transactions of any account.
create or replace function private.dispute(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment_id text;
    v_dispute_id text;
    v_amount numeric;
    v_left numeric;
    v_asked numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found or v_row.type <> 'credit' or v_row.completed_at is null then
        raise exception 'transaction % is not a completed credit, so it can''t be disputed', p_transaction_id
            using errcode = 'check_violation', constraint = 'dispute_of_completed_credit',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed credit: a payment that was received.';
    end if;
    v_payment_id := coalesce(v_row.stripe_payment_intent_id, v_row.id::text);
    -- With the provider's id of the dispute as key, this call and the provider's reports are one dispute.
    v_dispute_id := case when p_idempotency_key ~ '^d[pu]_' then p_idempotency_key
                         else v_row.id || ':' || coalesce(p_idempotency_key, pg_catalog.gen_random_uuid()::text) end;
    v_row := private.lock_payment(v_payment_id);
    -- The row is locked, so the second of two calls with one key finds the result of the first.
    select o.amount into v_asked from private.payment_objects o
    where o.payment_id = v_payment_id and o.kind = 'dispute' and o.object_id = v_dispute_id;
    if found then
        if p_amount is not null and v_asked <> pg_catalog.round(p_amount, 2) then
            raise exception 'idempotency key "%" was used for a dispute of %', p_idempotency_key, v_asked
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new dispute. To repeat a request, send the same amount.';
        end if;
        return v_row;
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);
    if not (v_amount > 0 and v_amount <= v_left) then
        raise exception 'transaction % has % % left to dispute', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Dispute at most that amount.';
    end if;
    insert into private.payment_facts (payment_id, kind, object_id, state, amount, currency, reason)
    values (v_payment_id, 'dispute', v_dispute_id, 'open', v_amount, v_row.currency, pg_catalog.left(p_reason, 1000));
    perform private.apply_payment(v_payment_id, v_row);
    select t.* into v_row from public.transactions t where t.id = p_transaction_id;
    return v_row;
end $$;

revoke all on function private.dispute(uuid, numeric, text, text) from public;
grant execute on function private.dispute(uuid, numeric, text, text) to service_role, console;

-- Do the work of refund_transaction beyond the rights of the caller. private.refunds stores each refund by
-- its idempotency key.
-- EXECUTE is granted only to the roles that may refund transactions of any account.
create or replace function private.refund(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_refunded numeric;
    v_amount numeric;
    v_left numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found then
        raise exception 'transaction % does not exist', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);

    -- The row is locked, so the second of two calls with one key finds the first.
    select r.amount into v_refunded from private.refunds r
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_refunded <> v_amount then
            raise exception 'idempotency key "%" was used for a refund of %', p_idempotency_key, v_refunded
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new refund. To repeat a request, send the same amount.';
        end if;
        return v_row;
    end if;
    if p_amount is null and v_row.status = 'refunded' then
        return v_row;
    end if;
    if v_row.status not in ('completed', 'refunded') then
        raise exception 'a % transaction can''t be refunded', v_row.status
            using errcode = 'check_violation', constraint = 'transaction_status_transition',
                  schema = 'public', table = 'transactions', column = 'status', hint = 'Complete the transaction first.';
    end if;
    if p_amount is not null and not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund can''t have the amount %', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or leave it empty to refund all that is left.';
    end if;
    -- After a dispute, the account may owe all that is left.
    if v_amount > v_left or v_left <= 0 then
        raise exception 'transaction % has % % left to refund', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Refund at most that amount.';
    end if;
    update public.transactions t set refunded_amount = t.refunded_amount + v_amount
    where t.id = p_transaction_id returning t.* into v_row;
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key)
    values (v_row.id, v_row.user_id, v_amount, p_reason, p_idempotency_key);
    return v_row;
end $$;

revoke all on function private.refund(uuid, numeric, text, text) from public;
grant execute on function private.refund(uuid, numeric, text, text) to service_role, console;

-- BEFORE trigger, for each statement. It refuses changes of ledger entries, and TRUNCATE of transactions.
-- Errors: 23514 transaction_is_posted.
create or replace function private.refuse_ledger_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % is not allowed, because the ledger is permanent', tg_op, tg_table_name
        using errcode = 'check_violation', constraint = 'transaction_is_posted',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Refund it, or record an adjustment: press “Adjust” on its page in the console, or call transactions/adjust of the API.';
end $$;

revoke all on function private.refuse_ledger_change() from public;

-- Raise the error for a text of a transaction that is too long, or for a payment intent that is not an id of
-- Stripe. private.check_transaction() calls it after it found one.
-- Errors: 23514 transaction_text_length, transaction_payment_intent_is_id.
create or replace function private.refuse_transaction_text(p_row public.transactions)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_column text := case
        when pg_catalog.length(p_row.description) > 10000 then 'description'
        when pg_catalog.length(p_row.idempotency_key) > 255 then 'idempotency_key'
        when pg_catalog.octet_length(p_row.metadata::text) > 65536 then 'metadata'
        else 'stripe_payment_intent_id' end;
begin
    if v_column = 'stripe_payment_intent_id' then
        raise exception '"%" is not a Stripe id', pg_catalog.left(p_row.stripe_payment_intent_id, 100)
            using errcode = 'check_violation', constraint = 'transaction_payment_intent_is_id',
                  schema = 'public', table = 'transactions', column = v_column,
                  hint = 'Send the id unchanged: at most 255 letters, digits, "_", "-", "." or ":".';
    end if;
    raise exception 'the % of a transaction is too long', pg_catalog.replace(v_column, '_', ' ')
        using errcode = 'check_violation', constraint = 'transaction_text_length',
              schema = 'public', table = 'transactions', column = v_column,
              hint = case v_column when 'description' then 'Shorten it to at most 10,000 characters.'
                                   when 'idempotency_key' then 'Shorten it to at most 255 characters.'
                                   else 'Shorten it to at most 64 kB of JSON text.' end;
end $$;

revoke all on function private.refuse_transaction_text(public.transactions) from public;
grant execute on function private.refuse_transaction_text(public.transactions) to service_role, console;

-- Prepare a wallet for a posting that found none: create it on first need, or raise the error that explains
-- the refusal. After it returns, the posting can be tried again, and the wallet is locked.
-- p_amount: the change of the balance. p_held: the change of the part that holds reserve. Both in p_currency.
-- Errors: 23514 wallet_is_active, wallet_balance_not_negative (DETAIL is JSON: required, available,
--   currency), wallet_balance_limit.
create or replace function private.require_wallet(
    p_user_id uuid, p_transaction_id uuid, p_kind text, p_currency text, p_amount numeric, p_held numeric)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_wallet public.wallets;
    v_available numeric;
begin
    select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    if not found then
        -- If two sessions need the wallet at the same moment, one creates it and both continue with it.
        insert into public.wallets (user_id, currency) values (p_user_id, p_currency) on conflict (user_id) do nothing;
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    end if;
    if (p_held > 0 or (p_amount < 0 and p_kind = 'post')) and not v_wallet.is_active then
        raise exception 'the wallet of account % is stopped and takes no debits', p_user_id
            using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                  hint = 'Activate the wallet first. A stopped wallet takes only credits.';
    end if;
    -- A capture spends the amount that its hold reserved.
    v_available := case p_currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                   else v_wallet.balance_inr - v_wallet.held_inr end - least(p_held, 0);
    if v_available < greatest(-p_amount, p_held) then
        raise exception 'the wallet of account % has % % available, but transaction % needs %', p_user_id, v_available, p_currency, p_transaction_id,
                        greatest(-p_amount, p_held)
            using errcode = 'check_violation', constraint = 'wallet_balance_not_negative', schema = 'public', table = 'wallets',
                  detail = pg_catalog.json_build_object('required', greatest(-p_amount, p_held)::text,
                                                        'available', v_available::text, 'currency', p_currency),
                  hint = 'Ask the customer to top up, then complete the transaction again.';
    end if;
    if (case p_currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end) + p_amount > 99999999.99 then
        raise exception 'the balance of account % would exceed 99999999.99 %', p_user_id, p_currency
            using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                  hint = 'Pay out part of the balance first.';
    end if;
end $$;

revoke all on function private.require_wallet(uuid, uuid, text, text, numeric, numeric) from public;

-- Pay an account's debts after disputes and refunds from the available balance, and activate the wallet once
-- nothing is owed. post_transactions calls it when a stopped wallet receives money, and holds the wallet's
-- lock.
-- It skips a debt that another session is changing. The next call pays it: billing.tasks makes one a minute.
create or replace function private.settle_debts(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_wallet public.wallets;
    v_debt public.transactions;
    v_payment_id uuid;
    v_spendable numeric;
begin
    for v_debt in
        select d.* from public.transactions d
        where d.user_id = p_user_id and d.status = 'pending'
          and d.id in (select r.owed_transaction_id from private.refunds r where r.user_id = p_user_id)
        order by d.created_at, d.id for update skip locked
    loop
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
        v_spendable := case v_debt.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                            else v_wallet.balance_inr - v_wallet.held_inr end;
        if v_spendable >= v_debt.amount then
            -- A stopped wallet takes no debit, so activate it for this one.
            update public.wallets w set is_active = true where w.id = v_wallet.id and not w.is_active;
            update public.transactions d set status = 'completed' where d.id = v_debt.id;
            update public.wallets w set is_active = false, stopped_by_provider = v_wallet.stopped_by_provider
            where w.id = v_wallet.id and not v_wallet.is_active;
        elsif v_spendable > 0 then
            select t.id into v_payment_id
            from private.refunds r join public.transactions t on t.id = r.transaction_id
            where r.owed_transaction_id = v_debt.id for update of t skip locked;
            if found then
                update public.transactions d set amount = d.amount - v_spendable where d.id = v_debt.id;
                update public.transactions t set refunded_amount = t.refunded_amount + v_spendable where t.id = v_payment_id;
            end if;
        end if;
    end loop;
    perform private.resume_wallet(p_user_id);
end $$;

revoke all on function private.settle_debts(uuid) from public;

-- Return the statement of one currency of an account's wallet, from p_from (included) to p_to (excluded): one
-- row with the opening balance, the entries as a JSON list in their order, and the closing balance. Row
-- security applies: for a user, the statement of another account is empty.
-- Errors: 22023 p_from is later than p_to.
create or replace function public.wallet_statement(p_user_id uuid, p_from timestamptz, p_to timestamptz, p_currency text)
returns table (opening_balance numeric, entries jsonb, closing_balance numeric)
language plpgsql stable
set search_path = ''
as $$
begin
    if p_from > p_to then
        raise exception 'the beginning of the statement, %, is later than its end, %', p_from, p_to
            using errcode = 'invalid_parameter_value', hint = 'Exchange p_from and p_to.';
    end if;
    -- created_at rises with seq in a wallet, so the last entry before a time has the balance at that time.
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
