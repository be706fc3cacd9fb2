-- One row for each business that ever took an appointment: what a check must know of all of them. Written by the trigger alone.
create table private.booking_diaries (
    business_id uuid primary key references public.business_v2 (id) on delete cascade,
    longest_stay integer not null,
    placed bigint not null
);
comment on table private.booking_diaries is
    'longest_stay: minutes, buffers included; placed: how many appointments got a place, so that a stale snapshot shows';
alter table private.booking_diaries enable row level security;
revoke all on private.booking_diaries from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.booking_diaries to console;
create policy booking_diaries_select_console on private.booking_diaries for select to console using (true);
