-- The functions from before, and without the new ones.
drop function private.post_transactions(refcursor);
drop function private.movement(public.transactions, public.transactions);
-- AFTER trigger on transactions, for each statement. It posts the rows of a statement that writes several: it
-- moves the money of transactions that became completed, refunded, held or released, writes the ledger, and
-- creates wallets on first need. A statement that writes one row is left to private.post_transaction().
-- Wallets are locked in the order of their accounts, since row by row, opposite bulk updates deadlocked.
-- Within a wallet, credits come before debits. The row of a wallet is written once, after its last posting:
-- writing it each time left old row versions that the transaction can't clear, so the cost grew with the
-- square of the number.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_moves refcursor;
    v_move record;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric;
    v_held_inr numeric;
    v_id uuid;
    -- The wallet of the current account, ahead of its row.
    v_wallet public.wallets;
    -- Posted payments, and accounts whose stopped wallet may pay its debts.
    v_paid uuid[];
    v_stopped uuid[];
begin
    if not exists (select from new_rows offset 1) then
        return null;
    end if;
    if tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post' as kind,
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.status = 'pending' then n.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund'
                            when n.refunded_amount < o.refunded_amount then 'reinstate' else 'post' end as kind,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                -- A full join uses hash or merge, even in a plan that was made for few rows. A nested loop
                -- over many rows would take far too long.
                from new_rows n full join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        fetch v_moves into v_move;
        if v_wallet.user_id <> v_move.user_id or v_move.id is null then
            perform private.write_head(v_wallet);
        end if;
        exit when v_move.id is null;
        if v_wallet.user_id is distinct from v_move.user_id then
            select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for no key update;
            if not found then
                perform private.require_wallet(v_move.user_id, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_move.held);
                select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id;
            end if;
        end if;
        v_usd := case v_move.currency when 'USD' then v_move.amount else 0 end;
        v_inr := v_move.amount - v_usd;
        v_held_usd := case v_move.currency when 'USD' then v_move.held else 0 end;
        v_held_inr := v_move.held - v_held_usd;
        if not ((v_wallet.is_active or case v_move.amount when 0 then v_move.held < 0 else v_move.amount > 0 or v_move.kind = 'refund' end)
                and v_wallet.held_usd + v_held_usd between 0 and v_wallet.balance_usd + v_usd and v_wallet.balance_usd + v_usd <= 99999999.99
                and v_wallet.held_inr + v_held_inr between 0 and v_wallet.balance_inr + v_inr and v_wallet.balance_inr + v_inr <= 99999999.99) then
            perform private.write_head(v_wallet);
            perform private.require_wallet(v_move.user_id, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_move.held);
            raise exception 'the wallet of account % could not take the posting', v_move.user_id;
        end if;
        v_wallet.balance_usd := v_wallet.balance_usd + v_usd;
        v_wallet.balance_inr := v_wallet.balance_inr + v_inr;
        v_wallet.held_usd := v_wallet.held_usd + v_held_usd;
        v_wallet.held_inr := v_wallet.held_inr + v_held_inr;
        if v_move.amount <> 0 then
            v_id := case v_move.kind when 'post' then v_move.id else pg_catalog.gen_random_uuid() end;
            v_wallet.ledger_seq := v_wallet.ledger_seq + 1;
            v_wallet.ledger_at := greatest(pg_catalog.clock_timestamp(), v_wallet.ledger_at);
            v_wallet.ledger_hash := private.ledger_hash(
                v_wallet.ledger_hash, v_id, v_move.user_id, v_wallet.id, v_move.id, v_wallet.ledger_seq, v_move.kind, v_move.currency,
                v_move.amount, case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end,
                v_move.contra, v_wallet.ledger_at);
            insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                               balance_after, contra, hash, created_at, updated_at)
            values (v_id, v_move.user_id, v_wallet.id, v_move.id, v_wallet.ledger_seq, v_move.kind, v_move.currency, v_move.amount,
                    case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end, v_move.contra,
                    v_wallet.ledger_hash, v_wallet.ledger_at, v_wallet.ledger_at);
        end if;
        if v_move.contra = 'stripe' and v_move.kind = 'post' and v_move.amount > 0 then
            v_paid := v_paid || v_move.id;
        end if;
        if not v_wallet.is_active and (v_move.amount > 0 or v_move.held < 0) then
            v_stopped := v_stopped || v_move.user_id;
        end if;
    end loop;
    if v_paid is not null then
        perform private.apply_paid(v_paid);
    end if;
    perform private.settle_debts(u.id) from (select distinct u as id from pg_catalog.unnest(v_stopped) u order by u) u;
    return null;
