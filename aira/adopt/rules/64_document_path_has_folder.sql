-- A document's path begins with its business's id. From now on, users can't write another path. This rule counts the
-- older documents of each business.
-- automatic keep: the paths stay as they are. The KB Updater, which checks paths, must accept them.
select 'business_v2' as table_name, d.business_id as row_id,
       count(*) || ' documents are outside its folder, such as ' || quote_literal(left(min(d.file_path), 200)) as detail, 'keep' as option
from public.documents d
where not starts_with(d.file_path, d.business_id::text || '/')
  and not exists (select from public.business_v2 o where o.id::text = lower(split_part(d.file_path, '/', 1)) and o.id <> d.business_id)
group by d.business_id;
