-- Payments and what their provider reported of them. The functions record_* write; the console reads.
alter table private.payments enable row level security;
alter table private.payment_facts enable row level security;
revoke all on private.payments, private.payment_facts
    from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payments, private.payment_facts to console;
drop policy if exists payments_select_console on private.payments;
create policy payments_select_console on private.payments for select to console using (true);
drop policy if exists payment_facts_select_console on private.payment_facts;
create policy payment_facts_select_console on private.payment_facts for select to console using (true);

-- Order of the states of a payment, a refund or a dispute. A fact with a higher rank replaces one with a lower rank,
-- in whatever order they arrive. Null for a state that does not exist.
-- payment: a failed attempt may be followed by a success; a success is final.
-- refund:  a success may still fail at the bank, days later.
-- dispute: a warning (inquiry) may become a dispute; a lost dispute may be won on appeal.
-- total:   what a charge says of all its refunds; it has one state.
create or replace function private.payment_fact_rank(p_kind text, p_state text)
returns integer
language sql immutable
set search_path = ''
return pg_catalog.array_position(
    case p_kind
        when 'payment' then array['pending', 'failed', 'cancelled', 'succeeded']
        when 'refund' then array['pending', 'succeeded', 'cancelled', 'failed']
        when 'dispute' then array['warning', 'open', 'lost', 'won']
        when 'total' then array['reported']
    end, p_state);

revoke all on function private.payment_fact_rank(text, text) from public;
grant execute on function private.payment_fact_rank(text, text) to console;

-- Each payment, refund, dispute and charge that a provider reported, in its latest state.
-- amount: in `currency`, major units. Where one state was reported with several amounts, the largest counts.
create or replace view private.payment_objects with (security_invoker = true) as
select distinct on (f.payment_id, f.kind, f.object_id)
       f.payment_id, f.kind, f.object_id, f.state, f.amount, f.currency, f.reason, f.evidence_due_by, f.occurred_at
from private.payment_facts f
order by f.payment_id, f.kind, f.object_id, private.payment_fact_rank(f.kind, f.state) desc;

revoke all on private.payment_objects from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payment_objects to console;

-- What the facts of a payment come to: one row a payment, amounts in its currency. This is the one place that says what
-- the ledger has to hold of a payment: its transaction's amount less `gone`.
-- paid      amount of its transaction, once that is completed; else 0
-- refunded  refunds that are pending or succeeded, and refunds that no refund object explains: what a charge reports as
--           its total, or what this side asked for (payments.requested_amount), whichever is more
-- disputed  disputes that are open or lost. A refund or dispute in another currency counts as the whole payment.
-- gone      what went back: refunded and disputed, at most `paid`
-- lost      what exceeds `paid`: a loss of the platform
-- known_refunds   all refunds with an id, in whatever state; reported_total: of its charges
create or replace view private.payment_sums with (security_invoker = true) as
select b.payment_id, b.transaction_id, b.paid, b.known_refunds, b.reported_total, b.refunded,
       b.disputed, b.open_disputes, least(b.paid, b.refunded + b.disputed) as gone,
       greatest(b.refunded + b.disputed - b.paid, 0) as lost
from (
    select p.id as payment_id, p.transaction_id, s.paid, o.known_refunds, o.reported_total, o.disputed, o.open_disputes,
           o.active_refunds + greatest(greatest(o.reported_total, p.requested_amount) - o.known_refunds, 0) as refunded
    from private.payments p
    left join public.transactions t on t.id = p.transaction_id
    cross join lateral (
        select case when t.completed_at is not null then t.amount else 0 end as paid) s
    cross join lateral (
        select coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'refund'), 0) as known_refunds,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'refund' and a.state in ('pending', 'succeeded')), 0)
                   as active_refunds,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'total'), 0) as reported_total,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'dispute' and a.state in ('open', 'lost')), 0)
                   as disputed,
               pg_catalog.count(*) filter (where a.kind = 'dispute' and a.state = 'open') as open_disputes
        from (select x.kind, x.state,
                     case when x.currency <> t.currency then t.amount else x.amount end as amount
              from private.payment_objects x where x.payment_id = p.id) a) o) b;

revoke all on private.payment_sums from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payment_sums to console;

-- Whether a customer has the same money twice: refunded by the platform, and disputed at the bank. What a dispute claims
-- above the payment itself, such as after an exchange rate moved, does not count. Arguments: see private.payment_sums.
create or replace function private.paid_twice(p_paid numeric, p_refunded numeric, p_disputed numeric)
returns boolean
language sql immutable
set search_path = ''
return p_disputed > 0 and p_refunded + least(p_paid, p_disputed) > p_paid;

