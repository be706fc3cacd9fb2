-- Erase an account: remove it and all personal data about it. Return what was done to how many rows.
-- Idempotent: called again, or for an account that was deleted elsewhere, it removes what is left.
-- The cascade from auth.users removes the account's rows, and first closes its wallets. Ledger entries and
-- facts of payments stay, under an id that no longer identifies anybody. Webhooks that tell the KB Updater to
-- forget a document stay, with their keys only. Audit events stay without values. Events and their webhooks to
-- subscriptions are removed.
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

    -- These locks stop private.deliver_events(), which would pass events of the account on.
    perform from private.webhook_subscriptions s order by s.id for update;
    delete from private.events e where e.user_id = p_user_id and e.position is not null;
    delete from private.events e where e.user_id = p_user_id and e.position is null;
    with gone as (
        delete from private.webhook_deliveries d
        where d.user_id = p_user_id and d.endpoint like 'subscription:%' returning d.id)
    delete from private.delivery_attempts a using gone g where a.delivery_id = g.id;

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
