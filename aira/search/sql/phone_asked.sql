-- Return the beginning of the private.phone_key of a phone number that was typed in any spelling. Null if the
-- text is not a phone number. Trunk zeros of a national number, and 00 before a country code, are removed. It
-- needs at least six digits.
create or replace function private.phone_asked(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_digits text := pg_catalog.ltrim(pg_catalog.regexp_replace(p_text, '[^0-9]', '', 'g'), '0');
begin
    if p_text ~ '^[-+()./ 0-9]+$' and pg_catalog.length(v_digits) between 6 and 15 then
        return pg_catalog.reverse(v_digits);
    end if;
    return null;
end $$;

revoke all on function private.phone_asked(text) from public;
