-- The file of a document is not in the folder of another business.
-- option fail: the document gets the status failed with an error. Its path becomes its own business's id, "lost" and
--   its own id. The audit keeps the old path.
-- option keep: the path stays as it is. Choose this if both businesses share the file.
select 'documents' as table_name, d.id as row_id, 'file_path ' || quote_literal(left(d.file_path, 200)) || ' is in the folder of ' || o.name as detail,
       null as option
from public.documents d join public.business_v2 o on o.id::text = lower(split_part(d.file_path, '/', 1))
where o.id <> d.business_id;
-- repair fail
update public.documents x
set file_path = x.business_id::text || '/lost/' || x.id::text, processing_status = 'failed',
    processing_error = 'The path of its file was in the folder of another business.'
from pg_temp.decided d where d.row_id = x.id;
