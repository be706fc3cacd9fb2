-- Return the opening intervals of one local date as they are stored, [["09:00", "12:00"], …]: those of a
-- special day, else those of the weekday, else the default.
create or replace function private.day_hours(p_hours jsonb, p_date date)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
    -- A path reads one day, while -> 'special' would copy all of them. date::text would depend on the
    -- session's DateStyle.
    v_special constant jsonb := p_hours #> array['special', pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD')];
begin
    if p_hours is null then
        return '[["09:00", "18:00"]]';
    elsif v_special is not null then
        return v_special;
    elsif p_hours -> 'weekly' is null then
        return '[["09:00", "18:00"]]';
    end if;
    return coalesce(
        p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
end $$;

revoke all on function private.day_hours(jsonb, date) from public;
grant execute on function private.day_hours(jsonb, date) to authenticated, service_role, voice_agent, console;
