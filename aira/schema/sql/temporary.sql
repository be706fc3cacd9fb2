-- No role of ours makes temporary objects. A function with an empty search_path finds names of types in the temporary schema first:
-- whoever can make a domain pg_temp.text and calls a SECURITY DEFINER function runs code as its owner. PUBLIC may by default.
-- Other roles keep what they had: those that log in, and those that own something here (REFRESH … CONCURRENTLY needs it).
-- Run at the end of each migrate, not by a migration: it is a right on the database, which neither a clone nor a dump takes along.
-- Nothing happens where the running role is not the database's owner.
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
        exception when undefined_object then null;  -- dropped meanwhile: roles are the whole server's
        end;
    end loop;
    execute pg_catalog.format('revoke temporary on database %I from public', v_database);
end $$;
