-- Fill pg_temp.in_scope from pg_temp.changed_rows (table_name, id): the changed rows, and all rows that a rule compares
-- with them, found by id or by group (users, diaries). Run this before and after the changed rows are copied, since a
-- row may move to another group.
insert into pg_temp.in_scope
with c as (select c.table_name, c.id from pg_temp.changed_rows c),
children as (
    select x.business_id from adopting.business_numbers x join c on c.table_name = 'business_numbers' and c.id = x.id
    union all select x.business_id from adopting.appointments x join c on c.table_name = 'appointments' and c.id = x.id
    union all select x.business_id from adopting.documents x join c on c.table_name = 'documents' and c.id = x.id),
businesses as (
    select c.id from c where c.table_name = 'business_v2'
    union select x.business_id from children x where x.business_id is not null
    union select b.id from adopting.documents x join c on c.table_name = 'documents' and c.id = x.id
          join adopting.business_v2 b on b.id = case when split_part(x.file_path, '/', 1) ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                                     then split_part(x.file_path, '/', 1)::uuid end),
users as (
    select x.user_id from adopting.wallets x join c on c.table_name = 'wallets' and c.id = x.id
    union select x.user_id from adopting.transactions x join c on c.table_name = 'transactions' and c.id = x.id)
select 'business_v2', b.id from businesses b
union select 'users', u.user_id from users u
union select 'diaries', x.business_id from adopting.appointments x join c on c.table_name = 'appointments' and c.id = x.id
union select c.table_name, c.id from c where c.table_name <> 'business_v2'
union select 'business_numbers', t.business_number_id from adopting.transactions t join c on c.table_name = 'transactions' and c.id = t.id
      where t.business_number_id is not null
union select 'transactions', o.id from adopting.transactions t join c on c.table_name = 'transactions' and c.id = t.id
      join adopting.transactions o on o.stripe_payment_intent_id = t.stripe_payment_intent_id
union select 'transactions', t.id from adopting.transactions t join c on c.table_name = 'business_numbers' and c.id = t.business_number_id
on conflict do nothing;
