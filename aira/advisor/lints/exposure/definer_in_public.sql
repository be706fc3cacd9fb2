-- level: error
-- title: A SECURITY DEFINER function in an exposed schema
-- why: It runs with the rights of the schemas owner, past row security, for whoever may call it.
-- fix: SECURITY INVOKER in public, calling one in private that checks whose data it touches.
select p.oid::regprocedure, 'is SECURITY DEFINER'
from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
