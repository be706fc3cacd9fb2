-- As in the original design, and nothing more: a database made by it takes this migration as applied.
create type public.processing_status as enum ('pending', 'processing', 'completed', 'failed');
create table public.documents (
    id uuid primary key default gen_random_uuid(),
    business_id uuid not null references public.business_v2 (id) on delete cascade,
    file_name text not null,
    file_path text not null,
    file_size bigint,
    mime_type text,
    processing_status public.processing_status default 'pending',
    processing_error text,
    vector_db_id text,
    chunk_count integer default 0,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index idx_documents_business_id on public.documents (business_id);
create index idx_documents_processing_status on public.documents (processing_status);