end $$;

revoke all on function private.post_transactions() from public;
-- AFTER trigger on transactions, for each row. It posts the row of a statement that writes one row: it moves
-- the money, writes the ledger entry, and creates the wallet on first need. All of it happens in the writer's
-- own database transaction. Statements that write several rows are left to private.post_transactions().
-- The entry of a completion has the id of its transaction, so the primary key refuses a second one.
-- Last, it applies reports that arrived before their payment was recorded, and pays the debts of a stopped
-- wallet.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_id uuid := new.id;
    v_kind text := 'post';
    -- A variable, since RETURNING has its own `new` from PostgreSQL 18 on.
    v_currency text := new.currency;
    -- The change of the balance, and of the part of it that holds reserve.
    v_amount numeric;
    v_held numeric := 0;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric := 0;
    v_held_inr numeric := 0;
    v_contra text;
    v_at timestamptz := pg_catalog.clock_timestamp();
    v_wallet_id uuid;
    v_seq bigint;
    v_hash bytea;
    v_balance numeric;
    v_active boolean;
begin
    if exists (select from new_rows offset 1) then
        return null;
    end if;
    v_amount := case new.type when 'credit' then new.amount else -new.amount end;
    -- Usually a row without a hold becomes completed. An insert has no old row, so the conditions on it are null.
    if new.status <> 'completed' or old.status in ('completed', 'refunded') or old.hold then
        v_held := case when new.hold and new.status = 'pending' then new.amount else 0 end
                  - case when old.hold and old.status = 'pending' then old.amount else 0 end;
        if new.status <> 'completed' or old.status in ('completed', 'refunded') then
            v_amount := case new.type when 'credit' then 1 else -1 end * (old.refunded_amount - new.refunded_amount);
        end if;
        v_amount := coalesce(v_amount, 0);
        if v_amount = 0 and v_held = 0 then
            return null;
        end if;
        if new.refunded_amount <> old.refunded_amount then
            v_kind := case when new.refunded_amount > old.refunded_amount then 'refund' else 'reinstate' end;
            v_id := pg_catalog.gen_random_uuid();
        end if;
        v_held_usd := case v_currency when 'USD' then v_held else 0 end;
        v_held_inr := v_held - v_held_usd;
    end if;
    v_usd := case v_currency when 'USD' then v_amount else 0 end;
    v_inr := v_amount - v_usd;
    v_contra := case when new.stripe_payment_intent_id is not null then 'stripe'
                     when new.business_number_id is not null then 'number' else 'adjustment' end;

    -- The wallet stores the head of its chain, so one statement locks it and moves the money. If the money
    -- does not fit, the statement finds no wallet.
    for v_try in 1..2 loop
        if v_amount = 0 then
            update public.wallets w
            set held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr, updated_at = pg_catalog.now()
            where w.user_id = new.user_id
              and (w.is_active or v_held < 0)
              and w.held_usd + v_held_usd between 0 and w.balance_usd
              and w.held_inr + v_held_inr between 0 and w.balance_inr
            returning w.is_active into v_active;
        else
            update public.wallets w
            set balance_usd = w.balance_usd + v_usd, balance_inr = w.balance_inr + v_inr,
                held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr,
                updated_at = v_at,
                ledger_seq = w.ledger_seq + 1,
                -- The time rises with seq, even if transactions end in another order than they began, or the
                -- clock is set back.
                ledger_at = greatest(v_at, w.ledger_at),
                -- This is private.ledger_hash() inline: the call takes longer than the hash.
                ledger_hash = pg_catalog.sha256(coalesce(w.ledger_hash, ''::bytea) || pg_catalog.convert_to(
                    pg_catalog.concat_ws('|', v_id, new.user_id, w.id, new.id, w.ledger_seq + 1, v_kind, new.currency, v_amount,
                                         case v_currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount,
                                         v_contra, extract(epoch from greatest(v_at, w.ledger_at))), 'UTF8'))
            where w.user_id = new.user_id
              and (w.is_active or v_amount > 0 or v_kind = 'refund')
              and w.held_usd + v_held_usd between 0 and w.balance_usd + v_usd and w.balance_usd + v_usd <= 99999999.99
              and w.held_inr + v_held_inr between 0 and w.balance_inr + v_inr and w.balance_inr + v_inr <= 99999999.99
            returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.is_active,
                      case v_currency when 'USD' then w.balance_usd else w.balance_inr end
            into v_wallet_id, v_seq, v_hash, v_at, v_active, v_balance;
        end if;
        exit when found;
        if v_try = 2 then
            raise exception 'the wallet of account % could not take the posting after two tries', new.user_id;
        end if;
        perform private.require_wallet(new.user_id, new.id, v_kind, new.currency, v_amount, v_held);
        v_at := pg_catalog.clock_timestamp();
    end loop;
    if v_amount <> 0 then
        insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                           balance_after, contra, hash, created_at, updated_at)
        values (v_id, new.user_id, v_wallet_id, new.id, v_seq, v_kind, new.currency, v_amount, v_balance, v_contra, v_hash, v_at, v_at);
    end if;
    -- One condition for both, since PL/pgSQL prepares each expression anew in every transaction.
    if v_contra = 'stripe' or not v_active then
        if v_amount > 0 and v_contra = 'stripe' and v_kind = 'post' then
            perform private.apply_paid(array[new.id]);
        end if;
        if not v_active and (v_amount > 0 or v_held < 0) then
            perform private.settle_debts(new.user_id);
        end if;
    end if;
    return null;
