-- Statements that pg_stat_statements counts, with their newest counters. `command` is null until the text was looked
-- at, `text` is null where it may hold values.
create table private.statements (
    id bigint generated always as identity primary key,
    role text not null,
    queryid bigint not null,
    command text,
    text text,
    calls bigint not null,
    exec_ms double precision not null,
    rows bigint not null,
    blocks_read bigint not null,
    temp_blocks bigint not null,
    stats_since timestamptz,
    constraint statement_of_a_role_is_stored_once unique (role, queryid)
);

-- What a statement used in the quarter of an hour before `taken_at`.
create table private.statement_samples (
    statement_id bigint not null references private.statements (id) on delete cascade,
    taken_at timestamptz not null,
    calls bigint not null,
    exec_ms double precision not null,
    rows bigint not null,
    blocks_read bigint not null,
    temp_blocks bigint not null,
    primary key (statement_id, taken_at)
);
-- Console: what was slow in a period. The worker removes old samples by it.
create index idx_statement_samples_taken_at on private.statement_samples (taken_at);

-- Snapshots of pg_stat_statements: the statistics from which they come, and what could not be read.
create table private.statement_snapshots (
    taken_at timestamptz primary key,
    database_oid oid not null,
    stats_reset timestamptz,
    evicted bigint not null,
    statements bigint not null,
    hidden bigint not null
);

-- Sessions that waited for a lock of another one, as they were seen once a minute.
create table private.lock_waits (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    locked text not null,
    mode text not null,
    waited_seconds double precision not null,
    blocked_role text not null,
    blocked_command text,
    blocked_queryid bigint,
    blocking_role text,
    blocking_state text,
    blocking_command text,
    blocking_queryid bigint
);
-- Console: what waited in a period. The worker removes old rows by it.
create index idx_lock_waits_at on private.lock_waits (at);

-- Sizes of tables and indexes, once a day. Partitions count with their table.
create table private.relation_sizes (
    day date not null,
    kind text not null,
    name text not null,
    table_name text not null,
    bytes bigint not null,
    primary key (day, name)
);

-- When each index was used. Unlike the server's counters, this survives a reset of the statistics.
create table private.index_uses (
    name text primary key,
    table_name text not null,
    scans bigint not null,
    watched_since timestamptz not null,
    used_at timestamptz
);

-- Grants and policies of the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- drop_month writes this table, and so does the owner who restores a month.
grant select on private.archives to console;
drop policy if exists archives_select_console on private.archives;
create policy archives_select_console on private.archives for select to console using (true);
-- Figures about statements, locks, sizes and indexes: the worker writes them as the owner.
alter table private.statements enable row level security;
revoke all on private.statements from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statements to console;
drop policy if exists statements_select_console on private.statements;
create policy statements_select_console on private.statements for select to console using (true);
alter table private.statement_samples enable row level security;
revoke all on private.statement_samples from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statement_samples to console;
drop policy if exists statement_samples_select_console on private.statement_samples;
create policy statement_samples_select_console on private.statement_samples for select to console using (true);
alter table private.statement_snapshots enable row level security;
revoke all on private.statement_snapshots from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statement_snapshots to console;
drop policy if exists statement_snapshots_select_console on private.statement_snapshots;
create policy statement_snapshots_select_console on private.statement_snapshots for select to console using (true);
alter table private.lock_waits enable row level security;
revoke all on private.lock_waits from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.lock_waits to console;
drop policy if exists lock_waits_select_console on private.lock_waits;
create policy lock_waits_select_console on private.lock_waits for select to console using (true);
alter table private.relation_sizes enable row level security;
revoke all on private.relation_sizes from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.relation_sizes to console;
drop policy if exists relation_sizes_select_console on private.relation_sizes;
create policy relation_sizes_select_console on private.relation_sizes for select to console using (true);
alter table private.index_uses enable row level security;
revoke all on private.index_uses from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.index_uses to console;
drop policy if exists index_uses_select_console on private.index_uses;
create policy index_uses_select_console on private.index_uses for select to console using (true);
