-- As in the original design, and nothing more: a database made by it takes this migration as applied.
create type public.business_number_type as enum ('local', 'toll_free', 'mobile', 'international', 'vanity');
create table public.business_numbers (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references auth.users (id) on delete cascade,
    business_id uuid references public.business_v2 (id) on delete set null,
    phone_number text not null unique,
    display_name text not null,
    country_code text not null,
    number_type public.business_number_type not null,
    twilio_sid text unique,
    twilio_account_sid text,
    voice_url text,
    sms_url text,
    status_callback_url text,
    capabilities jsonb,
    is_primary boolean default false,
    is_active boolean default true,
    provider text default 'twilio',
    purchase_date timestamptz,
    monthly_cost decimal(10, 2),
    features jsonb default '[]'::jsonb,
    notes text,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    check (user_id is not null or business_id is not null)
);
create index idx_business_numbers_user_id on public.business_numbers (user_id);
create index idx_business_numbers_business_id on public.business_numbers (business_id);
create index idx_business_numbers_phone_number on public.business_numbers (phone_number);
create index idx_business_numbers_twilio_sid on public.business_numbers (twilio_sid) where twilio_sid is not null;
create index idx_business_numbers_active_business on public.business_numbers (business_id, is_active)
    where business_id is not null;
