-- A document that failed says why.
-- by itself explain: its error says that none was written down.
select 'documents' as table_name, d.id as row_id, d.file_name || ' failed without an error' as detail, 'explain' as option
from public.documents d where d.processing_status = 'failed' and d.processing_error is null;
-- repair explain
update public.documents x set processing_error = 'no error was written down' from pg_temp.decided d where d.row_id = x.id;
