-- metric: aira_documents
-- help: Documents that are not completed, by status, without the trash
-- labels: status
select s.status, (select count(*) from public.documents d where d.processing_status::text = s.status and d.deleted_at is null)
from (values ('pending'), ('processing'), ('failed')) s (status)
