-- Adds an entry to the chain of a wallet that is about to go. The caller has locked it: seq has no gaps because of that.
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
    -- Rises with seq, also when transactions end in another order than they began, or the clock is set back.
    v_entry.created_at := greatest(pg_catalog.clock_timestamp(), v_previous.created_at);
    v_entry.updated_at := v_entry.created_at;
    v_entry.hash := private.ledger_hash(
        v_previous.hash, v_entry.id, v_entry.user_id, v_entry.wallet_id, v_entry.transaction_id, v_entry.seq, v_entry.kind,
        v_entry.currency, v_entry.amount, v_entry.balance_after, v_entry.contra, v_entry.created_at);
    insert into public.ledger_entries select v_entry.*;
end $$;

revoke all on function private.append_entry(public.wallets, uuid, text, text, numeric, numeric, text) from public;

-- BEFORE trigger on transactions: what a row may say, the states it may pass through (CONTRACT.md, billing), what is frozen once
-- it is posted, and that its number is its owner's. Sets completed_at and refunded_amount; post_transactions moves the money.
-- Here, and not as CHECKs of the table: those are parsed anew by each statement, a fifth of what a posting costs.
-- A refund is refunded_amount going up: to the whole amount it makes the status refunded, and the status makes it whole.
-- It goes down, and disputed_amount changes, only by private.follow_facts(): the payment provider returned the money.
-- Errors: 23514 transaction_amount_positive, transaction_currency_known, hold_is_debit, transaction_status_transition,
--         transaction_is_posted, capture_exceeds_hold, refund_exceeds_amount, transaction_expires_within_calendar,
--         transaction_text_length, transaction_payment_intent_is_id; 23503 transaction_number_of_same_owner.
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
            raise exception 'a transaction can''t begin as refunded'
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
        -- Most updates complete such a row. No check of the other branch could refuse it.
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    else
        v_posted := old.status in ('completed', 'refunded');
        if v_posted or (old.hold and old.status = 'pending') or new.id <> old.id then
            if new.refunded_amount < old.refunded_amount or new.disputed_amount <> old.disputed_amount then
                -- Only functions of the table's owner run as the owner, and of these one lowers it.
                v_follows_facts := current_user = (
                    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
            end if;
            v_frozen := case
                when new.id <> old.id then 'id'
                when new.user_id <> old.user_id then 'user_id'
                when new.currency <> old.currency then 'currency'
                when new.type <> old.type then 'type'
                -- Of a hold, the rest may change.
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
                raise exception 'transaction % %: its % can''t change', old.id,
                                case when v_posted then 'is posted'
                                     when new.id <> old.id then 'is recorded' else 'holds money' end, v_frozen
                    using errcode = 'check_violation', constraint = 'transaction_is_posted',
                          schema = 'public', table = 'transactions', column = v_frozen,
                          hint = case when v_posted
                                      then 'Refund it, or record an adjustment: “Adjust” at the transaction in the console, transactions/adjust in the API.'
                                      else 'Set it to failed, then record another one.' end;
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
                      hint = case old.status when 'completed' then 'It can be refunded.'
                                             when 'refunded' then 'It is final.'
                                             else 'It can be completed or failed.' end;
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
                          hint = 'Refund at most what is left.';
            elsif new.refunded_amount = new.amount then
                new.status := 'refunded';
            end if;
        else
            if old.hold or old.status = 'failed' then
                if old.hold and old.status = 'pending' and new.amount > old.amount and (new.hold or new.status = 'completed') then
                    raise exception 'transaction % holds % %, % can''t be taken', old.id, old.amount, old.currency, new.amount
                        using errcode = 'check_violation', constraint = 'capture_exceeds_hold',
                              schema = 'public', table = 'transactions', column = 'amount',
                              hint = 'Capture at most the amount held; charge the rest by another transaction.';
                end if;
                -- A failed one no longer counted as taken: what it stands for may have been given back by now.
                if old.status = 'failed' and new.status <> 'failed' then
                    v_left := private.left_of_disputed(new.id);
                    if new.amount > v_left then
                        raise exception 'transaction % is owed after a dispute, and % % of that payment is left', old.id, v_left, old.currency
                            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                                  schema = 'public', table = 'transactions', column = 'status',
                                  hint = 'Leave it failed: the rest of the payment was given back in another way.';
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

    -- numeric takes NaN, which is greater than every number: unlimited spending.
    if not (new.amount > 0 and new.amount <= 99999999.99
            and new.currency in ('USD', 'INR') and (not new.hold or new.type = 'debit')) then
        if not (new.amount > 0 and new.amount <= 99999999.99) then
            raise exception 'a transaction of % is not possible', new.amount
                using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                      schema = 'public', table = 'transactions', column = 'amount',
                      hint = 'Give an amount greater than 0 and at most 99999999.99.';
        elsif new.hold and new.type <> 'debit' then
            raise exception 'a credit can''t hold money'
                using errcode = 'check_violation', constraint = 'hold_is_debit',
                      schema = 'public', table = 'transactions', column = 'hold',
                      hint = 'Record the hold as a debit.';
        end if;
        raise exception 'the currency "%" is not known', new.currency
            using errcode = 'check_violation', constraint = 'transaction_currency_known',
                  schema = 'public', table = 'transactions', column = 'currency', hint = 'Use USD or INR.';
    end if;

    -- Nested: PL/pgSQL prepares each expression anew in every transaction, and most postings need none of these.
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
        -- Apart: with the look-up in it, each condition would be a query of its own.
        if new.business_number_id is not null then
            if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id
                or new.user_id <> old.user_id)
               and exists (select from public.business_numbers n
                           where n.id = new.business_number_id and n.user_id <> new.user_id) then
                raise exception 'number % does not belong to account %', new.business_number_id, new.user_id
                    using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                          schema = 'public', table = 'transactions', column = 'business_number_id',
                          hint = 'Give a number of the account that the transaction is for.';
            end if;
        end if;
        -- A hold without a time never expires. Past the ends of the calendar no client could read the time.
        if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
           and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
            raise exception 'a transaction can''t expire at %', new.expires_at
                using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                      schema = 'public', table = 'transactions', column = 'expires_at',
                      hint = 'Give a time before the year 9000, or none for never.';
        end if;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_transaction() from public;

