-- Revoke the right to make temporary objects from AiRa's roles. A function with an empty search_path looks
-- for type names in the temporary schema first. A role that can make a domain pg_temp.text and calls a
-- SECURITY DEFINER function runs code as its owner. By default, PUBLIC has this right.
-- Other roles keep it: those that log in, and those that own objects here (REFRESH … CONCURRENTLY needs it).
-- `migrate` runs this file at its end, and not a migration does: the right belongs to the database, and
-- neither a clone nor a dump contains it.
-- It does nothing if the running role is not the owner of the database.
do $$
declare
    v_database name := pg_catalog.current_database();
    v_owner oid := (select d.datdba from pg_catalog.pg_database d where d.datname = v_database);
    v_role name;
begin
    if not pg_catalog.has_database_privilege('public', v_database, 'TEMPORARY')
       or not pg_catalog.pg_has_role(current_user, v_owner, 'USAGE') then
        return;
    end if;
    for v_role in
        select r.rolname from pg_catalog.pg_roles r
        where not r.rolsuper and r.oid <> v_owner
          and r.rolname not in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console')
          and (r.rolcanlogin or exists (select from pg_catalog.pg_class c where c.relowner = r.oid))
        order by r.rolname
    loop
        begin
            execute pg_catalog.format('grant temporary on database %I to %I', v_database, v_role);
        exception when undefined_object then null;  -- the role was dropped in between: roles belong to the whole server
        end;
    end loop;
    execute pg_catalog.format('revoke temporary on database %I from public', v_database);
end $$;
