-- Seals of the audit: a chain of hashes for each month, which private.seal_audit continues.
create table audit.seals (
    month date not null,
    number bigint not null,
    after_id bigint not null,
    upto_id bigint not null,
    events bigint not null,
    digest bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null default clock_timestamp(),
    primary key (month, number)
);

-- Hashes of the values that erasing an account removed from events.
create table audit.redactions (
    event_id bigint not null,
    at timestamptz not null,
    values_hash bytea not null,
    primary key (event_id, at)
);

-- Signed statements of the newest hashes of the ledger and the audit. `sent` has the time for each destination.
create table audit.anchors (
    number bigint primary key,
    at timestamptz not null default clock_timestamp(),
    statement text not null,
    signature text not null,
    key text not null,
    sent jsonb not null default '{}'
);

alter table audit.seals enable row level security;
revoke all on audit.seals from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Only functions of the owner write these tables.
grant select on audit.seals to console;
create policy seals_select_console on audit.seals for select to console using (true);
alter table audit.redactions enable row level security;
revoke all on audit.redactions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on audit.redactions to console;
create policy redactions_select_console on audit.redactions for select to console using (true);
alter table audit.anchors enable row level security;
revoke all on audit.anchors from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, update (sent) on audit.anchors to console;
create policy anchors_select_console on audit.anchors for select to console using (true);
create policy anchors_update_console on audit.anchors for update to console using (true) with check (true);

-- Return the SHA-256 of the values of an audit event. Erasing an account removes values; their hash stays in
-- audit.redactions, so that the seal of the month can still be computed.
create or replace function private.audit_values_hash(p_before jsonb, p_after jsonb, p_reason text)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.jsonb_build_array(p_before, p_after, p_reason)::text, 'UTF8'));
end $$;

revoke all on function private.audit_values_hash(jsonb, jsonb, text) from public;

-- Return the number and the digest of the audit events of a month whose ids are above p_after_id, up to
-- p_upto_id: SHA-256 over the hashes of the events in the order of their ids. A redacted event counts with the
-- hash of its values before. It does not depend on settings of the session.
-- p_month: first day of the month, in UTC.
create or replace function private.audit_digest(
    p_month date, p_after_id bigint, p_upto_id bigint, out events bigint, out digest bytea)
language plpgsql stable
set search_path = ''
as $$
begin
    select pg_catalog.count(*),
           pg_catalog.sha256(coalesce(pg_catalog.string_agg(
               pg_catalog.sha256(
                   coalesce(r.values_hash, private.audit_values_hash(e.before, e.after, e.reason))
                   || pg_catalog.convert_to(pg_catalog.jsonb_build_array(
                       e.id, extract(epoch from e.at), e.xact_id, e.table_name, e.row_id, e.user_id, e.business_id, e.verb,
                       e.actor_kind, e.actor_id, e.actor_name, e.request_id)::text, 'UTF8')),
               ''::bytea order by e.id), ''::bytea))
    into events, digest
    from audit.events e left join audit.redactions r on r.event_id = e.id and r.at = e.at
    where e.id > p_after_id and e.id <= p_upto_id
      and e.at >= p_month::timestamp at time zone 'UTC'
      and e.at < (p_month + interval '1 month') at time zone 'UTC';
end $$;

revoke all on function private.audit_digest(date, bigint, bigint) from public;

-- Return the hash of a seal: SHA-256 over the hash of the month's previous seal and all values of this one.
create or replace function private.audit_seal_hash(
    p_previous bytea, p_month date, p_number bigint, p_after_id bigint, p_upto_id bigint, p_events bigint, p_digest bytea)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || p_digest || pg_catalog.convert_to(
        pg_catalog.concat_ws('|', p_month - date '2000-01-01', p_number, p_after_id, p_upto_id, p_events), 'UTF8'));
end $$;

revoke all on function private.audit_seal_hash(bytea, date, bigint, bigint, bigint, bigint, bytea) from public;

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

-- Store a signed anchor. Return its number. The newest stored anchor must be the one that the statement names
-- as its previous one, so that two workers can't both continue the chain.
-- p_number: from 1, without gaps. p_previous: SHA-256 of the previous statement in hexadecimal; null for the first.
-- p_statement: JSON text as it was signed. p_signature: Ed25519, base64. p_key: the public key, base64.
-- SECURITY DEFINER: no role may write audit.anchors. EXECUTE is granted to console.
-- Errors: 40001 another anchor was stored meanwhile.
create or replace function private.add_anchor(
    p_number bigint, p_previous text, p_statement text, p_signature text, p_key text)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    v_newest record;
begin
    lock table audit.anchors in share row exclusive mode;
    select a.number, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(a.statement, 'UTF8')), 'hex') as hash
    into v_newest from audit.anchors a order by a.number desc limit 1;
    if (p_number, p_previous) is distinct from (coalesce(v_newest.number, 0) + 1, v_newest.hash) then
        raise exception 'anchor % does not follow the newest one, which has number %', p_number, coalesce(v_newest.number, 0)
            using errcode = 'serialization_failure', hint = 'Make the anchor again.';
    end if;
    insert into audit.anchors (number, statement, signature, key) values (p_number, p_statement, p_signature, p_key);
    return p_number;
end $$;

revoke all on function private.add_anchor(bigint, text, text, text, text) from public;
grant execute on function private.add_anchor(bigint, text, text, text, text) to console;

-- Return the newest ledger entry of each wallet that got entries since a time: its number in the chain of the
-- wallet, and its hash in hexadecimal.
-- p_since: null returns all wallets.
-- SECURITY DEFINER: it reads the entries of all accounts.
create or replace function private.ledger_heads(p_since timestamptz default null)
returns table (wallet_id uuid, seq bigint, hash text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    select distinct on (e.wallet_id) e.wallet_id, e.seq, pg_catalog.encode(e.hash, 'hex')
    from public.ledger_entries e where p_since is null or e.created_at >= p_since
    order by e.wallet_id, e.seq desc;
end $$;

revoke all on function private.ledger_heads(timestamptz) from public;
grant execute on function private.ledger_heads(timestamptz) to console;

-- BEFORE trigger on audit.seals, audit.redactions and audit.anchors. It refuses every change, also by the owner
-- of the schema, except that an anchor records where it was sent.
-- Errors: 42501.
create or replace function private.refuse_seal_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and pg_catalog.to_jsonb(new) - 'sent' = pg_catalog.to_jsonb(old) - 'sent' then
        return new;
    end if;
    raise exception '% of % is not allowed, because seals and anchors never change', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'To see what they prove, run manage.py verify_anchors.';
end $$;

revoke all on function private.refuse_seal_change() from public;

create or replace trigger kept_as_written
    before update or delete on audit.seals
    for each row execute function private.refuse_seal_change();
create or replace trigger kept_as_written
    before update or delete on audit.redactions
    for each row execute function private.refuse_seal_change();
create or replace trigger kept_as_written
    before update or delete on audit.anchors
    for each row execute function private.refuse_seal_change();
