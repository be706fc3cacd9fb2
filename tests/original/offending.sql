-- One row or more for each rule of aira/adopt/rules, as services or people wrote them, beside those of rows.sql (2,000 or more).
-- The ids end with the number of the rule.
-- 10_null_has_default
insert into business_v2 (id, user_id, name, business_type, is_active, created_at, updated_at)
values ('00000000-0000-4000-f000-000000000010', '00000000-0000-4000-8000-000000000010', 'Nothing known', 'retail', null, null, null);
-- 20, 21
insert into business_v2 (id, user_id, name, business_type, phone_number) values
    ('00000000-0000-4000-f000-000000000020', '00000000-0000-4000-8000-000000000020', ' ', 'retail', null),
    ('00000000-0000-4000-f000-000000000021', '00000000-0000-4000-8000-000000000021', 'Spaces', 'retail', '+1 (415) 555-01.23'),
    ('00000000-0000-4000-f000-000000000121', '00000000-0000-4000-8000-000000000021', 'Words', 'retail', 'ask Maria');
-- 31 to 35
insert into business_numbers (id, user_id, business_id, phone_number, display_name, country_code, number_type, is_primary, voice_url,
    capabilities, features, monthly_cost, created_at) values
    ('00000000-0000-4000-f000-000000000031', '00000000-0000-4000-8000-000000000031', '00000000-0000-4000-9000-000000000032', '+4930000031', 'x', 'DE', 'local', false, null, null, '[]', null, now()),
    ('00000000-0000-4000-f000-000000000032', '00000000-0000-4000-8000-000000000032', null, '0049 30 1234', 'x', 'DE', 'local', false, null, null, '[]', null, now()),
    ('00000000-0000-4000-f000-000000000132', '00000000-0000-4000-8000-000000000032', null, 'unknown', 'x', 'DE', 'local', false, null, null, '[]', null, now()),
    ('00000000-0000-4000-f000-000000000033', '00000000-0000-4000-8000-000000000033', null, '+4930000033', 'x', 'DE', 'local', false, 'https://ui.aira.example/calls', null, '[]', null, now()),
    ('00000000-0000-4000-f000-000000000034', '00000000-0000-4000-8000-000000000034', '00000000-0000-4000-9000-000000000034', '+4930000034', 'x', 'DE', 'local', true, null, null, '[]', null, now() + interval '1 day'),
    ('00000000-0000-4000-f000-000000000035', '00000000-0000-4000-8000-000000000035', null, '+4930000035', 'x', 'DE', 'local', false, null, '{"voice": "yes"}', '{}', 'NaN', now());
-- 40
insert into transactions (id, user_id, amount, currency, type, created_at) values
    ('00000000-0000-4000-f000-000000000040', '00000000-0000-4000-8000-000000000040', 'NaN', 'USD', 'credit', now() - interval '1 hour'),
    ('00000000-0000-4000-f000-000000000140', '00000000-0000-4000-8000-000000000040', -5, 'USD', 'debit', now() - interval '1 hour');
-- It gives unlimited spending: the wallet is NaN, too (44).
update transactions set status = 'completed' where id = '00000000-0000-4000-f000-000000000040';
-- 41
insert into transactions (id, user_id, amount, currency, type, status, stripe_payment_intent_id, created_at) values
    ('00000000-0000-4000-f000-000000000041', '00000000-0000-4000-8000-000000000041', 5, 'USD', 'credit', 'failed', 'pi_1', now() + interval '1 second');
-- 42
insert into transactions (id, user_id, amount, currency, type, business_number_id) values
    ('00000000-0000-4000-f000-000000000042', '00000000-0000-4000-8000-000000000042', 5, 'USD', 'debit', '00000000-0000-4000-a000-000000000043');
-- 43, and the wallet of 45 with it
insert into transactions (id, user_id, amount, currency, type, status) values
    ('00000000-0000-4000-f000-000000000043', '00000000-0000-4000-8000-000000000043', 7, 'USD', 'credit', 'completed');
