-- Return whether a business with these hours and this time zone is open at a time. The opening time is
-- included, the closing time is not.
create or replace function private.is_open_at(p_hours jsonb, p_timezone text, p_at timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
begin
    if p_hours -> 'closures' is not null and private.is_closed(p_hours, p_timezone, p_at, p_at + interval '1 microsecond') then
        return false;
    end if;
    -- Include yesterday, since its last interval may reach into today.
    return exists (
        select from (values (v_local::date - 1), (v_local::date)) as d (day)
        cross join lateral private.opening_intervals(p_hours, p_timezone, d.day) i
        where p_at >= i.opens_at and p_at < i.closes_at
    );
end $$;

revoke all on function private.is_open_at(jsonb, text, timestamptz) from public;
grant execute on function private.is_open_at(jsonb, text, timestamptz) to authenticated, service_role, voice_agent, console;
