-- Return the actor of this transaction, as the audit records it. The first case that applies:
--   * The setting aira.actor, JSON {"kind", "id", "name", "request_id", "reason"}, which this project sets
--     for a request. It is read only while the session acts as console or the owner, so users and other
--     services can't claim to be somebody.
--   * kind user: `sub` of the JWT, if the role is authenticated. kind service: any other role of the data
--     API.
--   * kind database: the login role, with the name that the program gave itself.
-- Only SECURITY DEFINER functions may call it: in them, current_user is the owner.
create or replace function private.current_actor(
    out kind text, out id text, out name text, out request_id text, out reason text)
language plpgsql stable
set search_path = ''
as $$
declare
    v_said text;
    v_actor jsonb;
begin
    kind := 'database';
    id := private.caller();
    if id in ('console', current_user) then
        v_said := pg_catalog.current_setting('aira.actor', true);
        if v_said <> '' then
            v_actor := v_said::jsonb;
            kind := coalesce(v_actor ->> 'kind', kind);
            id := coalesce(v_actor ->> 'id', id);
            name := v_actor ->> 'name';
            request_id := v_actor ->> 'request_id';
            reason := v_actor ->> 'reason';
        end if;
    elsif id = 'authenticated' then
        kind := 'user';
        id := private.uid();
    elsif id <> session_user then
        kind := 'service';
    end if;
    if kind = 'database' then
        name := pg_catalog.current_setting('application_name');
    end if;
end $$;

revoke all on function private.current_actor() from public;
