-- Foreign keys within public, which let the data API embed rows.
select
    c.relname,
    f.conname,
    array(select a.attname::text from unnest(f.conkey) with ordinality k (number, place)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number order by k.place) as columns,
    exists (select from pg_index i where i.indrelid = f.conrelid and i.indisunique and i.indpred is null
            and i.indkey::int2[] <@ f.conkey and i.indkey::int2[] @> f.conkey) as one_to_one,
    r.relname as other,
    array(select a.attname::text from unnest(f.confkey) with ordinality k (number, place)
          join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.number order by k.place) as other_columns
from pg_constraint f
join pg_class c on c.oid = f.conrelid
join pg_class r on r.oid = f.confrelid
where f.contype = 'f' and c.relnamespace = 'public'::regnamespace and r.relnamespace = 'public'::regnamespace
order by c.relname::text collate "C", f.conname::text collate "C"
