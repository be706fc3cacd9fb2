-- Return the hash of a seal: SHA-256 over the hash of the month's previous seal and all values of this one.
create or replace function private.audit_seal_hash(
    p_previous bytea, p_month date, p_number bigint, p_after_id bigint, p_upto_id bigint, p_events bigint, p_digest bytea)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || p_digest || pg_catalog.convert_to(
        pg_catalog.concat_ws('|', p_month - date '2000-01-01', p_number, p_after_id, p_upto_id, p_events), 'UTF8'));
end $$;

revoke all on function private.audit_seal_hash(bytea, date, bigint, bigint, bigint, bigint, bytea) from public;
