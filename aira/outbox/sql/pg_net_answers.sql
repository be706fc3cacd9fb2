-- Return the answers that came to requests of send_by_pg_net in the last ten minutes. Requests without an
-- answer yet have no row.
-- status: the HTTP status; error: why there is no answer; head: a JSON object; body: its first 4 kB.
-- head and body are bytes: pg_net stores a receiver's answer unchecked, and it may not be UTF-8.
-- SECURITY DEFINER: console has no rights in the schema net, and may see only the answers that it asks for.
create or replace function private.pg_net_answers(p_ids bigint[])
returns table (id bigint, status integer, head bytea, body bytea, error text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    select r.id, r.status_code, pg_catalog.textsend(r.headers::text),
           pg_catalog.substr(pg_catalog.textsend(r.content), 1, 4096),
           case when r.error_msg is not null then r.error_msg
                when r.timed_out then 'timed out'
                when r.status_code is null then 'no status' end
    from net._http_response r
    -- pg_net keeps answers for hours, and its only index is on `created`.
    where r.created > pg_catalog.now() - interval '10 minutes' and r.id = any(p_ids);
end $$;

revoke all on function private.pg_net_answers(bigint[]) from public;
grant execute on function private.pg_net_answers(bigint[]) to console;
