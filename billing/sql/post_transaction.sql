-- AFTER trigger on transactions, for each row. It posts the row: it moves the money, writes the ledger entry,
-- and creates the wallet on first need. All of it happens in the writer's own database transaction.
-- Usually a statement completes one row without a hold, and the money fits. Any other change is handed to
-- private.post_transactions(). If a statement writes several rows, the trigger of the first one hands all of
-- them over.
-- The entry of a completion has the id of its transaction, so the primary key refuses a second one.
-- Last, it applies reports that arrived before their payment was recorded, and pays the debts of a stopped
-- wallet. Each row does this in its own trigger, after its own events and audit.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_amount numeric := case new.type when 'credit' then new.amount else -new.amount end;
    v_at timestamptz := pg_catalog.clock_timestamp();
    v_contra text := case when new.stripe_payment_intent_id is not null then 'stripe'
                          when new.business_number_id is not null then 'number' else 'adjustment' end;
    v_active boolean;
    v_moves refcursor;
    v_move record;
begin
    -- The wallet stores the head of its chain, so one statement locks it, moves the money and writes the
    -- entry. It is one statement, and decides itself whether it applies, since PL/pgSQL prepares each
    -- expression anew in every transaction.
    with moved as (
        update public.wallets w
        set balance_usd = w.balance_usd + case new.currency when 'USD' then v_amount else 0 end,
            balance_inr = w.balance_inr + case new.currency when 'USD' then 0 else v_amount end,
            updated_at = v_at,
            ledger_seq = w.ledger_seq + 1,
            -- The time rises with seq, even if transactions end in another order than they began, or the
            -- clock is set back.
            ledger_at = greatest(v_at, w.ledger_at),
            -- This is private.ledger_hash() inline: the call takes longer than the hash.
            ledger_hash = pg_catalog.sha256(coalesce(w.ledger_hash, ''::bytea) || pg_catalog.convert_to(
                pg_catalog.concat_ws('|', new.id, new.user_id, w.id, new.id, w.ledger_seq + 1, 'post', new.currency, v_amount,
                                     case new.currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount,
                                     v_contra, extract(epoch from greatest(v_at, w.ledger_at))), 'UTF8'))
        where w.user_id = new.user_id
          and new.status = 'completed' and (old.status in ('completed', 'refunded') or old.hold) is not true
          and not exists (select from new_rows offset 1)
          and (w.is_active or v_amount > 0)
          and case new.currency when 'USD' then w.balance_usd - w.held_usd else w.balance_inr - w.held_inr end + v_amount >= 0
          and case new.currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount <= 99999999.99
        returning w.id, w.balance_usd, w.balance_inr, w.ledger_seq, w.ledger_hash, w.ledger_at, w.is_active
    ), noted as (
        insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                           balance_after, contra, hash, created_at, updated_at)
        select new.id, new.user_id, m.id, new.id, m.ledger_seq, 'post', new.currency, v_amount,
               case new.currency when 'USD' then m.balance_usd else m.balance_inr end, v_contra,
               m.ledger_hash, m.ledger_at, m.ledger_at
        from moved m)
    select m.is_active into v_active from moved m;
    if v_active and v_contra <> 'stripe' then
        return null;
    end if;

    select m.* into v_move from private.movement(new, old) m;
    if v_active is null and (v_move.amount <> 0 or v_move.held <> 0 or exists (select from new_rows offset 1)) then
        if tg_op = 'UPDATE' then
            if new.id = (select n.id from new_rows n limit 1) then
                open v_moves for
                    select n.id, n.user_id, n.currency, m.*
                    -- A full join uses hash or merge, even in a plan that was made for few rows. A nested loop
                    -- over many rows would take far too long.
                    from new_rows n full join old_rows o on o.id = n.id, private.movement(n, o) m
                    where m.amount <> 0 or m.held <> 0
                    order by n.user_id, m.amount < 0, m.held > 0, n.id;
            end if;
        -- The trigger fires for rows that are completed or hold money. Rows that were posted a moment ago find
        -- their entry, which is quicker than to look for the first row again.
        elsif not exists (select from public.ledger_entries e where e.id = new.id and e.created_at >= pg_catalog.now())
              and new.id = (select n.id from new_rows n where n.status = 'completed' or n.hold limit 1) then
            open v_moves for
                select n.id, n.user_id, n.currency, m.*
                from new_rows n, private.movement(n, null) m
                where m.amount <> 0 or m.held <> 0
                order by n.user_id, m.amount < 0, m.held > 0, n.id;
        end if;
        if v_moves is not null then
            perform private.post_transactions(v_moves);
        end if;
    end if;
    if v_move.kind = 'post' and v_move.amount > 0 and v_move.contra = 'stripe' then
        perform private.apply_paid(array[new.id]);
    end if;
    if (v_move.amount > 0 or v_move.held < 0)
       and exists (select from public.wallets w where w.user_id = new.user_id and not w.is_active) then
        perform private.settle_debts(new.user_id);
    end if;
    return null;
end $$;

revoke all on function private.post_transaction() from public;
