-- Store a signed anchor. Return its number. The newest stored anchor must be the one that the statement names
-- as its previous one, so that two workers can't both continue the chain.
-- p_number: from 1, without gaps. p_previous: SHA-256 of the previous statement in hexadecimal; null for the first.
-- p_statement: JSON text as it was signed. p_signature: Ed25519, base64. p_key: the public key, base64.
-- SECURITY DEFINER: no role may write audit.anchors. EXECUTE is granted to console.
-- Errors: 40001 another anchor was stored meanwhile.
create or replace function private.add_anchor(
    p_number bigint, p_previous text, p_statement text, p_signature text, p_key text)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    v_newest record;
begin
    lock table audit.anchors in share row exclusive mode;
    select a.number, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(a.statement, 'UTF8')), 'hex') as hash
    into v_newest from audit.anchors a order by a.number desc limit 1;
    if (p_number, p_previous) is distinct from (coalesce(v_newest.number, 0) + 1, v_newest.hash) then
        raise exception 'anchor % does not follow the newest one, which has number %', p_number, coalesce(v_newest.number, 0)
            using errcode = 'serialization_failure', hint = 'Make the anchor again.';
    end if;
    insert into audit.anchors (number, statement, signature, key) values (p_number, p_statement, p_signature, p_key);
    return p_number;
end $$;

revoke all on function private.add_anchor(bigint, text, text, text, text) from public;
grant execute on function private.add_anchor(bigint, text, text, text, text) to console;
