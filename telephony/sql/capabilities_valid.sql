-- Return whether a number's capabilities are an object of known keys with booleans. Null is valid. Used by a
-- CHECK: it never raises.
create or replace function private.capabilities_valid(p_capabilities jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_capabilities is null then
        return true;
    end if;
    if pg_catalog.jsonb_typeof(p_capabilities) <> 'object'
       or p_capabilities - array['voice', 'sms', 'mms', 'fax'] <> '{}' then
        return false;
    end if;
    return not exists (
        select from pg_catalog.jsonb_each(p_capabilities) c where pg_catalog.jsonb_typeof(c.value) <> 'boolean');
end $$;

revoke all on function private.capabilities_valid(jsonb) from public;
grant execute on function private.capabilities_valid(jsonb) to authenticated, service_role, console;
