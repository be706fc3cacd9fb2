-- level: error
-- title: A SECURITY DEFINER function in an exposed schema
-- why: It runs with the rights of the schema's owner and ignores row security, for every role that may call it.
-- fix: Make it SECURITY INVOKER. Let it call a function in private that checks whose data it uses.
select p.oid::regprocedure, 'is SECURITY DEFINER'
from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
