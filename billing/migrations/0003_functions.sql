-- The link of a wallet's chain of entries: SHA-256 over the hash before it and everything that the entry says. The same
-- under every session setting.
create or replace function private.ledger_hash(p_previous bytea, p_entry public.ledger_entries)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || pg_catalog.convert_to(pg_catalog.concat_ws('|',
        p_entry.id, p_entry.user_id, p_entry.wallet_id, coalesce(p_entry.transaction_id::text, '-'), p_entry.seq, p_entry.kind,
        p_entry.currency, p_entry.amount, p_entry.balance_after, p_entry.contra, extract(epoch from p_entry.created_at)), 'UTF8'));
end $$;

revoke all on function private.ledger_hash(bytea, public.ledger_entries) from public;

-- Adds an entry to a wallet's chain. The caller has locked the wallet: seq has no gaps because of that.
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
    v_entry.hash := private.ledger_hash(v_previous.hash, v_entry);
    insert into public.ledger_entries select v_entry.*;
end $$;

revoke all on function private.append_entry(public.wallets, uuid, text, text, numeric, numeric, text) from public;

-- AFTER trigger on transactions, by statement: moves the money of what became completed, refunded, held or released, and
-- writes the ledger; makes the wallet on first need. In the writer's own transaction, once per transaction. Wallets are
-- locked in the order of their accounts (row by row, opposite bulk updates deadlocked), and within a wallet credits come
-- before debits.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: 23514 wallet_balance_not_negative (DETAIL is JSON: required, available, currency), wallet_is_active,
--         wallet_balance_limit.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_moves refcursor;
    v_move record;
    v_wallet public.wallets;
    v_balance numeric;
    v_held numeric;
begin
    -- amount: what is added to the balance; held: what is added to the part of it that is reserved.
    if tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post' as kind,
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end as held,
                       n.stripe_payment_intent_id, n.business_number_id
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund' else 'post' end as kind,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       n.stripe_payment_intent_id, n.business_number_id
                from new_rows n join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        fetch v_moves into v_move;
        exit when not found;
        if v_wallet.user_id is distinct from v_move.user_id then
            select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for update;
            if not found then
                -- On first need. Of two that need it at once, one makes it and both go on with it.
                insert into public.wallets (user_id, currency) values (v_move.user_id, v_move.currency)
                    on conflict (user_id) do nothing;
                select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for update;
            end if;
        end if;
        v_balance := case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end;
        v_held := case v_move.currency when 'USD' then v_wallet.held_usd else v_wallet.held_inr end;

        if (v_move.held > 0 or (v_move.amount < 0 and v_move.kind = 'post')) and not v_wallet.is_active then
            raise exception 'the wallet of account % is not active', v_move.user_id
                using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                      hint = 'Activate the wallet first; while it is not active it takes credits alone.';
        end if;
        if v_balance + v_move.amount < v_held + v_move.held then
            raise exception 'wallet of % has % % to spend, % needs %', v_move.user_id,
                    v_balance - v_held - least(v_move.held, 0), v_move.currency, v_move.id, greatest(-v_move.amount, v_move.held)
                using errcode = 'check_violation', constraint = 'wallet_balance_not_negative',
                      schema = 'public', table = 'wallets',
                      detail = pg_catalog.json_build_object(
                          'required', greatest(-v_move.amount, v_move.held)::text,
                          'available', (v_balance - v_held - least(v_move.held, 0))::text,
                          'currency', v_move.currency),
                      hint = 'Ask the customer to top up, then complete the transaction again.';
        end if;
        if v_balance + v_move.amount > 99999999.99 then
            raise exception 'the wallet of account % would hold more than 99999999.99 %', v_move.user_id, v_move.currency
                using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                      hint = 'Pay out a part of the balance first.';
        end if;

        update public.wallets w
        set balance_usd = w.balance_usd + case v_move.currency when 'USD' then v_move.amount else 0 end,
            balance_inr = w.balance_inr + case v_move.currency when 'INR' then v_move.amount else 0 end,
            held_usd = w.held_usd + case v_move.currency when 'USD' then v_move.held else 0 end,
            held_inr = w.held_inr + case v_move.currency when 'INR' then v_move.held else 0 end
        where w.id = v_wallet.id
        returning w.* into v_wallet;
        if v_move.amount <> 0 then
            perform private.append_entry(
                v_wallet, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_balance + v_move.amount,
                case when v_move.stripe_payment_intent_id is not null then 'stripe'
                     when v_move.business_number_id is not null then 'number'
                     else 'adjustment' end);
        end if;
    end loop;
    close v_moves;
    return null;
end $$;

revoke all on function private.post_transactions() from public;

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
