-- Return every contradiction between audit events and their seals, from one snapshot. No rows mean that no
-- sealed event was changed, removed or added. Months that were archived are left out: the hash of their file
-- proves them.
-- SECURITY DEFINER: it reads the partitions and the accounts.
create or replace function private.audit_problems()
returns table (problem text, subject text, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    with seals as (
        select s.*, pg_catalog.lag(s.number, 1, 0) over month as previous_number,
               pg_catalog.lag(s.hash) over month as previous_hash,
               private.leaf_of('audit.events', s.month) is not null as present
        from audit.seals s window month as (partition by s.month order by s.number)
    ), months as (
        select s.month, pg_catalog.sum(s.events) as events, pg_catalog.max(s.upto_id) as upto_id, pg_catalog.bool_and(s.present) as present
        from seals s group by s.month
    )
    select 'seal_missing', s.month::text, pg_catalog.format('seal %s follows %s', s.number, s.previous_number)
    from seals s where s.number <> s.previous_number + 1
    union all
    select 'seal_changed', s.month::text, pg_catalog.format('seal %s was changed after it was written', s.number)
    from seals s
    where s.hash <> private.audit_seal_hash(s.previous_hash, s.month, s.number, s.after_id, s.upto_id, s.events, s.digest)
    union all
    select 'events_changed', s.month::text,
           pg_catalog.format('of the events %s to %s, %s were sealed and %s are there; some were changed, removed or added',
                             s.after_id + 1, s.upto_id, s.events, d.events)
    from seals s cross join lateral private.audit_digest(s.month, s.after_id, s.upto_id) d
    where s.present and (d.events, d.digest) is distinct from (s.events, s.digest)
    union all
    -- An event in a range of ids in which its month had no events.
    select 'events_added', e.month::text, pg_catalog.format('%s events were added with ids that were sealed before', e.events - coalesce(m.events, 0))
    from (
        select pg_catalog.date_trunc('month', a.at at time zone 'UTC')::date as month, pg_catalog.count(*) as events
        from audit.events a where a.id <= (select pg_catalog.max(s.upto_id) from audit.seals s) group by 1
    ) e left join months m on m.month = e.month
    where e.events > coalesce(m.events, 0)
    union all
    select 'month_missing', m.month::text, pg_catalog.format('its %s sealed events are gone, and no archive is on record', m.events)
    from months m
    where not m.present and not exists (
        select from private.archives a where a.table_name = 'audit.events' and a.month = m.month and a.restored_at is null)
    union all
    -- Only events of accounts that no longer exist lose their values.
    select 'redaction_unexplained', r.event_id::text, 'its values were removed, but its account was not erased'
    from audit.redactions r join audit.events e on e.id = r.event_id and e.at = r.at
    where e.user_id is null or exists (select from auth.users u where u.id = e.user_id);
end $$;

revoke all on function private.audit_problems() from public;
grant execute on function private.audit_problems() to console;