-- BEFORE trigger on wallets, for what a role may write: the currency is one of ours. Sets updated_at, and forgets who
-- stopped a wallet that goes on.
-- Errors: 23514 wallet_currency_known.
create or replace function private.check_wallet()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.currency not in ('USD', 'INR') then
        raise exception 'the currency "%" is not known', new.currency
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

-- BEFORE DELETE trigger on wallets: what the wallet still holds leaves the books by a `close` entry before it goes with
-- its account. While the account exists, the wallet stays.
-- SECURITY DEFINER: looks into auth.users and writes entries.
-- Errors: 23514 transaction_is_posted.
create or replace function private.close_wallet()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'the wallet of account % can''t be deleted', old.user_id
            using errcode = 'check_violation', constraint = 'transaction_is_posted', schema = 'public', table = 'wallets',
                  hint = 'Deactivate it; it goes when its account is deleted.';
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

-- BEFORE DELETE trigger on transactions: what is posted or holds money stays as long as its account exists.
-- SECURITY DEFINER: looks into auth.users.
-- Errors: 23514 transaction_is_posted.
create or replace function private.keep_posted_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if (old.completed_at is not null or (old.hold and old.status = 'pending'))
       and exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'transaction % is % and can''t be deleted', old.id, old.status
            using errcode = 'check_violation', constraint = 'transaction_is_posted',
                  schema = 'public', table = 'transactions',
                  hint = 'Refund it; a hold is released by setting it to failed.';
    end if;
    return old;
end $$;

revoke all on function private.keep_posted_transaction() from public;