revoke all on function private.paid_twice(numeric, numeric, numeric) from public;

-- What went back of a credit: given back by its wallet, owed by its account, or forgiven by staff (a debt that they failed).
-- At most its amount.
create or replace function private.gone_from(p_row public.transactions)
returns numeric
language plpgsql stable
set search_path = ''
as $$
begin
    return least(p_row.amount, p_row.refunded_amount + coalesce((
        select pg_catalog.sum(d.amount - d.refunded_amount)
        from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
        where r.transaction_id = p_row.id), 0));
end $$;

revoke all on function private.gone_from(public.transactions) from public;
grant execute on function private.gone_from(public.transactions) to console;

-- Stop an account's wallet because its payment provider took money back that the wallet does not have, or twice.
-- A wallet that is stopped already keeps its reason: what staff stopped, staff start again.
create or replace function private.stop_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = false, stopped_by_provider = true where w.user_id = p_user_id and w.is_active;
end $$;

revoke all on function private.stop_wallet(uuid) from public;

-- Let a wallet go on that the payment provider's reports stopped, once its account owes nothing and no payment is both
-- refunded and disputed.
create or replace function private.resume_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = true
    where w.user_id = p_user_id and w.stopped_by_provider and not w.is_active
      and not exists (select from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
                      where d.user_id = p_user_id and d.status = 'pending')
      and not exists (select from private.payments p join private.payment_sums s on s.payment_id = p.id
                      where p.user_id = p_user_id and p.lost_amount > 0 and private.paid_twice(s.paid, s.refunded, s.disputed));
end $$;

revoke all on function private.resume_wallet(uuid) from public;

-- Record that an account owes what its wallet could not give back of a payment: one pending debit a payment, which grows.
-- The wallet stops until that is paid.
-- p_row: the payment's transaction; p_amount: in its currency.
create or replace function private.owe(p_row public.transactions, p_amount numeric)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_debt_id uuid;
begin
    update public.transactions d set amount = d.amount + p_amount
    where d.id = (select d.id from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
                  where r.transaction_id = p_row.id and d.status = 'pending' order by d.id limit 1)
    returning d.id into v_debt_id;
    if v_debt_id is null then
        insert into public.transactions (user_id, type, amount, currency, description, metadata)
        values (p_row.user_id, 'debit', p_amount, p_row.currency, 'Owed after a dispute',
                pg_catalog.jsonb_build_object('disputed_transaction_id', p_row.id))
        returning id into v_debt_id;
        insert into private.refunds (transaction_id, user_id, amount, reason, owed_transaction_id)
        values (p_row.id, p_row.user_id, 0, 'The payment provider took back more than the wallet had', v_debt_id);
    end if;
    perform private.stop_wallet(p_row.user_id);
end $$;

revoke all on function private.owe(public.transactions, numeric) from public;

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

