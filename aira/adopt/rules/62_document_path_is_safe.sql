-- A document's path leads to one file: at most 1,024 visible characters, no empty, `.` or `..` part, no scheme, no
-- backslash.
-- option fail: the document gets the status failed with an error. Its path becomes its business's id, "lost" and its
--   own id. The audit keeps the old path.
-- option set: the path becomes the value of the decision.
select 'documents' as table_name, d.id as row_id, 'file_path ' || quote_literal(left(d.file_path, 200)) as detail, null as option
from public.documents d
where length(d.file_path) > 1024 or d.file_path !~ '^(?!.*(?:[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f]|(?:^|[ -~])[\x200c\x200d]|[\x200c\x200d](?:[ -~]|$)))'
   or d.file_path ~ '(?:^|/)(?:\.{1,2})?(?:/|$)|^[A-Za-z][A-Za-z0-9+.-]*:|\\|%(?:00|2[eEfF]|5[cC])';
-- repair fail
update public.documents x
set file_path = x.business_id::text || '/lost/' || x.id::text, processing_status = 'failed',
    processing_error = 'The path of its file led out of the storage.'
from pg_temp.decided d where d.row_id = x.id;
-- repair set
update public.documents x set file_path = d.value from pg_temp.decided d where d.row_id = x.id;
