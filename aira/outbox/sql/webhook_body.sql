-- Return the JSON text of a webhook, in the form of Supabase's own webhooks. It is stored once and sent
-- verbatim.
-- p_record: the row, null for a DELETE. p_old_record: the row as it was, null for an INSERT.
-- Above 256 kB, records are reduced to their keys: ids, and the attempt that fences callbacks.
create or replace function private.webhook_body(p_type text, p_table text, p_record jsonb, p_old_record jsonb)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_body text;
    c_largest constant integer := 262144;
begin
    for v_try in 1..2 loop
        v_body := pg_catalog.jsonb_build_object('type', p_type, 'table', p_table, 'schema', 'public',
            'record', p_record, 'old_record', p_old_record)::text;
        exit when pg_catalog.octet_length(v_body) <= c_largest;
        p_record := private.thin_record(p_record);
        p_old_record := private.thin_record(p_old_record);
    end loop;
    return v_body;
end $$;

revoke all on function private.webhook_body(text, text, jsonb, jsonb) from public;
