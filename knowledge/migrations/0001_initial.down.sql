drop table public.documents;
drop type public.processing_status;
