-- A document's size and its number of chunks are not negative.
-- option clear: the size becomes empty, and the number of chunks 0. The audit keeps the previous values.
select 'documents' as table_name, d.id as row_id, format('%s bytes, %s chunks: %s', d.file_size, d.chunk_count, left(d.file_name, 100)) as detail, null as option
from public.documents d where d.file_size < 0 or d.chunk_count < 0;
-- repair clear
update public.documents x
set file_size = case when x.file_size >= 0 then x.file_size end, chunk_count = greatest(0, x.chunk_count)
from pg_temp.decided d where d.row_id = x.id;