end $$;

revoke all on function private.post_transaction() from public;
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
    elsif old.status = 'pending' and not old.hold and new.status <> 'refunded' and new.id = old.id then
        -- Most updates complete such a row. The checks of the other branch could not refuse it.
        null;
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
            if new.refunded_amount > old.refunded_amount then
                v_left := private.left_to_refund(old);
                if new.refunded_amount - old.refunded_amount > v_left then
                    raise exception 'transaction % has % % left to refund', old.id, v_left, old.currency
                        using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                              schema = 'public', table = 'transactions', column = 'refunded_amount',
                              hint = 'Refund at most that amount.';
                end if;
            end if;
            if new.refunded_amount = new.amount then
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
        end if;
    end if;
    if v_posted is not true then
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
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
                 ('public.transactions', 'private.post_transaction', 2),
                 ('public.transactions', 'private.keep_posted_transaction', 1), ('public.transactions', 'private.refuse_ledger_change', 1),
                 ('public.ledger_entries', 'private.refuse_ledger_change', 1), ('public.wallets', 'private.close_wallet', 1),
                 ('public.wallets', 'private.check_wallet', 1)
         ) as x (relation, function, times)
    where x.times > (select pg_catalog.count(*) from pg_catalog.pg_trigger g
                     where g.tgrelid = x.relation::regclass and g.tgfoid = pg_catalog.to_regproc(x.function) and g.tgenabled in ('O', 'A'));
end $$;

revoke all on function private.ledger_problems(uuid[]) from public;
grant execute on function private.ledger_problems(uuid[]) to console;
