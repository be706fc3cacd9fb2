-- Check a time and book it in one step, so that no other caller can take it in between.
-- p_duration: minutes.
-- p_external_id: your id of the booking. The same id and time book once.
-- Returns one row: outcome and appointment_id. outcome is booked; already_booked (the same external id and
-- time: the existing appointment, however often it is sent); external_id_conflict (the same external id at
-- another time: send a second booking of one call as CAxxx:2); retry (a stricter isolation level saw an old
-- state: begin a new transaction); or a result of check_appointment_time.
create or replace function public.book_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_customer_name text, p_duration integer default 60,
    p_customer_phone text default null, p_customer_email text default null,
    p_source public.appointment_source default 'manual', p_external_id text default null,
    p_service_type text default null, p_notes text default null)
returns table (outcome text, appointment_id uuid)
language plpgsql
set search_path = ''
as $$
begin
    if pg_catalog.current_setting('transaction_isolation') = 'read committed' then
        return query select b.* from private.book(p_business_id, p_scheduled_at, p_customer_name, p_duration, p_customer_phone,
            p_customer_email, p_source, p_external_id, p_service_type, p_notes) b;
        return;
    end if;
    begin
        return query select b.* from private.book(p_business_id, p_scheduled_at, p_customer_name, p_duration, p_customer_phone,
            p_customer_email, p_source, p_external_id, p_service_type, p_notes) b;
    exception
        when exclusion_violation or unique_violation or serialization_failure then
            outcome := 'retry';
            return next;
    end;
end $$;

revoke all on function public.book_appointment(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.book_appointment(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    to authenticated, voice_agent, service_role, console;
