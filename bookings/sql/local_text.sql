-- Format a time in a time zone with its offset: 2026-10-25T02:30+02:00. The offset distinguishes the two
-- hours that a change of clocks repeats. Settings of the session don't matter.
create or replace function private.local_text(p_at timestamptz, p_timezone text)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
    v_offset constant interval := v_local - (p_at at time zone 'UTC');
begin
    return pg_catalog.to_char(v_local, 'YYYY-MM-DD"T"HH24:MI')
        || case when v_offset < interval '0' then '-' else '+' end
        || pg_catalog.to_char(greatest(v_offset, -v_offset), 'HH24:MI');
end $$;

revoke all on function private.local_text(timestamptz, text) from public;
