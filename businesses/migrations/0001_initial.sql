-- As in the original design, and nothing more: a database made by it takes this migration as applied.
create table public.business_v2 (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    name text not null,
    business_type text not null check (business_type in ('restaurant', 'retail', 'service')),
    description text,
    email text,
    phone_number text,
    address text,
    website text,
    logo_url text,
    is_active boolean default true,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_business_v2_user_id on public.business_v2 (user_id);
create index idx_business_v2_business_type on public.business_v2 (business_type);
