-- level: error
-- title: A SECURITY DEFINER function in an exposed schema
-- why: It runs with the rights of the owner of the schema, past row security, for each role that may call it.
-- fix: Use SECURITY INVOKER in public. Let it call a function in private that checks whose rows it reads.
select p.oid::regprocedure, 'is SECURITY DEFINER'
from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
