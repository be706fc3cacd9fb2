-- By month: a month of events is archived and dropped, not deleted row by row.
create schema audit;
revoke all on schema audit from public;
grant usage on schema audit to console;

create sequence audit.events_id_seq;
create table audit.events (
    id bigint not null default nextval('audit.events_id_seq'),
    at timestamptz not null default clock_timestamp(),
    xact_id bigint not null default pg_current_xact_id()::text::bigint,
    table_name text not null,
    row_id text not null,
    user_id uuid,
    business_id uuid,
    verb text not null,
    before jsonb,
    after jsonb,
    actor_kind text not null,
    actor_id text,
    actor_name text,
    request_id text,
    reason text,
    primary key (id, at)
) partition by range (at);
alter sequence audit.events_id_seq owned by audit.events.id;
revoke all on sequence audit.events_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- A record's page.
create index idx_events_row_id on audit.events (row_id, at);
-- A business's page.
create index idx_events_business_id on audit.events (business_id, at) where business_id is not null;
-- An account's page, its export and its erasure.
create index idx_events_user_id on audit.events (user_id, at) where user_id is not null;
