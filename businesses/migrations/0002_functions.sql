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

-- Return whether opening hours are small enough to compute slots quickly: at most 1,000 intervals, special
-- days and closures together, and at most 64 kB as text. Used by a CHECK. It accepts null and malformed
-- values, which private.business_hours_valid judges.
create or replace function private.business_hours_bounded(p_hours jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_hours is null then
        return true;
    elsif pg_catalog.octet_length(p_hours::text) > 65536 then
        return false;
    end if;
    return 1000 >= (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.weekly.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.closures[*]', silent => true));
end $$;

revoke all on function private.business_hours_bounded(jsonb) from public;
grant execute on function private.business_hours_bounded(jsonb) to authenticated, service_role, console;

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

-- Return whether a closure overlaps the time from p_from (included) to p_to (excluded). Closures are moments,
-- as for bookings: in an hour that a change of clocks repeats, one of the two is meant.
-- Times have the form "2026-08-01T00:00", so text compares like time. Only closures within two days are
-- converted to times, even if there are thousands.
create or replace function private.is_closed(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns boolean
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_from constant text := pg_catalog.to_char(p_from at time zone p_timezone - interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
    v_to constant text := pg_catalog.to_char(p_to at time zone p_timezone + interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
begin
    return exists (
        select from pg_catalog.jsonb_to_recordset(p_hours -> 'closures') c ("from" text, "to" text)
        where c."from" < v_to collate "C" and c."to" > v_from collate "C"
          and private.local_timestamp(c."from") at time zone p_timezone < p_to
          and private.local_timestamp(c."to") at time zone p_timezone > p_from);
end $$;

revoke all on function private.is_closed(jsonb, text, timestamptz, timestamptz) from public;
grant execute on function private.is_closed(jsonb, text, timestamptz, timestamptz)
    to authenticated, service_role, voice_agent, console;

-- Return the closures between p_from and p_to in order. Closures that meet or overlap are merged, so each
-- begins and ends after the previous one. See private.is_closed.
-- business_hours_valid guarantees the form, so a cast reads the times under every DateStyle.
-- private.local_timestamp would take ten times as long.
-- MATERIALIZED makes the query read each closure once.
create or replace function private.closed_times(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns table (closed_from timestamptz, closed_to timestamptz)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_from constant text := pg_catalog.to_char(p_from at time zone p_timezone - interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
    v_to constant text := pg_catalog.to_char(p_to at time zone p_timezone + interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
begin
    return query
        with moments as materialized (
            select c."from"::timestamp at time zone p_timezone as begins, c."to"::timestamp at time zone p_timezone as ends
            from pg_catalog.jsonb_to_recordset(p_hours -> 'closures') c ("from" text, "to" text)
            where c."from" < v_to collate "C" and c."to" > v_from collate "C"
        ), seen as materialized (
            select m.begins, m.ends, pg_catalog.max(m.ends) over (
                       order by m.begins, m.ends rows between unbounded preceding and 1 preceding) as before
            from moments m where m.begins < p_to and m.ends > p_from and m.begins < m.ends
        ), runs as materialized (
            select s.begins, s.ends, pg_catalog.count(*) filter (where s.begins > s.before) over (
                       order by s.begins, s.ends rows unbounded preceding) as run
            from seen s
        )
        select pg_catalog.min(r.begins), pg_catalog.max(r.ends) from runs r group by r.run order by 1;
end $$;

revoke all on function private.closed_times(jsonb, text, timestamptz, timestamptz) from public;

-- Return when a business opens and closes on the local dates from p_first to p_last, in order. An interval
-- over midnight belongs to the day on which it opens.
-- Closures are not removed here. An interval that a change of clocks reverses (02:30–03:15 in a spring night)
-- is left out.
create or replace function private.opening_times(p_hours jsonb, p_timezone text, p_first date, p_last date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
    return query
        select o.opens_at, o.closes_at
        from (select (l.midnight + l.opens) at time zone p_timezone as opens_at,
                     (l.midnight + l.closes + case when l.closes <= l.opens then interval '24 hours' else interval '0' end)
                         at time zone p_timezone as closes_at
              from (select (p_first + d.day)::timestamp as midnight, (i.list ->> 0)::interval as opens, (i.list ->> 1)::interval as closes
                    from pg_catalog.generate_series(0, p_last - p_first) d (day)
                    cross join lateral pg_catalog.jsonb_array_elements(private.day_hours(p_hours, p_first + d.day)) i (list)) l) o
        where o.opens_at < o.closes_at
        order by o.opens_at;
end $$;

revoke all on function private.opening_times(jsonb, text, date, date) from public;
grant execute on function private.opening_times(jsonb, text, date, date) to authenticated, service_role, voice_agent, console;

-- Return the opening intervals of a business on one local date; see private.opening_times.
create or replace function private.opening_intervals(p_hours jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
    return query select o.opens_at, o.closes_at from private.opening_times(p_hours, p_timezone, p_date, p_date) o;
end $$;

revoke all on function private.opening_intervals(jsonb, text, date) from public;
grant execute on function private.opening_intervals(jsonb, text, date) to authenticated, service_role, voice_agent, console;

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

-- Return the full-text search vector of a business. It does not stem words, since names come in every
-- language. It reads the beginning of long texts only: PostgreSQL refuses a vector above 1 MB, and with it
-- the row.
create or replace function private.business_search_vector(p_name text, p_description text, p_address text)
returns tsvector
language sql immutable parallel safe
set search_path = ''
return pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_name, ''), 1000))), 'A')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_address, ''), 1000))), 'B')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_description, ''), 10000))), 'C');

revoke all on function private.business_search_vector(text, text, text) from public;
grant execute on function private.business_search_vector(text, text, text) to authenticated, service_role, console;

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