-- Everything that is wrong with the money, in one snapshot; no rows when all is well.
-- p_users: the accounts to look at; null for all, and for what no account has any more.
-- SECURITY DEFINER: it compares all accounts, and looks at the triggers.
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
           pg_catalog.format('entry %s: %s and %s give %s, it says %s', c.seq, c.previous_balance, c.amount, c.previous_balance + c.amount, c.balance_after)
    from chain c where c.balance_after <> c.previous_balance + c.amount
    union all
    select 'hash_wrong', c.wallet_id::text, pg_catalog.format('entry %s was changed after it was written', c.seq)
    from chain c
    where c.hash <> private.ledger_hash(c.previous_hash, c.id, c.user_id, c.wallet_id, c.transaction_id, c.seq, c.kind, c.currency,
                                        c.amount, c.balance_after, c.contra, c.created_at)
    union all
    select 'head_differs', w.id::text, pg_catalog.format('the wallet has %s entries and another newest one than its chain, which has %s', w.ledger_seq, coalesce(s.seq, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id left join public.ledger_entries e on e.wallet_id = w.id and e.seq = s.seq
    where (p_users is null or w.user_id = any(p_users))
      and (w.ledger_seq <> coalesce(s.seq, 0) or w.ledger_hash is distinct from e.hash)
    union all
    select 'balance_differs', w.id::text,
           pg_catalog.format('the wallet says %s USD, %s INR; its entries add up to %s, %s', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id
    where (w.balance_usd <> coalesce(s.usd, 0) or w.balance_inr <> coalesce(s.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'held_differs', w.id::text,
           pg_catalog.format('the wallet holds %s USD, %s INR; its holds add up to %s, %s', w.held_usd, w.held_inr, coalesce(h.usd, 0), coalesce(h.inr, 0))
    from public.wallets w left join held h on h.user_id = w.user_id
    where (w.held_usd <> coalesce(h.usd, 0) or w.held_inr <> coalesce(h.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'wallet_not_closed', s.wallet_id::text, pg_catalog.format('the wallet is gone, and %s USD, %s INR are left', coalesce(s.usd, 0), coalesce(s.inr, 0))
    from sums s where not exists (select from public.wallets w where w.id = s.wallet_id) and (coalesce(s.usd, 0) <> 0 or coalesce(s.inr, 0) <> 0)
    union all
    select case when p.posts is null or p.posts = 0 then 'entry_missing' else 'entry_wrong' end, t.id::text,
           pg_catalog.format('%s %s %s, %s, has %s postings of %s', t.type, t.amount, t.currency, t.status, coalesce(p.posts, 0), coalesce(p.post_amount, 0))
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.status in ('completed', 'refunded') and (p_users is null or t.user_id = any(p_users))
      and (p.posts is distinct from 1 or p.post_amount <> case t.type when 'credit' then t.amount else -t.amount end)
      -- What was completed before the ledger began is in its wallet's opening entry.
      and not exists (select from public.ledger_entries o
                      where o.user_id = t.user_id and o.kind = 'opening' and o.created_at >= coalesce(t.completed_at, '-infinity'))
    union all
    -- What CHECKs of the table would say: check_transaction stands for them.
    select 'transaction_impossible', t.id::text, pg_catalog.format('it is a %s of %s %s, %s refunded', t.type, t.amount, t.currency, t.refunded_amount)
    from public.transactions t
    where (p_users is null or t.user_id = any(p_users))
      and not (t.amount > 0 and t.amount <= 99999999.99 and t.refunded_amount between 0 and t.amount
               and t.currency in ('USD', 'INR') and (not t.hold or t.type = 'debit'))
    union all
    select 'posted_and_not_completed', t.id::text, pg_catalog.format('it is %s and has %s postings', t.status, p.posts)
    from public.transactions t join posted p on p.transaction_id = t.id
    where t.status in ('pending', 'failed')
    union all
    select 'refund_differs', t.id::text,
           pg_catalog.format('%s refunded, %s of %s posted', t.refunded_amount, coalesce(p.refund_amount, 0), t.amount)
    from public.transactions t left join posted p on p.transaction_id = t.id
    where (p_users is null or t.user_id = any(p_users))
      and coalesce(p.refund_amount, 0) <> case t.type when 'credit' then -t.refunded_amount else t.refunded_amount end
    union all
    -- What a payment's transaction gave back and owes is what its facts say, and refunds that were asked for since.
    select 'payment_differs', p.id,
           pg_catalog.format('its facts say that %s went back, the ledger was moved to %s and holds %s', s.gone, p.gone_amount, private.gone_from(t))
    from private.payments p join private.payment_sums s on s.payment_id = p.id join public.transactions t on t.id = p.transaction_id
    where t.completed_at is not null and (p_users is null or t.user_id = any(p_users))
      and p.problem is distinct from 'wallet_balance_limit'
      and (s.gone <> p.gone_amount or private.gone_from(t) < p.gone_amount or s.lost <> p.lost_amount)
    union all
    select 'payment_not_posted', p.id, pg_catalog.format('the provider says that it was paid; its transaction is %s', t.status)
    from private.payments p join public.transactions t on t.id = p.transaction_id
    where t.completed_at is null and p.state = 'settled' and (p_users is null or t.user_id = any(p_users))
      and exists (select from private.payment_facts f where f.payment_id = p.id and f.kind = 'payment' and f.state = 'succeeded')
    union all
    select 'trigger_missing', x.relation, pg_catalog.format('no enabled trigger calls %s', x.function)
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

-- Bring transaction, wallet and ledger to what the facts of a payment say, and note on the payment what is left to do.
-- Harmless when repeated. The caller holds the locks of private.lock_payment().
-- p_row: the payment's transaction; its id is null where none is recorded yet.
-- payments.state afterwards:
--   settled    transaction and ledger agree with the facts
--   waiting    refunds or disputes are known, and their payment is not
--   attention  a person has to look: payments.problem says why
--   ignored    not ours: no account stands behind it
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
        -- The posting is frozen. Refunds and disputes go on from the amount that was posted.
        v_state := 'attention';
        v_problem := 'amount_differs';
    end if;

    if v_row.completed_at is not null then
        -- Posting it may have applied the facts already.
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

-- Move the difference between what the facts of a completed payment say went back and what did. What the wallet can't
-- give is owed: a pending debit, and the wallet stops. What comes back lowers the debt first, then fills the wallet.
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
        -- Debts before the wallet, as whoever pays one locks them.
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
                    -- Unlinked: it is owed no more. A debt that staff failed stays linked, as forgiven.
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

-- Lock a payment for the rest of the transaction, and return its transaction, locked too, or null where it has none yet.
-- The lock order is transaction, payment, wallet: whoever completes a transaction holds its row before the payment's.
-- Makes the payment's row on first need, and takes what was refunded since the last look into `requested_amount`.
-- p_payment_id: the provider's payment intent, or for a payment without one the id of its transaction.
-- SECURITY DEFINER code calls it; nobody else may.
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
            -- Somebody recorded it while this call waited for the payment's row. Let go, and lock in the one order.
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
        -- A person's refunds move `refunded_amount` directly: they are requests that the provider may confirm later.
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

-- Keep what a payment provider reported and bring the ledger to it. See the functions record_payment, record_refund,
-- record_refunded_total and record_dispute in public, whose work it does past their callers' rights.
-- A fact is added or moves an object's state forward; a repeated or outdated one changes nothing.
-- p_currency: null for the payment's own, which only the payment itself has to name.
-- EXECUTE is granted to exactly the roles that record payments of any account.
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
        raise exception 'a % has no state "%"', p_kind, p_state
            using errcode = 'check_violation', constraint = 'payment_fact_state_known',
                  schema = 'private', table = 'payment_facts', column = 'state',
                  hint = 'Payments: pending, failed, cancelled, succeeded. Refunds: pending, succeeded, failed, cancelled.'
                         ' Disputes: warning, open, won, lost.';
    elsif not (p_amount >= 0 and p_amount < 'Infinity') or p_amount is null then
        raise exception 'a % of % was reported', p_kind, coalesce(p_amount::text, 'no amount')
            using errcode = 'check_violation', constraint = 'payment_fact_amount_finite',
                  schema = 'private', table = 'payment_facts', column = 'amount',
                  hint = 'Give the amount in major units, such as 12.50 for 1250 cents.';
    elsif not (pg_catalog.length(p_payment_id) between 1 and 255 and pg_catalog.length(p_object_id) between 1 and 255)
          or p_payment_id is null or p_object_id is null then
        raise exception 'a % was reported without the provider''s ids', p_kind
            using errcode = 'check_violation', constraint = 'payment_fact_ids_given',
                  schema = 'private', table = 'payment_facts', column = 'object_id',
                  hint = 'Give the id of the payment and the id of the refund or dispute, 1 to 255 characters each.';
    elsif v_currency !~ '^[A-Z]{3}$' or (v_currency is null and p_kind = 'payment') then
        raise exception 'the currency "%" is not an ISO 4217 code', p_currency
            using errcode = 'check_violation', constraint = 'payment_fact_currency_known',
                  schema = 'private', table = 'payment_facts', column = 'currency', hint = 'Send three letters, such as USD.';
    end if;

    -- Before the payment's lock: another writer of the same payment intent makes this insert wait.
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

-- Record one event of Stripe, as its webhook sends it. Verify the signature first, with Stripe's library.
-- Events may come in any order, any number of times. Known are payment_intent.*, charge.refunded, refund.*,
-- charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds; others are ignored.
-- The payment intent carries metadata {"user_id": the account}. One without it is not ours and is ignored, unless a
-- transaction names it.
-- p_event: the event. p_live: true ignores test-mode events, false ignores live ones, null takes both.
-- Returns outcome: the worst of what record_payment, record_refund, record_refunded_total and record_dispute return.
-- Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these functions.
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
        raise exception 'the Stripe event % (%) lacks an id, an amount or a currency', p_event ->> 'id', v_type
            using errcode = 'check_violation', constraint = 'stripe_event_readable',
                  schema = 'private', table = 'payment_facts', hint = 'Send the event as Stripe''s webhook sent it.';
    end if;
    v_amount := private.from_minor_units(v_amount, v_currency);

    if v_type like 'payment\_intent.%' then
        return query select r.* from public.record_payment(
            v_payment,
            case when v_status = 'succeeded' then 'succeeded' when v_status = 'canceled' then 'cancelled'
                 when v_type = 'payment_intent.payment_failed' then 'failed' else 'pending' end,
            v_amount, v_currency,
            -- An id that is not one is nobody's: a person has to look, and the money is not forgotten.
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

-- AFTER trigger on transactions, by statement: moves the money of what became completed, refunded, held or released, and
-- writes the ledger; makes the wallet on first need. In the writer's own transaction, once per transaction. Wallets are
-- locked in the order of their accounts (row by row, opposite bulk updates deadlocked), and within a wallet credits come
-- before debits.
-- The statement that posts one row has a short way: sorting, joining and a cursor cost as much as the posting. Of many, a
-- wallet's first moves its row and locks it, the others move what is known of it, and it is written once more at the end:
-- written for each, a wallet's old rows, which the transaction itself can't clear, made many cost by their square.
-- Last, it applies what was reported of a payment before it was recorded, and lets a stopped wallet pay what it owes.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: those of private.require_wallet.
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
    -- What is added to the balance, and to the part of it that is reserved.
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
    -- Of many: the account whose wallet is in the variables above, and whether they are ahead of its row.
    v_head_of uuid;
    v_ahead boolean := false;
    v_fits boolean;
    -- Payments that were posted, and accounts whose stopped wallet may pay what they owe.
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
                -- FULL: by hash or merge, however few rows the plan was made for. A loop over many would never end.
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
            -- Of another account, none any more, or one that the wallet's row has to refuse.
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
            -- The wallet keeps the head of its chain: one statement locks it and moves the money. What does not fit finds no wallet.
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
                        -- Rises with seq, also when transactions end in another order than they began, or the clock is set back.
                        ledger_at = greatest(v_at, w.ledger_at),
                        -- private.ledger_hash(), written out: calling it takes longer than hashing.
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
                    raise exception 'the wallet of account % takes no posting', v_user_id;
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
        -- One condition for both: PL/pgSQL prepares each expression anew in every transaction.
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

-- The way in for services: records a transaction once, however often it is sent, and moves it on.
-- The same idempotency key with the same content gives the first row again, whatever became of it since: captured at less, given
-- a payment intent, its number purged. The same payment intent and type gives that
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
    -- Before the column rounds it, or finds it too large: that error would name no rule. NaN is greater than every number.
    if not (p_amount > 0 and pg_catalog.round(p_amount, 2) <= 99999999.99) then
        raise exception 'a transaction of % is not possible', p_amount
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

-- BEFORE trigger on console.approval_requests: who asked and who decided is the actor of the transaction (private.current_actor),
-- whatever the statement says; a request stays as it is, is decided once, by somebody else, and is never deleted. Of an account
-- that is gone, its reason may become "erased", which closes it (private.erase_account).
-- SECURITY DEFINER: the actor is believed where current_user is the owner.
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
        raise exception 'a request for approval stays on record'
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
        raise exception 'only a member of staff asks for approval or decides, not %', v_actor.kind
            using errcode = 'check_violation', constraint = 'approval_by_staff_alone', hint = 'Do it in the console.';
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
        raise exception 'it was decided by % already', old.decided_by_name
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Ask again if it is still wanted.';
    elsif new.approved is null
            or (new.kind, new.user_id, new.transaction_id, new.amount, new.currency, new.reason, new.idempotency_key)
               is distinct from
               (old.kind, old.user_id, old.transaction_id, old.amount, old.currency, old.reason, old.idempotency_key) then
        raise exception 'a request for approval stays as it is'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it and ask again.';
    elsif v_actor.id = old.requested_by then
        raise exception '% asked for it, and can''t decide on it', old.requested_by_name
            using errcode = 'check_violation', constraint = 'second_person_required', hint = 'Ask a colleague to decide.';
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

-- What dispute_transaction does, past the caller's rights: a person says that the bank took a payment back. It becomes a
-- fact of the payment, as if the provider had reported it, and the provider's later reports of the same dispute follow.
-- EXECUTE is granted to exactly the roles that may refund any account's transaction.
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
        raise exception 'transaction % is not a completed credit', p_transaction_id
            using errcode = 'check_violation', constraint = 'dispute_of_completed_credit',
                  schema = 'public', table = 'transactions', hint = 'A dispute takes back a payment that was received.';
    end if;
    v_payment_id := coalesce(v_row.stripe_payment_intent_id, v_row.id::text);
    -- The provider's own id of the dispute makes its reports and this call one dispute.
    v_dispute_id := case when p_idempotency_key ~ '^d[pu]_' then p_idempotency_key
                         else v_row.id || ':' || coalesce(p_idempotency_key, pg_catalog.gen_random_uuid()::text) end;
    v_row := private.lock_payment(v_payment_id);
    -- The row is locked: of two calls with one key, the second finds what the first did.
    select o.amount into v_asked from private.payment_objects o
    where o.payment_id = v_payment_id and o.kind = 'dispute' and o.object_id = v_dispute_id;
    if found then
        if p_amount is not null and v_asked <> pg_catalog.round(p_amount, 2) then
            raise exception 'idempotency key "%" was used for a dispute of %', p_idempotency_key, v_asked
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new dispute; send the same amount with the same key.';
        end if;
        return v_row;
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);
    if not (v_amount > 0 and v_amount <= v_left) then
        raise exception 'transaction % has % % left to dispute', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Dispute at most what is left.';
    end if;
    insert into private.payment_facts (payment_id, kind, object_id, state, amount, currency, reason)
    values (v_payment_id, 'dispute', v_dispute_id, 'open', v_amount, v_row.currency, pg_catalog.left(p_reason, 1000));
    perform private.apply_payment(v_payment_id, v_row);
    select t.* into v_row from public.transactions t where t.id = p_transaction_id;
    return v_row;
end $$;

revoke all on function private.dispute(uuid, numeric, text, text) from public;
grant execute on function private.dispute(uuid, numeric, text, text) to service_role, console;

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
    v_left numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found then
        raise exception 'there is no transaction %', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);

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
    if p_amount is not null and not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund of % is not possible', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or none for what is left.';
    end if;
    -- After a dispute all that is left may be owed.
    if v_amount > v_left or v_left <= 0 then
        raise exception 'transaction % has % % left to refund', v_row.id, v_left, v_row.currency
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

-- BEFORE trigger, by statement: ledger entries are appended and never changed; transactions are never truncated.
-- Errors: 23514 transaction_is_posted.
create or replace function private.refuse_ledger_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % is not possible: the ledger keeps what was posted', tg_op, tg_table_name
        using errcode = 'check_violation', constraint = 'transaction_is_posted',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Refund it, or record an adjustment: “Adjust” at the transaction in the console, transactions/adjust in the API.';
end $$;

revoke all on function private.refuse_ledger_change() from public;

-- Which text of a transaction is too long, or is no id of Stripe's. Called by private.check_transaction() when one is.
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
        raise exception '"%" is not an id of Stripe''s', pg_catalog.left(p_row.stripe_payment_intent_id, 100)
            using errcode = 'check_violation', constraint = 'transaction_payment_intent_is_id',
                  schema = 'public', table = 'transactions', column = v_column,
                  hint = 'Send it as Stripe gave it: at most 255 letters, digits, "_", "-", "." or ":".';
    end if;
    raise exception 'the % of a transaction is too long', pg_catalog.replace(v_column, '_', ' ')
        using errcode = 'check_violation', constraint = 'transaction_text_length',
              schema = 'public', table = 'transactions', column = v_column,
              hint = case v_column when 'description' then 'It can have at most 10,000 characters.'
                                   when 'idempotency_key' then 'It can have at most 255 characters.'
                                   else 'It can have at most 64 kB.' end;
end $$;

revoke all on function private.refuse_transaction_text(public.transactions) from public;
grant execute on function private.refuse_transaction_text(public.transactions) to service_role, console;

-- Why a posting found no wallet that takes it: makes the wallet on first need, or says what is wrong with it. Returns when
-- the posting can be tried again; the wallet is locked then.
-- p_amount: what is to be added to the balance; p_held: to the part of it that is reserved.
-- Errors: 23514 wallet_is_active, wallet_balance_not_negative (DETAIL is JSON: required, available, currency),
--         wallet_balance_limit.
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
        -- Of two that need it at once, one makes it and both go on with it.
        insert into public.wallets (user_id, currency) values (p_user_id, p_currency) on conflict (user_id) do nothing;
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    end if;
    if (p_held > 0 or (p_amount < 0 and p_kind = 'post')) and not v_wallet.is_active then
        raise exception 'the wallet of account % is not active', p_user_id
            using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                  hint = 'Activate the wallet first; while it is not active it takes credits alone.';
    end if;
    -- A captured hold spends what it has reserved.
    v_available := case p_currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                   else v_wallet.balance_inr - v_wallet.held_inr end - least(p_held, 0);
    if v_available < greatest(-p_amount, p_held) then
        raise exception 'wallet of % has % % to spend, % needs %', p_user_id, v_available, p_currency, p_transaction_id,
                        greatest(-p_amount, p_held)
            using errcode = 'check_violation', constraint = 'wallet_balance_not_negative', schema = 'public', table = 'wallets',
                  detail = pg_catalog.json_build_object('required', greatest(-p_amount, p_held)::text,
                                                        'available', v_available::text, 'currency', p_currency),
                  hint = 'Ask the customer to top up, then complete the transaction again.';
    end if;
    if (case p_currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end) + p_amount > 99999999.99 then
        raise exception 'the wallet of account % would hold more than 99999999.99 %', p_user_id, p_currency
            using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                  hint = 'Pay out a part of the balance first.';
    end if;
end $$;

revoke all on function private.require_wallet(uuid, uuid, text, text, numeric, numeric) from public;

-- Pay what an account owes after disputes and refunds from what its wallet can spend, and let the wallet go on once
-- nothing is owed. post_transactions calls it when money comes into a stopped wallet, and holds the wallet's lock.
-- A debt that somebody else is changing at this moment is left to them, or to the next call: billing.tasks makes one a minute.
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
            -- A stopped wallet takes no debit: it goes on for as long as this one takes.
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

-- What happened to one currency of an account's wallet from p_from (included) to p_to (not): one row with the balance
-- before, the entries as a JSON list in their order, and the balance after. Row security decides: to a user another
-- account's statement is empty. Errors: 22023 where p_from is after p_to.
create or replace function public.wallet_statement(p_user_id uuid, p_from timestamptz, p_to timestamptz, p_currency text)
returns table (opening_balance numeric, entries jsonb, closing_balance numeric)
language plpgsql stable
set search_path = ''
as $$
begin
    if p_from > p_to then
        raise exception 'the statement begins at %, after its end at %', p_from, p_to
            using errcode = 'invalid_parameter_value', hint = 'Exchange p_from and p_to.';
    end if;
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
