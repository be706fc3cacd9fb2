-- Return the number and the digest of the audit events of a month whose ids are above p_after_id, up to
-- p_upto_id: SHA-256 over the hashes of the events in the order of their ids. A redacted event counts with the
-- hash of its values before. It does not depend on settings of the session.
-- p_month: first day of the month, in UTC.
create or replace function private.audit_digest(
    p_month date, p_after_id bigint, p_upto_id bigint, out events bigint, out digest bytea)
language plpgsql stable
set search_path = ''
as $$
begin
    select pg_catalog.count(*),
           pg_catalog.sha256(coalesce(pg_catalog.string_agg(
               pg_catalog.sha256(
                   coalesce(r.values_hash, private.audit_values_hash(e.before, e.after, e.reason))
                   || pg_catalog.convert_to(pg_catalog.jsonb_build_array(
                       e.id, extract(epoch from e.at), e.xact_id, e.table_name, e.row_id, e.user_id, e.business_id, e.verb,
                       e.actor_kind, e.actor_id, e.actor_name, e.request_id)::text, 'UTF8')),
               ''::bytea order by e.id), ''::bytea))
    into events, digest
    from audit.events e left join audit.redactions r on r.event_id = e.id and r.at = e.at
    where e.id > p_after_id and e.id <= p_upto_id
      and e.at >= p_month::timestamp at time zone 'UTC'
      and e.at < (p_month + interval '1 month') at time zone 'UTC';
end $$;

revoke all on function private.audit_digest(date, bigint, bigint) from public;
