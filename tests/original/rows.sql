-- :rows rows as the services wrote them, none of which a new rule refuses: a twentieth are businesses, as many accounts; half are
-- transactions, a quarter appointments.
insert into auth.users (id, email)
select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'owner' || n || '@example.com' from generate_series(1, :rows / 20) n;
insert into business_v2 (id, user_id, name, business_type, phone_number, description, address)
select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    'Trattoria ' || n, (array['restaurant', 'retail', 'service'])[1 + n % 3], '+1415' || (1000000 + n), 'Fresh pasta, since ' || 1900 + n % 100, n || ' Main Street'
from generate_series(1, :rows / 20) n;
insert into business_numbers (id, user_id, business_id, phone_number, display_name, country_code, number_type, twilio_sid, voice_url,
    capabilities, is_primary, monthly_cost)
select ('00000000-0000-4000-a000-' || lpad(n::text, 12, '0'))::uuid, case when n % 2 = 0 then ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid end,
    ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, '+1628' || (1000000 + n), 'Line ' || n, 'US', 'local', 'PN' || n,
    'https://voice.aira.example/calls', '{"voice": true, "sms": false}', true, 1.15
from generate_series(1, :rows / 20) n;
insert into wallets (user_id) select id from auth.users;
insert into transactions (user_id, amount, currency, type, description, stripe_payment_intent_id, business_number_id, created_at)
select ('00000000-0000-4000-8000-' || lpad((1 + n % (:rows / 20))::text, 12, '0'))::uuid, case when n <= :rows / 10 then 100 else 0.25 end, 'USD',
    case when n <= :rows / 10 then 'credit' else 'debit' end::transaction_type, 'Call ' || n, case when n <= :rows / 10 then 'pi_' || n end,
    case when n > :rows / 10 then ('00000000-0000-4000-a000-' || lpad((1 + n % (:rows / 20))::text, 12, '0'))::uuid end, now() - n * interval '1 minute'
from generate_series(1, :rows / 2) n;
update transactions set status = 'completed' where type = 'credit';
update transactions set status = 'completed' where type = 'debit' and right(description, 1) <> '0';
insert into appointments (business_id, customer_name, customer_phone, scheduled_at, duration, status, source, external_id)
select ('00000000-0000-4000-9000-' || lpad((1 + n % (:rows / 20))::text, 12, '0'))::uuid, 'Guest ' || n, '+1650' || (1000000 + n),
    date_trunc('day', now()) + (n / (:rows / 20) - 3) * interval '1 day' + interval '10 hours', 60,
    case when n % 17 = 0 then 'cancelled' when n / (:rows / 20) < 3 then 'completed' else 'confirmed' end::appointment_status,
    'voice_agent', 'CA' || n
from generate_series(1, :rows / 4) n;
insert into documents (business_id, file_name, file_path, file_size, mime_type, processing_status, vector_db_id, chunk_count)
select ('00000000-0000-4000-9000-' || lpad((1 + n % (:rows / 20))::text, 12, '0'))::uuid, 'menu ' || n || '.pdf', 'uploads/' || n || '/menu.pdf', 1000 + n,
    'application/pdf', case when n % 20 = 0 then 'pending' else 'completed' end::processing_status, 'vec_' || n, 12
from generate_series(1, :rows / 10) n;
