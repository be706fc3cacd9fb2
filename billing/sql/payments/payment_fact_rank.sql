-- Return the rank of a state of a payment, refund or dispute. A fact with a higher rank replaces one with a
-- lower rank, in any order of arrival. Null means that the state does not exist.
-- payment: a success may follow a failed attempt; a success is final.
-- refund:  a success may still fail at the bank, days later.
-- dispute: a warning (inquiry) may become a dispute; a lost dispute may be won on appeal.
-- total:   the sum of all refunds that a charge reports; it has one state.
create or replace function private.payment_fact_rank(p_kind text, p_state text)
returns integer
language sql immutable
set search_path = ''
return pg_catalog.array_position(
    case p_kind
        when 'payment' then array['pending', 'failed', 'cancelled', 'succeeded']
        when 'refund' then array['pending', 'succeeded', 'cancelled', 'failed']
        when 'dispute' then array['warning', 'open', 'lost', 'won']
        when 'total' then array['reported']
    end, p_state);

revoke all on function private.payment_fact_rank(text, text) from public;
grant execute on function private.payment_fact_rank(text, text) to console;
