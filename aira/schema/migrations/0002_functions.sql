-- Return the account of the caller's JWT; null without a JWT. All code except policies uses it: roles without
-- USAGE on schema auth can call it, because `return` resolves auth.uid() when the function is created.
create or replace function private.uid()
returns uuid
language sql stable
set search_path = ''
return auth.uid();

revoke all on function private.uid() from public;
grant execute on function private.uid() to authenticated, service_role, voice_agent, kb_updater, console;

-- Return the role that the statement came from, even inside SECURITY DEFINER functions, where current_user is
-- the owner.
-- A role that inherits from authenticated, but not from service_role, acts for some of its users: it counts
-- as authenticated.
create or replace function private.caller()
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_role constant text := coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
begin
    if v_role not in ('authenticated', 'anon', 'service_role', 'voice_agent', 'kb_updater', 'console')
       and pg_catalog.pg_has_role(v_role, 'authenticated', 'USAGE') and not pg_catalog.pg_has_role(v_role, 'service_role', 'USAGE') then
        return 'authenticated';
    end if;
    return v_role;
end $$;

revoke all on function private.caller() from public;
grant execute on function private.caller() to authenticated, service_role, voice_agent, kb_updater, console;

-- BEFORE trigger. It sets updated_at to the time of the write, whatever the statement says.
create or replace function private.set_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.set_updated_at() from public;

-- BEFORE DELETE trigger. It keeps the row and sets deleted_at, so that the statement deletes nothing.
-- The row is really deleted if
--   * its account or its business was deleted (a cascade: keeping the row would leave an orphan);
--   * it is already in the trash, and console, the owner of the schema or another trigger deletes it (a new
--     number that takes the place of one in the trash).
-- A second DELETE by any other role leaves the row in the trash. No setting of a client has an influence.
-- SECURITY DEFINER: a SELECT policy that hides trashed rows makes the caller's own UPDATE fail with 42501.
create or replace function private.move_to_trash()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_business_id uuid := pg_catalog.to_jsonb(old) ->> 'business_id';
begin
    if not exists (select from auth.users u where u.id = old.user_id)
       or (v_business_id is not null
           and not exists (select from public.business_v2 b where b.id = v_business_id)) then
        return old;
    end if;
    if old.deleted_at is null then
        execute pg_catalog.format('update %I.%I set deleted_at = $1 where id = $2', tg_table_schema, tg_table_name)
            using pg_catalog.clock_timestamp(), old.id;
        return null;
    end if;
    if pg_catalog.pg_trigger_depth() > 1 or private.caller() in ('console', current_user) then
        return old;
    end if;
    return null;
end $$;

revoke all on function private.move_to_trash() from public;

-- Return whether the server knows an IANA time zone of this name. PostgreSQL itself also accepts POSIX rules
-- such as Foo+3.
-- It costs about 100 ms (pg_timezone_names reads every zone file). Call it when a zone is written, never in a
-- query.
create or replace function private.is_time_zone(p_name text)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return p_name = 'UTC' or (
        p_name !~ '^(posix|right)/' and p_name not in ('localtime', 'posixrules', 'Factory')
        and exists (select from pg_catalog.pg_timezone_names z where z.name = p_name));
end $$;

revoke all on function private.is_time_zone(text) from public;
grant execute on function private.is_time_zone(text) to authenticated, service_role, console;

