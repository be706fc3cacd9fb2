-- The bookings of the original design. The function `book` does what its services did: ask, then insert.
create schema original;
create table original.appointments (
    id uuid primary key default gen_random_uuid(), business_id uuid not null references public.business_v2 (id) on delete cascade,
    customer_name text not null, customer_phone text, customer_email text, scheduled_at timestamptz not null, duration integer default 60,
    status public.appointment_status default 'confirmed', source public.appointment_source default 'manual', external_id text,
    notes text, service_type text, created_at timestamptz default now(), updated_at timestamptz default now());
create index on original.appointments (business_id);
create index on original.appointments (scheduled_at);
create index on original.appointments (status);
create index on original.appointments (source);
create index on original.appointments (customer_phone);
create function original.validate_appointment_time(p_business_id uuid, p_scheduled_at timestamptz, p_duration integer) returns boolean as $$
declare
    v_business_hours jsonb;
    v_day_of_week text;
    v_time time;
    v_conflict_count integer;
begin
    v_day_of_week := lower(to_char(p_scheduled_at, 'Day'));
    v_time := p_scheduled_at::time;
    if v_time < '09:00:00' or v_time > '18:00:00' then
        return false;
    end if;
    select count(*) into v_conflict_count
    from original.appointments
    where business_id = p_business_id
      and status in ('confirmed', 'completed')
      and (scheduled_at, scheduled_at + (duration || ' minutes')::interval)
          overlaps (p_scheduled_at, p_scheduled_at + (p_duration || ' minutes')::interval);
    if v_conflict_count > 0 then
        return false;
    end if;
    return true;
end $$ language plpgsql;
create function original.book(p_business_id uuid, p_scheduled_at timestamptz) returns boolean language plpgsql as $$
begin
    if not original.validate_appointment_time(p_business_id, p_scheduled_at, 5) then
        return false;
    end if;
    insert into original.appointments (business_id, customer_name, scheduled_at, duration) values (p_business_id, 'x', p_scheduled_at, 5);
    return true;
end $$;