-- private.settle_debts() for the worker, which looks each minute for debts that a stopped wallet could pay: money that
-- came in while the debt was being changed by somebody else.
-- EXECUTE is granted to console.
create or replace function private.settle_debts_of(p_user_id uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    perform private.settle_debts(p_user_id);
end $$;

revoke all on function private.settle_debts_of(uuid) from public;
grant execute on function private.settle_debts_of(uuid) to console;

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

-- After the posting of payments: apply what was reported of them before they were recorded, such as a refund that
-- arrived first. A payment without such facts costs one row in private.payments, on which the next report waits.
-- p_ids: transactions, just posted, of this database transaction.
create or replace function private.apply_paid(p_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
begin
    for v_row in
        select t.* from public.transactions t where t.id = any (p_ids) order by t.stripe_payment_intent_id
    loop
        insert into private.payments as p (id, transaction_id, user_id, state, since)
        values (v_row.stripe_payment_intent_id, v_row.id, v_row.user_id, 'settled', pg_catalog.now())
        on conflict (id) do update set transaction_id = v_row.id, user_id = coalesce(p.user_id, v_row.user_id);
        if exists (select from private.payment_facts f where f.payment_id = v_row.stripe_payment_intent_id) then
            perform private.apply_payment(v_row.stripe_payment_intent_id, v_row);
        end if;
    end loop;
end $$;

revoke all on function private.apply_paid(uuid[]) from public;

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

-- Record what a payment provider reported of a payment. Reports may come in any order, any number of times.
-- p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
-- p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's transaction.
-- p_amount: what was received, in major units of p_currency; before a success, what was asked for.
-- p_user_id: the account that paid. Null where it is not known here: the payment's transaction says it, or it is not ours.
-- p_description: of the transaction, where this call makes it. p_occurred_at: when, by the provider's clock.
-- Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention (a person has to
-- look: `problem` is account_unknown, account_differs, amount_differs, amount_limit, currency_unsupported,
-- currency_differs or wallet_balance_limit) or ignored (no account stands behind it).
-- Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given, payment_fact_currency_known.
create or replace function public.record_payment(
    p_payment_id text, p_state text, p_amount numeric, p_currency text, p_user_id uuid default null,
    p_description text default null, p_reason text default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'payment', p_payment_id, p_state, p_amount, p_currency, p_user_id, p_description, p_reason, null, p_occurred_at) f;
end $$;

revoke all on function public.record_payment(text, text, numeric, text, uuid, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_payment(text, text, numeric, text, uuid, text, text, timestamptz) to service_role, console;

-- Record what a payment provider reported of one refund. Reports may come in any order, also before their payment, and any
-- number of times. A pending or succeeded refund takes its amount from the wallet; a failed or cancelled one returns it.
-- A refund above what is left of the payment takes what is left; the rest is the platform's loss.
-- p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_…. p_state: pending, succeeded, failed or cancelled.
-- p_amount: in major units of p_currency. p_occurred_at: when, by the provider's clock.
-- Returns as record_payment does. Errors: the same.
create or replace function public.record_refund(
    p_payment_id text, p_refund_id text, p_state text, p_amount numeric, p_currency text,
    p_reason text default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'refund', p_refund_id, p_state, p_amount, p_currency, null, null, p_reason, null, p_occurred_at) f;
end $$;

revoke all on function public.record_refund(text, text, text, numeric, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_refund(text, text, text, numeric, text, text, timestamptz) to service_role, console;

-- Record how much of a charge was refunded so far, where the provider reports only the sum (Stripe's amount_refunded).
-- It counts as far as refunds with an id do not explain it. The largest sum counts, in whatever order they arrive.
-- p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_…. p_amount: in major units of p_currency.
-- Returns as record_payment does. Errors: the same.
create or replace function public.record_refunded_total(
    p_payment_id text, p_charge_id text, p_amount numeric, p_currency text, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'total', p_charge_id, 'reported', p_amount, p_currency, null, null, null, null, p_occurred_at) f;
end $$;

revoke all on function public.record_refunded_total(text, text, numeric, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_refunded_total(text, text, numeric, text, timestamptz) to service_role, console;

-- Record what a payment provider reported of one dispute. Reports may come in any order, also before their payment, and
-- any number of times. An open or lost dispute takes its amount from the wallet; what the wallet lacks is owed, and the
-- wallet stops. A won dispute returns it; a warning (inquiry) takes nothing.
-- A dispute above what is left of the payment takes what is left; the rest is the platform's loss.
-- p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_…. p_state: warning, open, won or lost.
-- p_amount: in major units of p_currency. p_evidence_due_by: until when evidence can be sent.
-- Returns as record_payment does. Errors: the same.
create or replace function public.record_dispute(
    p_payment_id text, p_dispute_id text, p_state text, p_amount numeric, p_currency text, p_reason text default null,
    p_evidence_due_by timestamptz default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'dispute', p_dispute_id, p_state, p_amount, p_currency, null, null, p_reason, p_evidence_due_by, p_occurred_at) f;
end $$;

revoke all on function public.record_dispute(text, text, text, numeric, text, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_dispute(text, text, text, numeric, text, text, timestamptz, timestamptz) to service_role, console;

-- Bring one payment to its facts once more, and return its state: what could not be done when they arrived may be possible
-- now (the account exists, the wallet has room, the payment intent was set later).
-- EXECUTE is granted to console: its worker calls it each minute for what waits, staff by a button.
create or replace function private.retry_payment(p_payment_id text)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment private.payments;
    v_paid private.payment_objects;
begin
    select p.* into v_payment from private.payments p where p.id = p_payment_id;
    if not found then
        return null;
    end if;
    select o.* into v_paid from private.payment_objects o where o.payment_id = p_payment_id and o.kind = 'payment';
    if v_payment.transaction_id is null and v_paid.state in ('succeeded', 'failed') and v_payment.user_id is not null then
        return (select f.outcome from private.record_payment_fact(
            p_payment_id, 'payment', v_paid.object_id, v_paid.state, v_paid.amount, v_paid.currency, v_payment.user_id,
            null, null, null, null) f);
    end if;
    v_row := private.lock_payment(p_payment_id);
    return private.apply_payment(p_payment_id, v_row);
end $$;

revoke all on function private.retry_payment(text) from public;
grant execute on function private.retry_payment(text) to console;

-- A person decides that reports of a payment are not ours, or that nothing more can be done: they no longer wait. A new
-- report of the same payment is looked at again. Returns whether there was something to dismiss.
-- EXECUTE is granted to console.
create or replace function private.dismiss_payment(p_payment_id text)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
    update private.payments p set state = 'ignored', since = pg_catalog.now()
    where p.id = p_payment_id and p.state in ('waiting', 'attention');
    return found;
end $$;

revoke all on function private.dismiss_payment(text) from public;
grant execute on function private.dismiss_payment(text) to console;

-- An amount in major units from one in minor units, as payment providers count: 1250 USD is 12.50, 1250 JPY is 1250.
-- p_currency: ISO 4217, any case. The currencies with no and with three decimals are those of Stripe's list.
create or replace function private.from_minor_units(p_amount numeric, p_currency text)
returns numeric
language sql immutable
set search_path = ''
return case
    when pg_catalog.upper(p_currency) in ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND',
                                          'VUV', 'XAF', 'XOF', 'XPF') then p_amount
    when pg_catalog.upper(p_currency) in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then p_amount / 1000
    else p_amount / 100 end;

revoke all on function private.from_minor_units(numeric, text) from public;
grant execute on function private.from_minor_units(numeric, text) to service_role, console;

-- The id of the payment that a Stripe object belongs to: its payment intent, or its charge where it has none. Each may be
-- an id or the expanded object. Null where the object names neither.
create or replace function private.stripe_payment_of(p_object jsonb)
returns text
language sql immutable
set search_path = ''
return coalesce(
    p_object -> 'payment_intent' ->> 'id', p_object ->> 'payment_intent',
    case p_object ->> 'object' when 'charge' then p_object ->> 'id' end,
    p_object -> 'charge' ->> 'id', p_object ->> 'charge');

revoke all on function private.stripe_payment_of(jsonb) from public;
grant execute on function private.stripe_payment_of(jsonb) to service_role, console;

-- A time of a Stripe object, which counts seconds since 1970; null where it is missing or out of range.
create or replace function private.stripe_time(p_seconds jsonb)
returns timestamptz
language sql immutable
set search_path = ''
return case when pg_catalog.jsonb_typeof(p_seconds) = 'number' and p_seconds::numeric between 0 and 221845392000
            then pg_catalog.to_timestamp(p_seconds::double precision) end;

revoke all on function private.stripe_time(jsonb) from public;
grant execute on function private.stripe_time(jsonb) to service_role, console;

-- Record one refund object of Stripe. Called by record_stripe_event; p_at: when its event was made.
create or replace function private.record_stripe_refund(p_payment_id text, p_refund jsonb, p_at timestamptz)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select r.* from public.record_refund(
        p_payment_id, p_refund ->> 'id',
        case p_refund ->> 'status' when 'succeeded' then 'succeeded' when 'failed' then 'failed'
                                   when 'canceled' then 'cancelled' else 'pending' end,
        private.from_minor_units((p_refund ->> 'amount')::numeric, p_refund ->> 'currency'), p_refund ->> 'currency',
        coalesce(p_refund ->> 'failure_reason', p_refund ->> 'reason'), p_at) r;
end $$;

revoke all on function private.record_stripe_refund(text, jsonb, timestamptz) from public;
grant execute on function private.record_stripe_refund(text, jsonb, timestamptz) to service_role, console;

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
        new.refunded_amount := 0;
        new.disputed_amount := 0;
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
            new.refunded_amount := 0;
            new.disputed_amount := 0;
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

    -- Which of them it is, is asked when there is one.
    if (pg_catalog.length(new.description) > 10000 or pg_catalog.length(new.idempotency_key) > 255
        or pg_catalog.octet_length(new.metadata::text) > 65536 or pg_catalog.length(new.stripe_payment_intent_id) > 255
        or new.stripe_payment_intent_id !~ '^([A-Za-z0-9][A-Za-z0-9_:.-]*)?$')
       and (tg_op = 'INSERT'
            or (new.description, new.idempotency_key, new.metadata, new.stripe_payment_intent_id)
               is distinct from (old.description, old.idempotency_key, old.metadata, old.stripe_payment_intent_id)) then
        perform private.refuse_transaction_text(new);
    end if;

    -- Apart: with the look-up in it, each condition would be a query of its own.
    if new.business_number_id is not null then
        if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id or new.user_id <> old.user_id)
           and exists (select from public.business_numbers n where n.id = new.business_number_id and n.user_id <> new.user_id) then
            raise exception 'number % does not belong to account %', new.business_number_id, new.user_id
                using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                      schema = 'public', table = 'transactions', column = 'business_number_id',
                      hint = 'Give a number of the account that the transaction is for.';
        end if;
    end if;
    -- Never is null: past the ends of the calendar no client could read it.
    if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
       and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
        raise exception 'a transaction can''t expire at %', new.expires_at
            using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                  schema = 'public', table = 'transactions', column = 'expires_at',
                  hint = 'Give a time before the year 9000, or none for never.';
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
    if new.is_active then
        new.stopped_by_provider := false;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_wallet() from public;

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
        if v_amount > 0 and v_contra = 'stripe' and v_kind = 'post' then
            v_paid := v_paid || v_transaction_id;
        end if;
        if not v_active and (v_amount > 0 or v_held < 0) then
            v_stopped := v_stopped || v_user_id;
        end if;
        exit when not v_many;
    end loop;
    if v_paid is not null then
        perform private.apply_paid(v_paid);
    end if;
    if v_stopped is not null then
        perform private.settle_debts(u.id) from (select distinct u as id from pg_catalog.unnest(v_stopped) u order by u) u;
    end if;
    return null;
end $$;

revoke all on function private.post_transactions() from public;

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

-- Money by account, day (UTC, of the ledger's entry) and currency; amounts are positive, in that currency.
--   topped_up  credits completed: paid in by the customer
--   paid_back  credits that went back: refunded to the payer, or disputed, less what a won dispute or a failed refund returned;
--              also what a wallet owed after a dispute and paid later
--   spent      debits completed: what customers were charged
--   refunded   debits given back to the wallet
--   revenue    spent − refunded: what AiRa earned
--   carried    opening balances of the adoption less balances of closed accounts
--   change     of the balance: topped_up − paid_back − spent + refunded + carried
-- From the ledger: it alone knows when a refund was made. It outlives its account, a dispute's mark does not: in the figures
-- of an account that is gone, what was owed and paid counts as spent.
drop materialized view if exists analytics.daily_revenue;
create materialized view analytics.daily_revenue as
select m.user_id, m.day, m.currency, m.topped_up, m.paid_back, m.spent, m.refunded, m.spent - m.refunded as revenue,
       m.carried, m.change
from (
    select e.user_id, (e.created_at at time zone 'UTC')::date as day, e.currency,
           coalesce(sum(e.amount) filter (where e.kind = 'post' and e.amount > 0), 0) as topped_up,
           coalesce(-sum(e.amount) filter (where e.owed or e.kind = 'reinstate' or (e.kind = 'refund' and e.amount < 0)), 0) as paid_back,
           coalesce(-sum(e.amount) filter (where e.kind = 'post' and e.amount < 0 and not e.owed), 0) as spent,
           coalesce(sum(e.amount) filter (where e.kind = 'refund' and e.amount > 0 and not e.owed), 0) as refunded,
           coalesce(sum(e.amount) filter (where e.kind in ('opening', 'close')), 0) as carried,
           sum(e.amount) as change
    from (
        select l.user_id, l.created_at, l.currency, l.kind, l.amount,
               coalesce(l.transaction_id in (
                   select r.owed_transaction_id from private.refunds r where r.owed_transaction_id is not null), false) as owed
        from public.ledger_entries l) e
    group by 1, 2, 3) m;

-- REFRESH CONCURRENTLY; an account's own rows. The view was made a moment ago: nobody waits for its indexes.
-- squawk-ignore require-concurrent-index-creation
create unique index daily_revenue_key on analytics.daily_revenue (user_id, day, currency);
-- Console: the last days of everybody.
-- squawk-ignore require-concurrent-index-creation
create index daily_revenue_day on analytics.daily_revenue (day);

revoke all on analytics.daily_revenue from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.daily_revenue to console;
