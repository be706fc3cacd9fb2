-- Hand a webhook to the extension pg_net, which sends it after this transaction commits. Return its id, for
-- pg_net_answers.
-- p_body: the text of a jsonb value. pg_net sends the text of a jsonb, so any other text would not match its
-- signature.
-- p_timeout: milliseconds for the whole request.
-- SECURITY DEFINER: console has no rights in the schema net.
-- Errors: 0A000 the extension pg_net is not installed; 22023 pg_net would send the body as another text.
create or replace function private.send_by_pg_net(p_url text, p_body text, p_headers jsonb, p_timeout integer)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
begin
    if pg_catalog.to_regprocedure('net.http_post(text, jsonb, jsonb, jsonb, integer)') is null then
        raise exception 'the extension pg_net is not installed'
            using errcode = 'feature_not_supported',
                  hint = 'Run "create extension pg_net" in this database, or set WEBHOOK_TRANSPORT=http.';
    end if;
    if p_body::jsonb::text <> p_body then
        raise exception 'pg_net would send another text than the signed one'
            using errcode = 'invalid_parameter_value', hint = 'Set WEBHOOK_TRANSPORT=http.';
    end if;
    return net.http_post(url := p_url, body := p_body::jsonb, params := '{}', headers := p_headers,
                         timeout_milliseconds := p_timeout);
end $$;

revoke all on function private.send_by_pg_net(text, text, jsonb, integer) from public;
grant execute on function private.send_by_pg_net(text, text, jsonb, integer) to console;
