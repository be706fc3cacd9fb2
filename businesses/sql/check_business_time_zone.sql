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
