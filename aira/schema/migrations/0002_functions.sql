-- The account of the caller's JWT, null without one. Serves all code but policies: it can be called by roles that have
-- no USAGE on schema auth, because `return` resolves auth.uid() when the function is made.
create or replace function private.uid()
returns uuid
language sql stable
set search_path = ''
return auth.uid();

revoke all on function private.uid() from public;
grant execute on function private.uid() to authenticated, service_role, voice_agent, kb_updater, console;

-- The role that the statement came from, also inside SECURITY DEFINER functions, where current_user is the owner.
create or replace function private.caller()
returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
end $$;

revoke all on function private.caller() from public;
grant execute on function private.caller() to authenticated, service_role, voice_agent, kb_updater, console;

-- BEFORE trigger: updated_at is the time of the write, whatever the statement says.
create or replace function private.set_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.set_updated_at() from public;

-- BEFORE DELETE trigger: keeps the row and stamps deleted_at, so that the statement deletes nothing.
-- The row really goes when
--   * its account or its business is gone (a cascade: keeping it would leave an orphan);
--   * it is in the trash already, and console or the owner of the schema deletes it, or another trigger does
--     (a new number that takes the place of a trashed one).
-- A second DELETE by any other role leaves it in the trash. Nothing that a client can set takes part in this.
-- SECURITY DEFINER: a SELECT policy that hides trashed rows makes the caller's own UPDATE fail with 42501.
create or replace function private.move_to_trash()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_business_id uuid := pg_catalog.to_jsonb(old) ->> 'business_id';
begin
    if not exists (select from auth.users u where u.id = old.user_id)
       or (v_business_id is not null
           and not exists (select from public.business_v2 b where b.id = v_business_id)) then
        return old;
    end if;
    if old.deleted_at is null then
        execute pg_catalog.format('update %I.%I set deleted_at = $1 where id = $2', tg_table_schema, tg_table_name)
            using pg_catalog.clock_timestamp(), old.id;
        return null;
    end if;
    if pg_catalog.pg_trigger_depth() > 1 or private.caller() in ('console', current_user) then
        return old;
    end if;
    return null;
end $$;

revoke all on function private.move_to_trash() from public;

-- Scheme, host and port of an absolute http(s) URL, lower case, without a default port; null when it is none.
-- An address with user info or a backslash has no origin here: clients disagree on where its host begins.
create or replace function private.url_origin(p_url text)
returns text
language plpgsql immutable
set search_path = ''
as $$
declare
    v_origin text := pg_catalog.lower(pg_catalog.substring(p_url, '^([hH][tT][tT][pP][sS]?://[^/?#[:space:]]+)'));
begin
    if v_origin is null or v_origin ~ '[@\\]' then
        return null;
    end if;
    return pg_catalog.regexp_replace(v_origin, case when v_origin like 'https:%' then ':443$' else ':80$' end, '');
end $$;

revoke all on function private.url_origin(text) from public;
grant execute on function private.url_origin(text) to service_role, console;

-- True for the name of an IANA zone that this server knows. PostgreSQL itself also takes POSIX rules such as Foo+3.
-- Costs about 100 ms (pg_timezone_names reads every zone file): call it when a zone is written, never in a query.
create or replace function private.is_time_zone(p_name text)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return p_name = 'UTC' or (
        p_name !~ '^(posix|right)/' and p_name not in ('localtime', 'posixrules', 'Factory')
        and exists (select from pg_catalog.pg_timezone_names z where z.name = p_name));
end $$;

revoke all on function private.is_time_zone(text) from public;
grant execute on function private.is_time_zone(text) to authenticated, service_role, console;

-- unaccent that may stand in an index: the extension's own is only STABLE, since its dictionary could be altered.
create or replace function private.unaccent(p_text text)
returns text
language sql immutable strict parallel safe
set search_path = ''
return extensions.unaccent('extensions.unaccent'::regdictionary, p_text);

revoke all on function private.unaccent(text) from public;
grant execute on function private.unaccent(text) to authenticated, service_role, voice_agent, kb_updater, console;
