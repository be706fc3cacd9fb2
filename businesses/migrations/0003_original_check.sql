-- Under the name of the rule it protects, business_type_known.
alter table public.business_v2 drop constraint business_v2_business_type_check;
