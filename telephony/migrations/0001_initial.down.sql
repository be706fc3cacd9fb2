drop table public.business_numbers;
drop type public.business_number_type;
