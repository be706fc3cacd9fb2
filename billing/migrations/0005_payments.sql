-- The tables are new and empty: there is nothing to scan, and the lock on transactions lasts a moment.
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table private.payments add constraint payments_transaction_id_fkey
    foreign key (transaction_id) references public.transactions (id) on delete set null;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table private.payment_facts add constraint payment_facts_payment_id_fkey
    foreign key (payment_id) references private.payments (id);

-- Return the rank of a state of a payment, refund or dispute. A fact with a higher rank replaces one with a
-- lower rank, in any order of arrival. Null means that the state does not exist.
-- payment: a success may follow a failed attempt; a success is final.
-- refund:  a success may still fail at the bank, days later.
-- dispute: a warning (inquiry) may become a dispute; a lost dispute may be won on appeal.
-- total:   the sum of all refunds that a charge reports; it has one state.
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
-- amount: in `currency`, major units. If one state was reported with several amounts, the largest counts.
create or replace view private.payment_objects with (security_invoker = true) as
select distinct on (f.payment_id, f.kind, f.object_id)
       f.payment_id, f.kind, f.object_id, f.state, f.amount, f.currency, f.reason, f.evidence_due_by, f.occurred_at
from private.payment_facts f
order by f.payment_id, f.kind, f.object_id, private.payment_fact_rank(f.kind, f.state) desc;

revoke all on private.payment_objects from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payment_objects to console;

-- The sums of a payment's facts: one row for each payment, amounts in its currency. This is the only place
-- that defines what the ledger must contain: the amount of the payment's transaction minus `gone`.
-- paid      amount of its transaction if that is completed, else 0
-- refunded  pending and succeeded refunds, and refunds without a refund object: the total that a charge
-- reports, or the amount that AiRa requested (payments.requested_amount), whichever is larger
-- disputed  open and lost disputes. A refund or dispute in another currency counts as the whole payment.
-- gone      the amount that went back: refunded and disputed, at most `paid`
-- lost      the amount above `paid`: a loss of the platform
-- known_refunds   all refunds with an id, in any state
-- reported_total  the total of refunds that its charges report
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

-- Return whether a customer got the same money twice: refunded by AiRa, and disputed at the bank. The part of
-- a dispute that exceeds the payment, for example after an exchange rate changed, does not count.
-- The arguments are columns of private.payment_sums.
create or replace function private.paid_twice(p_paid numeric, p_refunded numeric, p_disputed numeric)
returns boolean
language sql immutable
set search_path = ''
return p_disputed > 0 and p_refunded + least(p_paid, p_disputed) > p_paid;

revoke all on function private.paid_twice(numeric, numeric, numeric) from public;

-- Return the part of a credit that went back: refunded by its wallet, owed by its account, or forgiven by
-- staff (a debt that they failed). At most its amount.
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

-- Stop an account's wallet, because its payment provider took back money that the wallet does not have, or
-- took it twice.
-- A wallet that is already stopped keeps its reason: if staff stopped it, staff must activate it.
create or replace function private.stop_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = false, stopped_by_provider = true where w.user_id = p_user_id and w.is_active;
end $$;

revoke all on function private.stop_wallet(uuid) from public;

-- Activate a wallet that reports of the payment provider stopped, once its account owes nothing and no
-- payment is both refunded and disputed.
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

-- Record that an account owes the part of a payment that its wallet could not return. Each payment has one
-- pending debit for it, which grows. The wallet is stopped until the debt is paid.
-- p_row: the payment's transaction. p_amount: the new debt, in its currency.
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

-- Call private.settle_debts() for the worker. Each minute, the worker looks for debts that a stopped wallet
-- can pay: the money came in while another session was changing the debt.
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

-- Apply facts that were reported before their payment was recorded, such as a refund that arrived first.
-- Called after payments were posted. A payment without such facts costs one row in private.payments, which
-- makes the next report wait.
-- p_ids: transactions that this database transaction has just posted.
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

