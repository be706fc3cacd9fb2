-- The owner of each table that this role does not own. This holds for superusers, too, since indexes are built with the
-- rights of the table's owner.
select '', c.relname, to_jsonb(pg_catalog.pg_get_userbyid(c.relowner))
from pg_catalog.pg_class c where c.oid = any(%(tables)s::regclass[]) and c.relowner <> current_user::regrole
