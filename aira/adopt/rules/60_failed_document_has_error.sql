-- A failed document has an error.
-- automatic explain: its error becomes a note that none was recorded.
select 'documents' as table_name, d.id as row_id, 'failed without an error: ' || left(d.file_name, 100) as detail, 'explain' as option
from public.documents d where d.processing_status = 'failed' and d.processing_error is null;
-- repair explain
update public.documents x set processing_error = 'no error was written down' from pg_temp.decided d where d.row_id = x.id;
