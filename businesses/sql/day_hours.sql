-- The opening intervals of one local date as they are written, [["09:00", "12:00"], …]: those of a special day, else of the
-- weekday, else the default.
create or replace function private.day_hours(p_hours jsonb, p_date date)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
    v_special constant jsonb := p_hours -> 'special';
begin
    if p_hours is null then
        return '[["09:00", "18:00"]]';
    -- Not date::text, which follows the session's DateStyle.
    elsif v_special is not null and v_special ? pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD') then
        return v_special -> pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD');
    elsif p_hours -> 'weekly' is null then
        return '[["09:00", "18:00"]]';
    end if;
    return coalesce(
        p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
end $$;

revoke all on function private.day_hours(jsonb, date) from public;
grant execute on function private.day_hours(jsonb, date) to authenticated, service_role, voice_agent, console;
