-- Return the SHA-256 of the values of an audit event. Erasing an account removes values; their hash stays in
-- audit.redactions, so that the seal of the month can still be computed.
create or replace function private.audit_values_hash(p_before jsonb, p_after jsonb, p_reason text)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.jsonb_build_array(p_before, p_after, p_reason)::text, 'UTF8'));
end $$;

revoke all on function private.audit_values_hash(jsonb, jsonb, text) from public;
