-- Opening intervals of one day, [["09:00", "12:00"], ["22:00", "02:00"]], as minutes since that day's midnight; one that
-- closes at or before its opening ends the next day. No rows for [] ; raises for anything that is no such list.
-- Errors: 22023 with what is wrong.
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
        raise exception 'a day must be a list of intervals' using errcode = 'invalid_parameter_value';
    end if;
    for v_interval in select e from pg_catalog.jsonb_array_elements(p_intervals) e loop
        if pg_catalog.jsonb_typeof(v_interval) <> 'array' or pg_catalog.jsonb_array_length(v_interval) <> 2 then
            raise exception 'an interval must be [opening, closing]' using errcode = 'invalid_parameter_value';
        end if;
        v_opens := v_interval ->> 0;
        v_closes := v_interval ->> 1;
        if v_opens is null or v_opens !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
           or v_closes is null or v_closes !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' or v_opens = v_closes then
            raise exception 'times are "HH:MM" and a closing differs from its opening' using errcode = 'invalid_parameter_value';
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

-- "2026-08-01T00:00" as a time without zone, the same under every DateStyle; null when it is not of that form.
-- Errors: 22008 for a day or an hour that does not exist.
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
        raise exception 'there is no such hour: %', p_text using errcode = 'datetime_field_overflow';
    end if;
    return pg_catalog.make_timestamp(
        pg_catalog.left(p_text, 4)::integer, pg_catalog.substr(p_text, 6, 2)::integer, pg_catalog.substr(p_text, 9, 2)::integer,
        pg_catalog.substr(p_text, 12, 2)::integer, pg_catalog.substr(p_text, 15, 2)::integer, 0);
end $$;

revoke all on function private.local_timestamp(text) from public;
grant execute on function private.local_timestamp(text) to authenticated, service_role, voice_agent, console;

-- Whether opening hours are well-formed (CONTRACT.md, bookings); null is, and means 09:00–18:00 every day. For a CHECK:
-- answers false for whatever is wrong and never raises.
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
    -- The week as one line of minutes, laid down twice so that Sunday night meets Monday morning.
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
        -- make_date refuses days that do not exist, whatever the session's DateStyle.
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

-- When a business opens on one local date, ordered; an interval over midnight belongs to the day it opens. Closures are
-- not cut out here. An interval that a change of clocks turns around (02:30–03:15 in a spring night) is left out.
create or replace function private.opening_intervals(p_hours jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
    c_default constant jsonb := '[["09:00", "18:00"]]';
    v_midnight constant timestamp := p_date;
    v_date text := pg_catalog.lpad(extract(year from p_date)::text, 4, '0') || '-'
        || pg_catalog.lpad(extract(month from p_date)::text, 2, '0') || '-'
        || pg_catalog.lpad(extract(day from p_date)::text, 2, '0');
    v_intervals jsonb;
begin
    if p_hours -> 'special' ? v_date then
        v_intervals := p_hours -> 'special' -> v_date;
    elsif p_hours -> 'weekly' is null then
        v_intervals := c_default;
    else
        v_intervals := coalesce(
            p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
    end if;
    return query
        select i.opens_at, i.closes_at
        from (select (v_midnight + m.opens * interval '1 minute') at time zone p_timezone as opens_at,
                     (v_midnight + m.closes * interval '1 minute') at time zone p_timezone as closes_at
              from private.day_minutes(v_intervals) m) i
        where i.opens_at < i.closes_at
        order by i.opens_at;
end $$;

revoke all on function private.opening_intervals(jsonb, text, date) from public;
grant execute on function private.opening_intervals(jsonb, text, date) to authenticated, service_role, voice_agent, console;

-- Whether a business with these hours and this zone is open at a time: opening included, closing not.
create or replace function private.is_open_at(p_hours jsonb, p_timezone text, p_at timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
begin
    if exists (
        select from pg_catalog.jsonb_array_elements(coalesce(p_hours -> 'closures', '[]')) c
        where v_local >= private.local_timestamp(c ->> 'from') and v_local < private.local_timestamp(c ->> 'to')
    ) then
        return false;
    end if;
    -- Yesterday too: its last interval may reach into today.
    return exists (
        select from (values (v_local::date - 1), (v_local::date)) as d (day)
        cross join lateral private.opening_intervals(p_hours, p_timezone, d.day) i
        where p_at >= i.opens_at and p_at < i.closes_at
    );
end $$;

revoke all on function private.is_open_at(jsonb, text, timestamptz) from public;
grant execute on function private.is_open_at(jsonb, text, timestamptz) to authenticated, service_role, voice_agent, console;

-- BEFORE trigger on business_v2: the zone is an IANA name. A trigger and not a CHECK, since it may cost 100 ms and a
-- CHECK is evaluated by every update of the row.
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
        raise exception 'time zone "%" is not an IANA name', new.timezone
            using errcode = 'check_violation', constraint = 'business_time_zone_is_iana',
                  schema = 'public', table = 'business_v2', column = 'timezone',
                  hint = 'Give a name such as Europe/Berlin or America/New_York.';
    end if;
    return new;
end $$;

revoke all on function private.check_business_time_zone() from public;

-- What full-text search finds a business by; no stemming, since names come in every language.
create or replace function private.business_search_vector(p_name text, p_description text, p_address text)
returns tsvector
language sql immutable parallel safe
set search_path = ''
return pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_name, ''))), 'A')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_address, ''))), 'B')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_description, ''))), 'C');

revoke all on function private.business_search_vector(text, text, text) from public;
grant execute on function private.business_search_vector(text, text, text) to authenticated, service_role, console;

-- BEFORE trigger on every child of a business: fills user_id, the tenant, and keeps rows out of a business that is in
-- the trash. A user's row is theirs whatever business it names, so that another tenant's business fails like an unknown
-- one: by the composite foreign key. Anybody else's row gets the owner of its business.
-- SECURITY DEFINER: voice_agent may book for a business without reading who owns it.
-- Errors: 23514 business_is_in_trash.
create or replace function private.fill_owner()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_owner uuid;
    v_deleted_at timestamptz;
begin
    if tg_op = 'UPDATE' and new.business_id is not distinct from old.business_id then
        return new;
    end if;
    -- Locked: a business that goes to the trash at this moment either takes this row along, or is seen to be there.
    select b.user_id, b.deleted_at into v_owner, v_deleted_at
    from public.business_v2 b where b.id = new.business_id for share;
    if private.caller() in ('authenticated', 'anon') then
        new.user_id := private.uid();
    elsif new.user_id is null then
        new.user_id := v_owner;
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

-- AFTER UPDATE OF deleted_at trigger on business_v2, one for each child table (its argument): what is in a business goes
-- to the trash with it, under the same stamp, and comes back with it; what was there before stays there.
-- SECURITY DEFINER: nobody but console may write deleted_at.
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
