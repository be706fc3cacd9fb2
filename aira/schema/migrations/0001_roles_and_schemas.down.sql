-- Roles and extensions stay: they belong to the cluster or serve others. So does `console`, where Django notes what it ran.
drop view console.accounts;
alter default privileges in schema console revoke select, insert, update, delete on tables from console;
alter default privileges in schema console revoke usage, select on sequences from console;
do $$
begin
    if obj_description(to_regnamespace('auth'), 'pg_namespace') like 'AiRa:%' then
        drop schema auth cascade;
    end if;
end $$;
drop schema private;