update wallets set balance_usd = balance_usd + 1000 where user_id = '00000000-0000-4000-8000-000000000045';
-- 50 to 53
insert into appointments (id, business_id, customer_name, scheduled_at, duration, status, external_id, created_at) values
    ('00000000-0000-4000-f000-000000000050', '00000000-0000-4000-9000-000000000050', 'Never', 'infinity', 60, 'confirmed', null, now()),
    ('00000000-0000-4000-f000-000000000051', '00000000-0000-4000-9000-000000000051', 'Long', '2031-05-05 10:00+00', 5000, 'confirmed', null, now()),
    ('00000000-0000-4000-f000-000000000052', '00000000-0000-4000-9000-000000000052', 'First', '2031-05-05 10:00+00', 60, 'confirmed', 'CAtwice', now()),
    ('00000000-0000-4000-f000-000000000152', '00000000-0000-4000-9000-000000000052', 'Second', '2031-05-05 12:00+00', 60, 'confirmed', 'CAtwice', now() + interval '1 second'),
    ('00000000-0000-4000-f000-000000000053', '00000000-0000-4000-9000-000000000053', 'First', '2031-05-05 10:00+00', 60, 'confirmed', null, now()),
    ('00000000-0000-4000-f000-000000000153', '00000000-0000-4000-9000-000000000053', 'Beside', '2031-05-05 10:30+00', 60, 'confirmed', null, now()),
    ('00000000-0000-4000-f000-000000000253', '00000000-0000-4000-9000-000000000053', 'Again', '2031-05-05 10:30+00', 60, 'confirmed', null, now());
-- 60, 61
insert into documents (id, business_id, file_name, file_path, file_size, chunk_count, processing_status) values
    ('00000000-0000-4000-f000-000000000060', '00000000-0000-4000-9000-000000000060', 'a.pdf', 'a.pdf', 1, 0, 'failed'),
    ('00000000-0000-4000-f000-000000000061', '00000000-0000-4000-9000-000000000061', 'b.pdf', 'b.pdf', -1, -2, 'completed');
-- 62, 63
insert into documents (id, business_id, file_name, file_path) values
    ('00000000-0000-4000-f000-000000000062', '00000000-0000-4000-9000-000000000060', 'c.pdf', '../../etc/passwd'),
    ('00000000-0000-4000-f000-000000000063', '00000000-0000-4000-9000-000000000060', 'd.pdf', '00000000-0000-4000-9000-000000000061/d.pdf');
-- 70 to 74
insert into business_v2 (id, user_id, name, business_type, description, email, website, logo_url) values
    ('00000000-0000-4000-f000-000000000070', '00000000-0000-4000-8000-000000000070', 'Long', 'retail', repeat('d', 10001), null, null, null),
    ('00000000-0000-4000-f000-000000000071', '00000000-0000-4000-8000-000000000070', U&'Two\000Alines \202Eand back', 'retail', null, null, null, null),
    ('00000000-0000-4000-f000-000000000072', '00000000-0000-4000-8000-000000000070', 'Web', 'retail', null, null, ' www.example.com/a ', null),
    ('00000000-0000-4000-f000-000000000172', '00000000-0000-4000-8000-000000000070', 'Script', 'retail', null, null, 'www.example.com', 'javascript:alert(1)'),
    ('00000000-0000-4000-f000-000000000073', '00000000-0000-4000-8000-000000000070', 'Mail', 'retail', null, ' maria@example.com', null, null),
    ('00000000-0000-4000-f000-000000000173', '00000000-0000-4000-8000-000000000070', 'No mail', 'retail', null, 'ask Maria', null, null);
insert into business_numbers (id, user_id, business_id, phone_number, display_name, country_code, number_type, is_primary, twilio_sid, created_at) values
    ('00000000-0000-4000-f000-000000000074', '00000000-0000-4000-8000-000000000032', null, '+4930000074', 'x', 'DE', 'local', false, '../Accounts', now());
