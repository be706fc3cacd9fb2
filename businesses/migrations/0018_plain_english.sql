-- Return whether opening hours are well-formed (CONTRACT.md, bookings). Null is valid and means 09:00–18:00
-- every day. Used by a CHECK: it returns false for every mistake and never raises.
create or replace function private.business_hours_valid(p_hours jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
    c_days constant text[] := array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    v_key text;
    v_value jsonb;
    v_from text;
    v_to text;
begin
    if p_hours is null then
        return true;
    end if;
    if pg_catalog.jsonb_typeof(p_hours) <> 'object'
       or p_hours - array['weekly', 'special', 'closures'] <> '{}'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'weekly'), 'object') <> 'object'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'special'), 'object') <> 'object'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'closures'), 'array') <> 'array'
       or coalesce(p_hours -> 'weekly', '{}') - c_days <> '{}' then
        return false;
    end if;
    -- The week as one line of minutes, repeated once, so that Sunday night meets Monday morning.
    if exists (
        with intervals as (
            select (d.position - 1) * 1440 + m.opens + w.week * 10080 as opens,
                   (d.position - 1) * 1440 + m.closes + w.week * 10080 as closes
            from pg_catalog.unnest(c_days) with ordinality as d (day, position)
            cross join lateral private.day_minutes(coalesce(p_hours -> 'weekly' -> d.day, '[]')) m
            cross join (values (0), (1)) as w (week)
        )
        select from (select i.opens, pg_catalog.lag(i.closes) over (order by i.opens, i.closes) as before from intervals i) o
        where o.opens < o.before
    ) then
        return false;
    end if;
    for v_key, v_value in select e.key, e.value from pg_catalog.jsonb_each(coalesce(p_hours -> 'special', '{}')) e loop
        -- make_date refuses days that don't exist, whatever the session's DateStyle.
        if v_key !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' or pg_catalog.make_date(
            pg_catalog.left(v_key, 4)::integer, pg_catalog.substr(v_key, 6, 2)::integer, pg_catalog.right(v_key, 2)::integer) is null then
            return false;
        end if;
        if exists (
            select from (select m.opens, pg_catalog.lag(m.closes) over (order by m.opens, m.closes) as before
                         from private.day_minutes(v_value) m) o
            where o.opens < o.before
        ) then
            return false;
        end if;
    end loop;
    for v_value in select e from pg_catalog.jsonb_array_elements(coalesce(p_hours -> 'closures', '[]')) e loop
        if pg_catalog.jsonb_typeof(v_value) <> 'object' or v_value - array['from', 'to'] <> '{}' then
            return false;
        end if;
        v_from := v_value ->> 'from';
        v_to := v_value ->> 'to';
        if private.local_timestamp(v_from) >= private.local_timestamp(v_to)
           or private.local_timestamp(v_from) is null or private.local_timestamp(v_to) is null then
            return false;
        end if;
    end loop;
    return true;
exception
    when invalid_parameter_value or datetime_field_overflow or invalid_text_representation then
        return false;
end $$;

revoke all on function private.business_hours_valid(jsonb) from public;
grant execute on function private.business_hours_valid(jsonb) to authenticated, service_role, console;

-- BEFORE trigger on business_v2. It checks that the time zone is an IANA name. It is a trigger and not a
-- CHECK, because the check may take 100 ms and every update of a row evaluates its CHECKs.
-- Errors: 23514 business_time_zone_is_iana.
create or replace function private.check_business_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and new.timezone = old.timezone then
        return new;
    end if;
    if new.timezone is not null and not private.is_time_zone(new.timezone) then
        raise exception 'the time zone "%" is not an IANA name', new.timezone
            using errcode = 'check_violation', constraint = 'business_time_zone_is_iana',
                  schema = 'public', table = 'business_v2', column = 'timezone',
                  hint = 'Give a name such as Europe/Berlin or America/New_York.';
    end if;
    return new;
end $$;

revoke all on function private.check_business_time_zone() from public;

-- Return the opening intervals of one local date as they are stored, [["09:00", "12:00"], …]: those of a
-- special day, else those of the weekday, else the default.
create or replace function private.day_hours(p_hours jsonb, p_date date)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
    -- A path reads one day, while -> 'special' would copy all of them. date::text would depend on the
    -- session's DateStyle.
    v_special constant jsonb := p_hours #> array['special', pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD')];
