-- Return every word that becomes p_word if one letter is removed, added or replaced, or two neighbours are
-- swapped. Letters are a to z and digits.
create or replace function private.misspellings(p_word text)
returns text[]
language plpgsql immutable
set search_path = ''
as $$
declare
    c_letters constant text[] := pg_catalog.string_to_array('abcdefghijklmnopqrstuvwxyz0123456789', null);
begin
    if pg_catalog.length(p_word) not between 3 and 30 then
        return '{}';
    end if;
    return array(
        select pg_catalog.left(p_word, i.i - 1) || e.rest
        from pg_catalog.generate_series(1, pg_catalog.length(p_word) + 1) i (i)
        cross join lateral (
            select pg_catalog.substr(p_word, i.i + 1) as rest where i.i <= pg_catalog.length(p_word)
            union
            select pg_catalog.substr(p_word, i.i + 1, 1) || pg_catalog.substr(p_word, i.i, 1) || pg_catalog.substr(p_word, i.i + 2)
            where i.i < pg_catalog.length(p_word)
            union
            select l.l || pg_catalog.substr(p_word, i.i + 1) from pg_catalog.unnest(c_letters) l (l) where i.i <= pg_catalog.length(p_word)
            union
            select l.l || pg_catalog.substr(p_word, i.i) from pg_catalog.unnest(c_letters) l (l)) e);
end $$;

revoke all on function private.misspellings(text) from public;
