-- What proves that an index has every row in its place. Managed services may refuse it: all else works without.
do $$
begin
    if not exists (select from pg_catalog.pg_extension e where e.extname = 'amcheck') then
        begin
            create extension amcheck with schema extensions;
        exception when others then
            raise notice 'amcheck is not there (%): indexes will not be proved', sqlerrm;
        end;
    end if;
end $$;
