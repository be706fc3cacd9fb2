drop table public.business_v2;
