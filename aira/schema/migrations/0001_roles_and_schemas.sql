-- Roles, schemas, extensions, and what is missing of Supabase Auth. The same result as a superuser on plain PostgreSQL
-- and as hosted Supabase's `postgres`. Roles belong to the whole cluster: several databases may be migrated at once.

do $$
declare
    v_role text;
    v_attributes text;
begin
    -- One migration of this cluster at a time: roles are shared, and ALTER ROLE fails when two meet.
    perform pg_catalog.pg_advisory_xact_lock(20251002);
    foreach v_role in array array['anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console'] loop
        if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
            v_attributes := case v_role when 'service_role' then 'nologin bypassrls' when 'authenticator' then 'noinherit' else 'nologin' end;
            begin
                execute format('create role %I %s', v_role, v_attributes);
            exception
                when duplicate_object or unique_violation then null;  -- another database of this cluster made it meanwhile
                when insufficient_privilege then
                    raise exception 'role % does not exist and % may not create it', v_role, current_user
                        using errcode = 'insufficient_privilege',
                              hint = format('As a superuser: CREATE ROLE %I %s; then migrate again.', v_role, v_attributes);
            end;
        end if;
    end loop;

    foreach v_role in array array['anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater'] loop
        if not exists (select from pg_catalog.pg_auth_members m
                       where m.roleid = v_role::regrole and m.member = 'authenticator'::regrole) then
            begin
                execute format('grant %I to authenticator', v_role);
            exception when unique_violation or object_in_use then null;
            end;
        end if;
    end loop;

    -- The owner tests and shows what each role sees: it must be able to become one. From 16 on making a role is not enough.
    foreach v_role in array array['voice_agent', 'kb_updater', 'console'] loop
        if current_setting('server_version_num')::integer >= 160000 then
            if not pg_catalog.pg_has_role(current_user, v_role, 'SET') then
                execute format('grant %I to %I with set true, inherit false', v_role, current_user);
            end if;
        elsif not pg_catalog.pg_has_role(current_user, v_role, 'MEMBER') then
            execute format('grant %I to %I', v_role, current_user);
        end if;
    end loop;

    -- For the whole cluster, so that it survives a transaction pooler and a copy of the database.
    if not exists (select from pg_catalog.pg_db_role_setting s
                   where s.setrole = 'console'::regrole and s.setdatabase = 0
                     and 'search_path=console, public, private, jobs, extensions' = any (s.setconfig)) then
        alter role console set search_path = console, public, private, jobs, extensions;
    end if;
end $$;

create schema if not exists private;
create schema if not exists extensions;
revoke all on schema private from public;
revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role, voice_agent, kb_updater, console;
grant usage on schema extensions to anon, authenticated, service_role, voice_agent, kb_updater, console;
grant usage on schema private to authenticated, service_role, voice_agent, kb_updater, console;
grant usage on schema console to console;

-- Django's own tables and those of its third-party apps, all in `console`, come without grants of their own.
grant select, insert, update, delete on all tables in schema console to console;
alter default privileges in schema console grant select, insert, update, delete on tables to console;
alter default privileges in schema console grant usage, select on sequences to console;

do $$
declare
    v_extension text;
begin
    foreach v_extension in array array['btree_gist', 'pg_trgm', 'unaccent'] loop
        if not exists (select from pg_catalog.pg_extension e where e.extname = v_extension) then
            begin
                execute format('create extension %I with schema extensions', v_extension);
            exception
                when undefined_file or feature_not_supported then
                    raise exception 'this server has no extension %', v_extension
                        using errcode = 'feature_not_supported',
                              hint = 'Install PostgreSQL''s contrib modules (Debian: they come with the server package), then migrate again.';
            end;
        elsif (select e.extnamespace from pg_catalog.pg_extension e where e.extname = v_extension) <> 'extensions'::regnamespace then
            execute format('alter extension %I set schema extensions', v_extension);
        end if;
    end loop;
    if not exists (select from pg_catalog.pg_extension e where e.extname = 'pg_stat_statements') then
        begin
            create extension pg_stat_statements with schema extensions;
        exception when others then
            raise notice 'pg_stat_statements is not there (%): slow statements will not be listed', sqlerrm;
        end;
    end if;
end $$;

-- Supabase Auth, where it is missing: the columns and functions of it that this project uses.
do $$
begin
    if to_regnamespace('auth') is null then
        create schema auth;
        comment on schema auth is 'AiRa: stands in for Supabase Auth on plain PostgreSQL';
        create table auth.users (
            id uuid primary key default gen_random_uuid(),
            aud text default 'authenticated',
            role text default 'authenticated',
            email text unique,
            phone text unique,
            raw_app_meta_data jsonb,
            raw_user_meta_data jsonb,
            is_anonymous boolean not null default false,
            created_at timestamptz default now(),
            updated_at timestamptz default now(),
            last_sign_in_at timestamptz
        );
        alter table auth.users enable row level security;
        create function auth.jwt() returns jsonb language sql stable set search_path = '' as
            $f$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $f$;
        create function auth.uid() returns uuid language sql stable set search_path = '' as
            $f$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
        create function auth.role() returns text language sql stable set search_path = '' as
            $f$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role') $f$;
        revoke all on function auth.jwt(), auth.uid(), auth.role() from public;
        grant usage on schema auth to anon, authenticated, service_role;
        grant execute on function auth.jwt(), auth.uid(), auth.role()
            to anon, authenticated, service_role, voice_agent, kb_updater, console;
    end if;
end $$;

-- Accounts as staff may see them. Not security_invoker: console has no right on auth.users, and row security hides it all.
create view console.accounts as
    select u.id, u.email::text as email, u.phone::text as phone, u.created_at, u.last_sign_in_at
    from auth.users u;
revoke all on console.accounts from console;
grant select on console.accounts to console;
