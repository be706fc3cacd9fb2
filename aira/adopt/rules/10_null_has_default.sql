-- A column that had a default and now refuses NULL has a value.
-- automatic default: NULL becomes the column's default. A missing updated_at becomes created_at, and that of a
--   transaction the time of adoption.
select 'business_v2' as table_name, b.id as row_id, 'NULL in is_active, created_at or updated_at' as detail, 'default' as option
from public.business_v2 b where b.is_active is null or b.created_at is null or b.updated_at is null
union all
select 'business_numbers', n.id, 'NULL in is_primary, is_active, provider, features, created_at or updated_at', 'default'
from public.business_numbers n
where n.is_primary is null or n.is_active is null or n.provider is null or n.features is null or n.created_at is null or n.updated_at is null
union all
select 'wallets', w.id, 'NULL in a balance, currency, is_active, created_at or updated_at', 'default'
from public.wallets w
where w.balance_usd is null or w.balance_inr is null or w.currency is null or w.is_active is null or w.created_at is null or w.updated_at is null
union all
select 'transactions', t.id, 'NULL in status, metadata, created_at or updated_at', 'default'
from public.transactions t where t.status is null or t.metadata is null or t.created_at is null or t.updated_at is null
union all
select 'appointments', a.id, 'NULL in duration, status, source, created_at or updated_at', 'default'
from public.appointments a
where a.duration is null or a.status is null or a.source is null or a.created_at is null or a.updated_at is null
union all
select 'documents', d.id, 'NULL in processing_status, chunk_count, created_at or updated_at', 'default'
from public.documents d
where d.processing_status is null or d.chunk_count is null or d.created_at is null or d.updated_at is null;
-- repair default
update public.business_v2 b set is_active = coalesce(b.is_active, true), created_at = coalesce(b.created_at, b.updated_at, now()),
    updated_at = coalesce(b.updated_at, b.created_at, now())
from pg_temp.decided d where d.table_name = 'business_v2' and d.row_id = b.id;
update public.business_numbers n set is_primary = coalesce(n.is_primary, false), is_active = coalesce(n.is_active, true),
    provider = coalesce(n.provider, 'twilio'), features = coalesce(n.features, '[]'), created_at = coalesce(n.created_at, n.updated_at, now()),
    updated_at = coalesce(n.updated_at, n.created_at, now())
from pg_temp.decided d where d.table_name = 'business_numbers' and d.row_id = n.id;
update public.wallets w set balance_usd = coalesce(w.balance_usd, 0), balance_inr = coalesce(w.balance_inr, 0), currency = coalesce(w.currency, 'USD'),
    is_active = coalesce(w.is_active, true), created_at = coalesce(w.created_at, w.updated_at, now()),
    updated_at = coalesce(w.updated_at, w.created_at, now())
from pg_temp.decided d where d.table_name = 'wallets' and d.row_id = w.id;
update public.transactions t set status = coalesce(t.status, 'pending'), metadata = coalesce(t.metadata, '{}'),
    created_at = coalesce(t.created_at, t.updated_at, now()),
    -- Don't use created_at: completed_was_posted takes rows whose updated_at equals it as never updated.
    updated_at = coalesce(t.updated_at, now())
from pg_temp.decided d where d.table_name = 'transactions' and d.row_id = t.id;
update public.appointments a set duration = coalesce(a.duration, 60), status = coalesce(a.status, 'confirmed'), source = coalesce(a.source, 'manual'),
    created_at = coalesce(a.created_at, a.updated_at, now()), updated_at = coalesce(a.updated_at, a.created_at, now())
from pg_temp.decided d where d.table_name = 'appointments' and d.row_id = a.id;
update public.documents x set processing_status = coalesce(x.processing_status, 'pending'), chunk_count = coalesce(x.chunk_count, 0),
    created_at = coalesce(x.created_at, x.updated_at, now()), updated_at = coalesce(x.updated_at, x.created_at, now())
from pg_temp.decided d where d.table_name = 'documents' and d.row_id = x.id;
