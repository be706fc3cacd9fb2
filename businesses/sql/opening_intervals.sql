-- Return the opening intervals of a business on one local date; see private.opening_times.
create or replace function private.opening_intervals(p_hours jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
    return query select o.opens_at, o.closes_at from private.opening_times(p_hours, p_timezone, p_date, p_date) o;
end $$;

revoke all on function private.opening_intervals(jsonb, text, date) from public;
grant execute on function private.opening_intervals(jsonb, text, date) to authenticated, service_role, voice_agent, console;
