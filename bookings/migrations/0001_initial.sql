-- As in the original design, and nothing more: a database made by it takes this migration as applied.
create type public.appointment_status as enum ('confirmed', 'cancelled', 'completed', 'no_show');
create type public.appointment_source as enum ('manual', 'voice_agent', 'web', 'sms');
create table public.appointments (
    id uuid primary key default gen_random_uuid(),
    business_id uuid not null references public.business_v2 (id) on delete cascade,
    customer_name text not null,
    customer_phone text,
    customer_email text,
    scheduled_at timestamptz not null,
    duration integer default 60,
    status public.appointment_status default 'confirmed',
    source public.appointment_source default 'manual',
    external_id text,
    notes text,
    service_type text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_appointments_business_id on public.appointments (business_id);
create index idx_appointments_scheduled_at on public.appointments (scheduled_at);
create index idx_appointments_customer_phone on public.appointments (customer_phone);
create index idx_appointments_status on public.appointments (status);
create index idx_appointments_source on public.appointments (source);