begin
    if p_hours is null then
        return '[["09:00", "18:00"]]';
    elsif v_special is not null then
        return v_special;
    elsif p_hours -> 'weekly' is null then
        return '[["09:00", "18:00"]]';
    end if;
    return coalesce(
        p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
end $$;

revoke all on function private.day_hours(jsonb, date) from public;
grant execute on function private.day_hours(jsonb, date) to authenticated, service_role, voice_agent, console;

-- Convert the opening intervals of one day, [["09:00", "12:00"], ["22:00", "02:00"]], to minutes since its
-- midnight. An interval that closes before it opens ends on the next day. ["00:00", "00:00"] is the whole
-- day. An empty list gives no rows.
-- Errors: 22023 the value is not a list of intervals; the message says why.
create or replace function private.day_minutes(p_intervals jsonb)
returns table (opens integer, closes integer)
language plpgsql immutable
set search_path = ''
as $$
declare
    v_interval jsonb;
    v_opens text;
    v_closes text;
begin
    if pg_catalog.jsonb_typeof(p_intervals) <> 'array' then
        raise exception 'a day must be a list of intervals, such as [["09:00", "17:00"]]'
            using errcode = 'invalid_parameter_value';
    end if;
    for v_interval in select e from pg_catalog.jsonb_array_elements(p_intervals) e loop
        if pg_catalog.jsonb_typeof(v_interval) <> 'array' or pg_catalog.jsonb_array_length(v_interval) <> 2 then
            raise exception 'an interval must be [opening, closing], such as ["09:00", "17:00"]'
                using errcode = 'invalid_parameter_value';
        end if;
        v_opens := v_interval ->> 0;
        v_closes := v_interval ->> 1;
        if v_opens is null or v_opens !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
           or v_closes is null or v_closes !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
           or (v_opens = v_closes and v_opens <> '00:00') then
            raise exception 'the interval % to % is not valid: write times as "HH:MM", and let them differ unless both are 00:00',
                            coalesce(v_opens, 'null'), coalesce(v_closes, 'null')
                using errcode = 'invalid_parameter_value';
        end if;
        opens := pg_catalog.left(v_opens, 2)::integer * 60 + pg_catalog.right(v_opens, 2)::integer;
        closes := pg_catalog.left(v_closes, 2)::integer * 60 + pg_catalog.right(v_closes, 2)::integer;
        if closes <= opens then
            closes := closes + 1440;
        end if;
        return next;
    end loop;
end $$;

revoke all on function private.day_minutes(jsonb) from public;
grant execute on function private.day_minutes(jsonb) to authenticated, service_role, voice_agent, console;

-- BEFORE trigger on every child of a business. It fills user_id (the owner) if none is sent, and refuses rows
-- in a business that is in the trash, including restored rows. A user's row always belongs to that user, so
-- another tenant's business fails like an unknown one: by the composite foreign key. Another account's
-- user_id is refused. Rows of other roles get the owner of their business.
-- SECURITY DEFINER: voice_agent may book for a business without reading its owner.
-- Errors: 23514 business_is_in_trash; 42501 user_id of another account.
create or replace function private.fill_owner()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_user constant boolean := private.caller() in ('authenticated', 'anon');
    v_owner uuid;
    v_deleted_at timestamptz;
begin
    -- A trigger that changes deleted_at does so together with the business, which it has locked.
    if tg_op = 'UPDATE' and new.business_id is not distinct from old.business_id and (pg_catalog.pg_trigger_depth() > 1
       or not (pg_catalog.to_jsonb(old) ->> 'deleted_at' is not null and pg_catalog.to_jsonb(new) ->> 'deleted_at' is null)) then
        return new;
    end if;
    -- Lock the business. If it moves to the trash at this moment, it either takes this row along or is seen
    -- in the trash. A user locks only their own businesses.
    select b.user_id, b.deleted_at into v_owner, v_deleted_at
    from public.business_v2 b where b.id = new.business_id and (not v_user or b.user_id = private.uid()) for share;
    if new.user_id is null then
        new.user_id := case when v_user then private.uid() else v_owner end;
    end if;
    -- The policies refuse it too, but later. A trigger or constraint in between would reveal another tenant's
    -- business.
    if v_user and new.user_id is distinct from private.uid() then
        raise exception 'user_id % belongs to another account', new.user_id
            using errcode = 'insufficient_privilege', schema = tg_table_schema, table = tg_table_name, column = 'user_id',
                  hint = 'Leave user_id out. It becomes the account that runs the statement.';
    end if;
    if v_deleted_at is not null and new.user_id = v_owner
       and pg_catalog.to_jsonb(new) ->> 'deleted_at' is null then
        raise exception 'business % is in the trash', new.business_id
            using errcode = 'check_violation', constraint = 'business_is_in_trash',
                  schema = tg_table_schema, table = tg_table_name, column = 'business_id',
                  hint = 'Restore the business first, or choose another one.';
    end if;
    return new;
end $$;

revoke all on function private.fill_owner() from public;

-- Find businesses by the text that staff typed: a phone number in any spelling, the beginning of an e-mail,
-- or words of name, address and description. If no business has these words, it looks for words with a
-- similar spelling. Best first. It includes the trash.
-- Returns rank: 0 to 1.
create or replace function private.find_businesses(p_query text, p_limit integer)
returns table (id uuid, rank real)
language plpgsql stable rows 20
set search_path = ''
-- For a word in half of all rows, some thousands of rows are enough.
set gin_fuzzy_search_limit = 20000
as $$
declare
    v_phone text := private.phone_asked(p_query);
    -- An e-mail has at most 320 characters. An index entry can't hold a longer text.
    v_email text := pg_catalog.left(pg_catalog.lower(p_query), 320);
    v_query tsquery;
    v_spellings regclass;
begin
    if v_phone is not null then
        return query
            select b.id, 1::real from public.business_v2 b
            where private.phone_key(b.phone_number) ~>=~ v_phone
              and private.phone_key(b.phone_number) ~<~ (v_phone || ':')
            order by b.name, b.id limit p_limit;
        return;
    elsif p_query like '%@%' then
        return query
            select b.id, 1::real from public.business_v2 b
            where pg_catalog.left(pg_catalog.lower(b.email), 320) ~>=~ v_email
              and pg_catalog.left(pg_catalog.lower(b.email), 320) ~<~ (v_email || U&'\+10FFFF')
            order by b.name, b.id limit p_limit;
        return;
    end if;
    foreach v_spellings in array array[null, 'analytics.business_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            select c.id, pg_catalog.ts_rank(c.search, v_query)
            from (select b.id, b.search, b.name from public.business_v2 b where b.search @@ v_query limit 300) c
            order by 2 desc, c.name, c.id limit p_limit;
        exit when found or v_query is null;
    end loop;
end $$;

revoke all on function private.find_businesses(text, integer) from public;

-- Return whether a business with these hours and this time zone is open at a time. The opening time is
-- included, the closing time is not.
create or replace function private.is_open_at(p_hours jsonb, p_timezone text, p_at timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
begin
    if p_hours -> 'closures' is not null and private.is_closed(p_hours, p_timezone, p_at, p_at + interval '1 microsecond') then
        return false;
    end if;
    -- Include yesterday, since its last interval may reach into today.
    return exists (
        select from (values (v_local::date - 1), (v_local::date)) as d (day)
        cross join lateral private.opening_intervals(p_hours, p_timezone, d.day) i
        where p_at >= i.opens_at and p_at < i.closes_at
    );
end $$;

revoke all on function private.is_open_at(jsonb, text, timestamptz) from public;
grant execute on function private.is_open_at(jsonb, text, timestamptz) to authenticated, service_role, voice_agent, console;

-- BEFORE UPDATE OF id trigger. It refuses a new id for a user's row. Users hold UPDATE on the column, because
-- an upsert of the data API sets every column that was sent, including the key.
-- Errors: 23514 id_stays.
create or replace function private.keep_id()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.id is distinct from old.id and private.caller() in ('authenticated', 'anon') then
        raise exception 'the id of row % can''t be changed', old.id
            using errcode = 'check_violation', constraint = 'id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'Leave id out of the update, or insert a new row with that id.';
    end if;
    return new;
end $$;

revoke all on function private.keep_id() from public;

-- Convert a text such as "2026-08-01T00:00" to a time without zone, independent of DateStyle. Null if the
-- text has another form.
-- Errors: 22008 the day or the hour does not exist.
create or replace function private.local_timestamp(p_text text)
returns timestamp
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_text is null or p_text !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$' then
        return null;
    end if;
    if pg_catalog.substr(p_text, 12, 2)::integer > 23 then
        raise exception 'the hour of % does not exist; write 00:00 to 23:59', p_text using errcode = 'datetime_field_overflow';
    end if;
    return pg_catalog.make_timestamp(
        pg_catalog.left(p_text, 4)::integer, pg_catalog.substr(p_text, 6, 2)::integer, pg_catalog.substr(p_text, 9, 2)::integer,
        pg_catalog.substr(p_text, 12, 2)::integer, pg_catalog.substr(p_text, 15, 2)::integer, 0);
end $$;

revoke all on function private.local_timestamp(text) from public;
grant execute on function private.local_timestamp(text) to authenticated, service_role, voice_agent, console;
