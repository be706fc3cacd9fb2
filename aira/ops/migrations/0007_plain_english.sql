-- Drop an archived month of a partitioned table, if it still holds the archived rows, and record its file.
-- p_rows, p_digest: as private.month_digest returned them. p_file, p_size (bytes), p_sha256: of the file.
-- SECURITY DEFINER: console owns no tables. Only this function removes a month for it, never a recent one and
-- never without a record.
-- Errors: 22023 the month is this one, the previous one, or has no partition.
-- Errors: 23514 month_is_as_archived (the rows differ from the archived ones), month_is_archived_once (the
--   month is recorded and was not restored since).
-- Errors: 55P03 the lock was not free within two seconds.
create or replace function private.drop_month(
    p_table regclass, p_month date, p_rows bigint, p_digest numeric, p_file text, p_size bigint, p_sha256 text)
returns void
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
declare
    v_leaf regclass := private.leaf_of(p_table, p_month);
    v_month date := pg_catalog.date_trunc('month', p_month::timestamp);
    v_now record;
begin
    if v_leaf is null then
        raise exception '% has no partition of %', p_table, p_month using errcode = 'invalid_parameter_value';
    end if;
    if v_month >= pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') - interval '1 month' then
        raise exception '% is too recent to be dropped: this month and the previous one stay', v_month
            using errcode = 'invalid_parameter_value';
    end if;
    execute pg_catalog.format('lock table %s in share row exclusive mode', v_leaf);
    v_now := private.month_digest(p_table, v_month);
    if (v_now.held, v_now.digest) is distinct from (p_rows, p_digest) then
        raise exception 'the % rows of % in % differ from the % that were archived', v_now.held, v_month, p_table, p_rows
            using errcode = 'check_violation', constraint = 'month_is_as_archived', hint = 'Archive the month again.';
    end if;
    insert into private.archives as a (table_name, month, file, rows, size, sha256)
    values (p_table::text, v_month, p_file, p_rows, p_size, p_sha256)
    on conflict (table_name, month) do update
    set file = excluded.file, rows = excluded.rows, size = excluded.size, sha256 = excluded.sha256,
        created_at = pg_catalog.now(), restored_at = null
    where a.restored_at is not null;
    if not found then
        raise exception '% of % is already archived', v_month, p_table
            using errcode = 'check_violation', constraint = 'month_is_archived_once',
                  hint = 'Restore that month first: manage.py archive --restore.';
    end if;
    execute pg_catalog.format('drop table %s', v_leaf);
end $$;

revoke all on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) from public;
grant execute on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) to console;

-- Erase an account: remove it and all personal data about it. Return what was done to how many rows.
-- Idempotent: called again, or for an account that was deleted elsewhere, it removes what is left.
-- The cascade from auth.users removes the account's rows, and first closes its wallets. Ledger entries and
-- facts of payments stay, under an id that no longer identifies anybody. Webhooks that tell the KB Updater to
-- forget a document stay, with their keys only. Audit events stay without values.
-- Files in storage and archived months are not part of it: `manage.py erase_account` rewrites these.
-- SECURITY DEFINER: console may delete neither accounts nor events.
create or replace function private.erase_account(p_user_id uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
    v_rows text[];
    v_done jsonb := '{}';
    v_count bigint;
begin
    -- Lock in the order of refunds and captures: the transaction, then its wallet.
    perform from public.transactions t where t.user_id = p_user_id order by t.id for update;
    delete from auth.users u where u.id = p_user_id;
    get diagnostics v_count = row_count;
    v_done := v_done || pg_catalog.jsonb_build_object('accounts', v_count);
    -- The log of staff names the rows that were removed now and earlier.
    select pg_catalog.array_agg(distinct e.row_id) into v_rows from audit.events e where e.user_id = p_user_id;

    -- Keep deliveries of a document that moved to another account with its business.
    delete from private.delivery_attempts a using private.webhook_deliveries d
    where a.delivery_id = d.id and d.user_id = p_user_id
      and not exists (select from public.documents k where k.id = d.record_id);
    delete from private.webhook_deliveries d
    where d.user_id = p_user_id and d.event <> 'DELETE'
      and not exists (select from public.documents k where k.id = d.record_id);
    update private.webhook_deliveries d
    set body = private.webhook_body('DELETE', d.table_name, null, private.thin_record(d.body::jsonb -> 'old_record')),
        last_error = null
    where d.user_id = p_user_id and not exists (select from public.documents k where k.id = d.record_id);
    get diagnostics v_count = row_count;
    v_done := v_done || pg_catalog.jsonb_build_object('webhooks', v_count);

    update console.django_admin_log l set object_repr = 'erased', change_message = ''
    where l.object_id = p_user_id::text or l.object_id = any (v_rows);
    update console.view_as_uses v set reason = 'erased' where v.account_id = p_user_id;
    get diagnostics v_count = row_count;
    v_done := v_done || pg_catalog.jsonb_build_object('uses of view-as', v_count);
    update console.approval_requests a set reason = 'erased' where a.user_id = p_user_id and a.reason <> 'erased';
    get diagnostics v_count = row_count;
    v_done := v_done || pg_catalog.jsonb_build_object('requests for approval', v_count);

    -- Bodies of Stripe's events name the payer. Facts of payments stay, under an id that no longer identifies
    -- anybody.
    delete from console.stripe_events s
    where s.payment_id in (select p.id from private.payments p where p.user_id = p_user_id)
       or s.payload -> 'data' -> 'object' -> 'metadata' ->> 'user_id' = p_user_id::text;
    get diagnostics v_count = row_count;
    v_done := v_done || pg_catalog.jsonb_build_object('Stripe events', v_count);

    v_done := v_done || pg_catalog.jsonb_build_object('events', private.redact_events(p_user_id));
    perform private.record_use('erase', p_user_id, v_done);
    return v_done;
end $$;

revoke all on function private.erase_account(uuid) from public;
grant execute on function private.erase_account(uuid) to console;
