-- metric: aira_documents
-- help: Documents that are not processed, by status; those in the trash are left out
-- labels: status
select s.status, (select count(*) from public.documents d where d.processing_status::text = s.status and d.deleted_at is null)
from (values ('pending'), ('processing'), ('failed')) s (status)
