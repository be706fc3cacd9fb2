-- Return the closures between p_from and p_to in order. Closures that meet or overlap are merged, so each
-- begins and ends after the previous one. See private.is_closed.
-- business_hours_valid guarantees the form, so a cast reads the times under every DateStyle.
-- private.local_timestamp would take ten times as long.
-- MATERIALIZED makes the query read each closure once.
create or replace function private.closed_times(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns table (closed_from timestamptz, closed_to timestamptz)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_from constant text := pg_catalog.to_char(p_from at time zone p_timezone - interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
    v_to constant text := pg_catalog.to_char(p_to at time zone p_timezone + interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
begin
    return query
        with moments as materialized (
            select c."from"::timestamp at time zone p_timezone as begins, c."to"::timestamp at time zone p_timezone as ends
            from pg_catalog.jsonb_to_recordset(p_hours -> 'closures') c ("from" text, "to" text)
            where c."from" < v_to collate "C" and c."to" > v_from collate "C"
        ), seen as materialized (
            select m.begins, m.ends, pg_catalog.max(m.ends) over (
                       order by m.begins, m.ends rows between unbounded preceding and 1 preceding) as before
            from moments m where m.begins < p_to and m.ends > p_from and m.begins < m.ends
        ), runs as materialized (
            select s.begins, s.ends, pg_catalog.count(*) filter (where s.begins > s.before) over (
                       order by s.begins, s.ends rows unbounded preceding) as run
            from seen s
        )
        select pg_catalog.min(r.begins), pg_catalog.max(r.ends) from runs r group by r.run order by 1;
end $$;

revoke all on function private.closed_times(jsonb, text, timestamptz, timestamptz) from public;
