-- Hands a webhook to the extension pg_net, which sends it once this has committed; its id, for pg_net_answers.
-- p_body: the text of a jsonb. pg_net sends a jsonb's text, so any other would not be what was signed.
-- p_timeout: milliseconds for the whole request.
-- SECURITY DEFINER: console has no rights in the schema net.
-- Errors: 0A000 where pg_net is not installed; 22023 for a body that pg_net would send as another text.
create or replace function private.send_by_pg_net(p_url text, p_body text, p_headers jsonb, p_timeout integer)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
begin
    if pg_catalog.to_regprocedure('net.http_post(text, jsonb, jsonb, jsonb, integer)') is null then
        raise exception 'pg_net is not installed'
            using errcode = 'feature_not_supported',
                  hint = 'run "create extension pg_net" in this database, or set WEBHOOK_TRANSPORT=http';
    end if;
    if p_body::jsonb::text <> p_body then
        raise exception 'pg_net would send another text than the one that was signed'
            using errcode = 'invalid_parameter_value', hint = 'set WEBHOOK_TRANSPORT=http';
    end if;
    return net.http_post(url := p_url, body := p_body::jsonb, params := '{}', headers := p_headers,
                         timeout_milliseconds := p_timeout);
end $$;

revoke all on function private.send_by_pg_net(text, text, jsonb, integer) from public;
grant execute on function private.send_by_pg_net(text, text, jsonb, integer) to console;

-- The answers that have come to requests of send_by_pg_net in the last ten minutes; none for those still on their way.
-- status: of HTTP; error: why there is none; head: a JSON object; body: its first 4 kB.
-- head and body are bytes: pg_net stores what a receiver says unchecked, and it may be no UTF-8.
-- SECURITY DEFINER: console has no rights in the schema net, and may see the answers it asks for alone.
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
    -- pg_net keeps answers for hours, indexed by `created` alone.
    where r.created > pg_catalog.now() - interval '10 minutes' and r.id = any(p_ids);
end $$;

revoke all on function private.pg_net_answers(bigint[]) from public;
grant execute on function private.pg_net_answers(bigint[]) to console;
