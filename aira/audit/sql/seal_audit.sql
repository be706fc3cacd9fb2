-- Seal the audit events that were committed since the last call: for each month one row of audit.seals, whose
-- hash continues the chain of that month. Return the number of events sealed, or null if a transaction that
-- may still add events did not end within p_patience. Call it again while it returns 1,000,000 or more.
-- An id is drawn before its transaction ends. So it reads the newest id, and waits until each transaction that
-- was writing events then has ended. Such a transaction holds a lock of the table.
-- p_patience: how long to wait, at most a minute; null does not wait.
-- SECURITY DEFINER: no role may write audit.seals. EXECUTE is granted to console.
-- Errors: 25001 it was called in REPEATABLE READ or SERIALIZABLE, where it can't see what others committed.
create or replace function private.seal_audit(p_patience interval default interval '20 seconds')
returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    c_most constant bigint := 1000000;
    v_until constant timestamptz := pg_catalog.clock_timestamp() + least(coalesce(p_patience, interval '0'), interval '1 minute');
    v_after bigint;
    v_upto bigint;
    v_writers text[];
    v_month record;
    v_previous record;
    v_found record;
    v_sealed bigint := 0;
begin
    if pg_catalog.current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'seal_audit needs READ COMMITTED, and not %', pg_catalog.current_setting('transaction_isolation')
            using errcode = 'active_sql_transaction';
    end if;
    select case when s.is_called then s.last_value else 0 end into v_upto from audit.events_id_seq s;
    v_writers := array(
        select l.virtualtransaction from pg_catalog.pg_locks l
        where l.locktype = 'relation' and l.relation = 'audit.events'::regclass and l.mode = 'RowExclusiveLock' and l.granted
          and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
          and l.pid is distinct from pg_catalog.pg_backend_pid());
    while exists (
        select from pg_catalog.pg_locks l
        where l.virtualtransaction = any (v_writers) and l.locktype = 'relation' and l.relation = 'audit.events'::regclass)
    loop
        if pg_catalog.clock_timestamp() >= v_until then
            return null;
        end if;
        perform pg_catalog.pg_sleep(0.05);
    end loop;
    lock table audit.seals in share row exclusive mode;
    select coalesce(pg_catalog.max(s.upto_id), 0) into v_after from audit.seals s;
    v_upto := least(v_upto, v_after + c_most);
    for v_month in
        select pg_catalog.date_trunc('month', e.at at time zone 'UTC')::date as first
        from audit.events e where e.id > v_after and e.id <= v_upto group by 1 order by 1
    loop
        select s.number, s.hash into v_previous
        from audit.seals s where s.month = v_month.first order by s.number desc limit 1;
        v_found := private.audit_digest(v_month.first, v_after, v_upto);
        insert into audit.seals (month, number, after_id, upto_id, events, digest, hash)
        values (v_month.first, coalesce(v_previous.number, 0) + 1, v_after, v_upto, v_found.events, v_found.digest,
                private.audit_seal_hash(v_previous.hash, v_month.first, coalesce(v_previous.number, 0) + 1, v_after, v_upto,
                                        v_found.events, v_found.digest));
        v_sealed := v_sealed + v_found.events;
    end loop;
    return v_sealed;
end $$;

revoke all on function private.seal_audit(interval) from public;
grant execute on function private.seal_audit(interval) to console;
