-- Convert an amount from minor units, as payment providers count, to major units: 1250 USD is 12.50, 1250 JPY
-- is 1250.
-- p_currency: ISO 4217, in any case. Stripe's list names the currencies with zero and with three decimals.
create or replace function private.from_minor_units(p_amount numeric, p_currency text)
returns numeric
language sql immutable
set search_path = ''
return case
    when pg_catalog.upper(p_currency) in ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND',
                                          'VUV', 'XAF', 'XOF', 'XPF') then p_amount
    when pg_catalog.upper(p_currency) in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then p_amount / 1000
    else p_amount / 100 end;

revoke all on function private.from_minor_units(numeric, text) from public;
grant execute on function private.from_minor_units(numeric, text) to service_role, console;