-- Add the monthly partitions of a table from this month (UTC) to p_months ahead. Return how many were
-- missing.
-- SECURITY DEFINER: the worker runs as console, which may add only coming months.
-- Errors: 22023, see private.add_partition.
create or replace function private.add_partitions(p_table regclass, p_months integer default 3)
returns integer
language plpgsql security definer
set search_path = ''
as $$
begin
    return (select pg_catalog.count(*) filter (where private.add_partition(p_table,
                (pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') + m.month * interval '1 month')::date))
            from pg_catalog.generate_series(0, p_months) m (month));
end $$;

revoke all on function private.add_partitions(regclass, integer) from public;
grant execute on function private.add_partitions(regclass, integer) to console;

-- Add one month's partition of a table. Return false if it exists. A partition NAME_2026_11 holds November
-- 2026, UTC. Its row security is on and no role holds a grant, because the policies of a parent do not
-- protect a direct read. Like the parent, it refuses TRUNCATE. It is attached and not created in place, which
-- would lock the parent against readers.
-- SECURITY DEFINER: the worker runs as console, which owns no tables.
-- Errors: 22023 the table is not partitioned, or not in private or audit.
create or replace function private.add_partition(p_table regclass, p_month date)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    v_schema text;
    v_table text;
    v_from timestamp := pg_catalog.date_trunc('month', p_month::timestamp);
    v_leaf text;
    v_trigger text;
begin
    select n.nspname, c.relname into v_schema, v_table
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = p_table and c.relkind = 'p' and n.nspname in ('private', 'audit');
    if v_table is null then
        raise exception '% is not a partitioned table of private or audit', p_table using errcode = 'invalid_parameter_value';
    end if;
    -- Two workers may start at the same moment.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('private.add_partitions'));
    v_leaf := pg_catalog.format('%I.%I', v_schema, v_table || pg_catalog.to_char(v_from, '_YYYY_MM'));
    if pg_catalog.to_regclass(v_leaf) is not null then
        return false;
    end if;
    execute pg_catalog.format('create table %s (like %s including defaults)', v_leaf, p_table);
    execute pg_catalog.format('alter table %s enable row level security', v_leaf);
    execute pg_catalog.format(
        'revoke all on %s from public, anon, authenticated, service_role, voice_agent, kb_updater, console', v_leaf);
    for v_trigger in
        select pg_catalog.replace(pg_catalog.pg_get_triggerdef(t.oid), pg_catalog.format(' ON %s ', p_table), pg_catalog.format(' ON %s ', v_leaf))
        from pg_catalog.pg_trigger t where t.tgrelid = p_table and t.tgtype & 32 <> 0
    loop
        execute v_trigger;
    end loop;
    execute pg_catalog.format('alter table %s attach partition %s for values from (%L) to (%L)',
        p_table, v_leaf, v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
    return true;
end $$;

revoke all on function private.add_partition(regclass, date) from public;

-- Return scheme, host and port of an absolute http(s) URL, in lower case, without a default port. Null if it
-- is not such a URL.
-- An address with user info, a backslash, white space or a control character has no origin here: clients
-- disagree on where its host begins or ends (many drop tabs and newlines).
create or replace function private.url_origin(p_url text)
returns text
language plpgsql immutable
set search_path = ''
as $$
declare
    v_origin text := pg_catalog.lower(pg_catalog.substring(p_url, '^([hH][tT][tT][pP][sS]?://[^/?#]+)'));
begin
    if v_origin is null or v_origin ~ '[@\\]' or p_url ~ '[[:space:][:cntrl:]]' then
        return null;
    end if;
    return pg_catalog.regexp_replace(v_origin, case when v_origin like 'https:%' then ':443$' else ':80$' end, '');
end $$;

revoke all on function private.url_origin(text) from public;
grant execute on function private.url_origin(text) to service_role, console;

-- Return the text without accents, as an IMMUTABLE function that an index may use. The extension's own
-- function is only STABLE, since its dictionary could be altered.
create or replace function private.unaccent(p_text text)
returns text
language sql immutable strict parallel safe
set search_path = ''
return extensions.unaccent('extensions.unaccent'::regdictionary, p_text);

revoke all on function private.unaccent(text) from public;
grant execute on function private.unaccent(text) to authenticated, service_role, voice_agent, kb_updater, console;

-- Return a text as search reads it: its words in lower case, without accents, separated by single spaces.
-- Null if it has no words.
-- Every character outside ASCII counts as a letter: the database's locale decides which are letters, and it
-- may be C. White space is the exception: PostgreSQL 15 to 17 end a word of a query there, and no vector has
-- it in a word.
create or replace function private.plain_words(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.btrim(pg_catalog.regexp_replace(
        pg_catalog.lower(extensions.unaccent('extensions.unaccent'::regdictionary, coalesce(p_text, ''))),
        '[^a-z0-9\u0080-\u0084\u0086-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\uffff]+', ' ', 'g'));
end $$;

revoke all on function private.plain_words(text) from public;
grant execute on function private.plain_words(text) to authenticated, service_role, voice_agent, kb_updater, console;

-- Return the digits of a phone number from the last to the first. Numbers with the same end then begin alike,
-- however they are spelled: +49 171 123-45 gives 5432117194, and 0171 12345 gives 543211710.
create or replace function private.phone_key(p_phone text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.reverse(pg_catalog.regexp_replace(p_phone, '[^0-9]', '', 'g'));
end $$;

revoke all on function private.phone_key(text) from public;
grant execute on function private.phone_key(text) to authenticated, service_role, voice_agent, kb_updater, console;

-- Return the beginning of the private.phone_key of a phone number that was typed in any spelling. Null if the
-- text is not a phone number. Trunk zeros of a national number, and 00 before a country code, are removed. It
-- needs at least six digits.
create or replace function private.phone_asked(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_digits text := pg_catalog.ltrim(pg_catalog.regexp_replace(p_text, '[^0-9]', '', 'g'), '0');
begin
    if p_text ~ '^[-+()./ 0-9]+$' and pg_catalog.length(v_digits) between 6 and 15 then
        return pg_catalog.reverse(v_digits);
    end if;
    return null;
end $$;

revoke all on function private.phone_asked(text) from public;

-- Return the digits of a phone number. Numbers with the same beginning then begin alike, however they are
-- spelled: +49 171 123-45 gives 4917112345, and 0171 12345 gives 017112345.
create or replace function private.phone_digits(p_phone text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.regexp_replace(p_phone, '[^0-9]', '', 'g');
end $$;

revoke all on function private.phone_digits(text) from public;
grant execute on function private.phone_digits(text) to authenticated, service_role, voice_agent, kb_updater, console;

-- Return the digits of the beginning or the end of a phone number that was typed in any spelling. Null if the
-- text is not that. It needs at least four digits.
create or replace function private.phone_part(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_digits text := private.phone_digits(p_text);
begin
    if p_text ~ '^[-+()./ 0-9]+$' and pg_catalog.length(v_digits) between 4 and 17 then
        return v_digits;
    end if;
    return null;
end $$;

revoke all on function private.phone_part(text) from public;

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

-- Turn a typed text into a query: all words in any order, the last one as a beginning. Null if the text has
-- no word.
-- p_spellings: a materialized view with a column word. If given, each word also matches words with a similar
-- spelling: one letter wrong, missing or added, or two letters swapped; for long words, most letters right.
create or replace function private.search_query(p_text text, p_spellings regclass default null)
returns tsquery
language plpgsql stable
set search_path = ''
as $$
declare
    v_words text[] := (pg_catalog.string_to_array(private.plain_words(pg_catalog.left(p_text, 500)), ' '))[1:8];
    v_parts text[] := '{}';
    v_part text;
    v_like text[];
    v_word text;
    v_at integer := 0;
begin
    foreach v_word in array v_words loop
        v_at := v_at + 1;
        v_word := pg_catalog.left(v_word, 60);
        continue when v_word = '';
        v_part := v_word || case when v_at = pg_catalog.cardinality(v_words) then ':*' else '' end;
        -- Numbers have no similar spelling.
        if p_spellings is not null and v_word ~ '[^0-9]' then
            execute pg_catalog.format($f$
                select array(
                    -- Quote the word: it may be a whole address, with characters that have a meaning in a
                    -- query.
                    select '''' || pg_catalog.replace(pg_catalog.replace(s.word, '\', '\\'), '''', '''''') || '''' from (
                        select w.word, 1 as distance, 1 as likeness from %1$s w where w.word = any (private.misspellings($1))
                        union
                        select w.word, 2, extensions.similarity(w.word, $1) from %1$s w
                        where pg_catalog.length($1) >= 5 and w.word operator(extensions.%%) $1
                          and extensions.similarity(w.word, $1) >= 0.4) s
                    group by s.word order by min(s.distance), max(s.likeness) desc, s.word limit 10)
                $f$, p_spellings) into v_like using v_word;
            v_part := '(' || pg_catalog.array_to_string(v_part || v_like, ' | ') || ')';
        end if;
        v_parts := v_parts || v_part;
    end loop;
    return case when v_parts <> '{}' then pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_parts, ' & ')) end;
end $$;

revoke all on function private.search_query(text, regclass) from public;