-- AFTER UPDATE OF deleted_at trigger on business_v2, one for each child table (its argument). The children of
-- a business go to the trash with it, with the same deleted_at, and are restored with it. Children that were
-- in the trash before stay there.
-- SECURITY DEFINER: only console may write deleted_at.
create or replace function private.children_follow_business()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    execute pg_catalog.format(
        'update public.%I set deleted_at = $1 where business_id = $2 and user_id = $3 and deleted_at is not distinct from $4',
        tg_argv[0])
        using new.deleted_at, new.id, new.user_id, old.deleted_at;
    return null;
end $$;

revoke all on function private.children_follow_business() from public;

-- Return the owner of a new row if user_id is not sent: the account of the user who writes it. Null for a
-- service: private.fill_owner() then sets the owner of the business. It is the default of user_id, so that
-- clients that read the catalog don't require the column.
create or replace function private.new_owner()
returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
    return case when private.caller() in ('authenticated', 'anon') then private.uid() end;
end $$;

revoke all on function private.new_owner() from public;
grant execute on function private.new_owner() to authenticated, service_role, voice_agent, console;

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

-- Lock a row that the caller may move to the trash or restore: users their own rows, other roles any row. The
-- role must hold DELETE on the table.
-- p_restore: true locks the business before the row. A business that is restored with its rows locks in that
-- order; the reverse order would deadlock.
-- Returns problem: null, unknown_table, not_allowed or unknown; trashed: whether the row is in the trash.
create or replace function private.lock_trashable_row(
    p_table text, p_id uuid, p_restore boolean, out problem text, out trashed boolean)
language plpgsql
set search_path = ''
as $$
declare
    v_role constant text := private.caller();
    v_user constant uuid := case when v_role = 'authenticated' then private.uid() end;
    v_own constant text := case when v_role = 'authenticated' then 'and t.user_id = $2' else '' end;
    v_business_id uuid;
begin
    if p_table is null or p_table not in ('business_v2', 'business_numbers', 'appointments', 'documents') then
        problem := 'unknown_table';
        return;
    end if;
    if not pg_catalog.has_table_privilege(v_role, pg_catalog.format('public.%I', p_table), 'DELETE') then
        problem := 'not_allowed';
        return;
    end if;
    if p_restore and p_table <> 'business_v2' then
        execute pg_catalog.format('select t.business_id from public.%I t where t.id = $1 %s', p_table, v_own)
            into v_business_id using p_id, v_user;
        perform from public.business_v2 b where b.id = v_business_id for share;
    end if;
    execute pg_catalog.format(
        'select t.deleted_at is not null from public.%I t where t.id = $1 %s for update', p_table, v_own)
        into trashed using p_id, v_user;
    if trashed is null then
        problem := 'unknown';
    end if;
end $$;

revoke all on function private.lock_trashable_row(text, uuid, boolean) from public;

-- Do the work of move_to_trash beyond the rights of the caller. private.lock_trashable_row checks whose row
-- it is. The DELETE runs every trigger of the table; zz_trash sets deleted_at instead of deleting.
create or replace function private.trash_row(p_table text, p_id uuid)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row record;
    v_rule text;
begin
    v_row := private.lock_trashable_row(p_table, p_id, false);
    if v_row.problem is not null then
        return v_row.problem;
    elsif v_row.trashed then
        return 'already_trashed';
    end if;
    execute pg_catalog.format('delete from public.%I t where t.id = $1', p_table) using p_id;
    return 'trashed';
exception
    when integrity_constraint_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule = '' then
            raise;
        end if;
        return v_rule;
end $$;

revoke all on function private.trash_row(text, uuid) from public;
grant execute on function private.trash_row(text, uuid) to authenticated, service_role, console;

-- Do the work of restore_from_trash beyond the rights of the caller. private.lock_trashable_row checks whose
-- row it is. Triggers and constraints decide whether it can be restored; if one refuses, its name is the
-- result.
create or replace function private.restore_row(p_table text, p_id uuid)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row record;
    v_rule text;
begin
    v_row := private.lock_trashable_row(p_table, p_id, true);
    if v_row.problem is not null then
        return v_row.problem;
    elsif not v_row.trashed then
        return 'not_in_trash';
    end if;
    execute pg_catalog.format('update public.%I t set deleted_at = null where t.id = $1', p_table) using p_id;
    return 'restored';
exception
    when integrity_constraint_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule = '' then
            raise;
        end if;
        return v_rule;
end $$;

revoke all on function private.restore_row(text, uuid) from public;
grant execute on function private.restore_row(text, uuid) to authenticated, service_role, console;

-- Move one row to the trash and report the result, since a DELETE reports no rows. A business takes its
-- numbers, appointments and documents along.
-- p_table: business_v2, business_numbers, appointments or documents.
-- Returns trashed, or why nothing was changed: already_trashed, unknown (the row does not exist or belongs to
-- another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
-- Returns the name of the rule if one refused.
create or replace function public.move_to_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.trash_row(p_table, p_id);
end $$;

revoke all on function public.move_to_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.move_to_trash(text, uuid) to authenticated, service_role, console;

-- Restore one row from the trash. A business restores the rows that went to the trash with it.
-- p_table: business_v2, business_numbers, appointments or documents.
-- Returns restored, or why nothing was changed: not_in_trash, unknown (the row does not exist or belongs to
-- another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
-- Returns the name of the rule if one refused, such as business_is_in_trash, appointments_no_double_booking
-- or appointment_external_id_once.
create or replace function public.restore_from_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.restore_row(p_table, p_id);
end $$;

revoke all on function public.restore_from_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.restore_from_trash(text, uuid) to authenticated, service_role, console;
