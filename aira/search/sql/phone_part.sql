-- Return the digits of the beginning or the end of a phone number that was typed in any spelling. Null if the
-- text is not that. It needs at least four digits.
create or replace function private.phone_part(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_digits text := private.phone_digits(p_text);
begin
    if p_text ~ '^[-+()./ 0-9]+$' and pg_catalog.length(v_digits) between 4 and 17 then
        return v_digits;
    end if;
    return null;
end $$;

revoke all on function private.phone_part(text) from public;
