-- What the private.phone_key of a number begins with that somebody typed in any spelling; null when the text is no phone number.
-- The trunk zeros of a national number and 00 before a country code are no part of it. Less than six digits are too few.
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
