-- BEFORE trigger. It sets updated_at to the time of the write, whatever the statement says.
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
