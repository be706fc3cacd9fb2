-- BEFORE trigger on audit.seals, audit.redactions and audit.anchors. It refuses every change, also by the owner
-- of the schema, except that an anchor records where it was sent.
-- Errors: 42501.
create or replace function private.refuse_seal_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and pg_catalog.to_jsonb(new) - 'sent' = pg_catalog.to_jsonb(old) - 'sent' then
        return new;
    end if;
    raise exception '% of % is not allowed, because seals and anchors never change', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'To see what they prove, run manage.py verify_anchors.';
end $$;

revoke all on function private.refuse_seal_change() from public;

create or replace trigger kept_as_written
    before update or delete on audit.seals
    for each row execute function private.refuse_seal_change();
create or replace trigger kept_as_written
    before update or delete on audit.redactions
    for each row execute function private.refuse_seal_change();
create or replace trigger kept_as_written
    before update or delete on audit.anchors
    for each row execute function private.refuse_seal_change();