-- Record what a payment provider reported about a payment. Reports may come in any order and any number of
-- times.
-- p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
-- p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's
-- transaction.
-- p_amount: the amount received, in major units of p_currency; before a success, the amount requested.
-- p_user_id: the account that paid. Null if the report does not name it: then the payment's transaction names
-- it, or the payment is ignored.
-- p_description: the description of the transaction, if this call creates it.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention
-- (staff must act: `problem` is account_unknown, account_differs, amount_differs, amount_limit,
-- currency_unsupported, currency_differs or wallet_balance_limit) or ignored (the payment belongs to no
-- account of AiRa).
-- Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given,
--   payment_fact_currency_known.
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

-- Record what a payment provider reported about one refund. Reports may come in any order, before their
-- payment, and any number of times. A pending or succeeded refund takes its amount from the wallet; a failed
-- or cancelled refund returns it.
-- A refund of more than what is left of the payment takes what is left. The rest is the platform's loss.
-- p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_….
-- p_state: pending, succeeded, failed or cancelled.
-- p_amount: in major units of p_currency.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
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

-- Record how much of a charge has been refunded, if the provider reports only the sum (Stripe's
-- amount_refunded). Only the part that refunds with an id don't explain counts. The largest sum counts, in
-- any order of arrival.
-- p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_….
-- p_amount: in major units of p_currency.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
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

-- Record what a payment provider reported about one dispute. Reports may come in any order, before their
-- payment, and any number of times. An open or lost dispute takes its amount from the wallet. If the wallet
-- has less, the account owes the rest and the wallet is stopped. A won dispute returns the amount. A warning
-- (inquiry) takes nothing.
-- A dispute of more than what is left of the payment takes what is left. The rest is the platform's loss.
-- p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_….
-- p_state: warning, open, won or lost.
-- p_amount: in major units of p_currency.
-- p_evidence_due_by: the deadline for evidence.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
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

-- Apply the facts of one payment again, and return its state. An earlier obstacle may have disappeared: the
-- account exists now, the wallet has room, or the payment intent was set later.
-- EXECUTE is granted to console: the worker calls it each minute for waiting payments, and staff by a button.
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

-- Set a payment to ignored, because staff decided that its reports don't concern AiRa or that nothing more
-- can be done. A new report of the same payment is processed again. Return whether the payment was waiting or
-- needed attention.
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

-- Convert an amount from minor units, as payment providers count, to major units: 1250 USD is 12.50, 1250 JPY
-- is 1250.
-- p_currency: ISO 4217, in any case. Stripe's list names the currencies with zero and with three decimals.
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

-- Return the id of the payment that a Stripe object belongs to: its payment intent, or its charge if it has
-- none. Each may be an id or the expanded object. Null means that the object names neither.
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

-- Convert a time of a Stripe object, in seconds since 1970. Null if it is missing or out of range.
create or replace function private.stripe_time(p_seconds jsonb)
returns timestamptz
language sql immutable
set search_path = ''
return case when pg_catalog.jsonb_typeof(p_seconds) = 'number' and p_seconds::numeric between 0 and 221845392000
            then pg_catalog.to_timestamp(p_seconds::double precision) end;

revoke all on function private.stripe_time(jsonb) from public;
grant execute on function private.stripe_time(jsonb) to service_role, console;

-- Record one refund object of Stripe. record_stripe_event calls it. p_at: the time at which the event was
-- created.
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

-- Grants and policies of payments and their facts. The functions record_* write them; the console reads them.
alter table private.payments enable row level security;
alter table private.payment_facts enable row level security;
revoke all on private.payments, private.payment_facts
    from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payments, private.payment_facts to console;
drop policy if exists payments_select_console on private.payments;
create policy payments_select_console on private.payments for select to console using (true);
drop policy if exists payment_facts_select_console on private.payment_facts;
create policy payment_facts_select_console on private.payment_facts for select to console using (true);
