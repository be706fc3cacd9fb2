-- What a hosted project has of its own: extensions with functions that the original calls, where this server hasn't the extensions.
do $$
begin
    create extension if not exists "uuid-ossp" with schema extensions;
exception when others then
    create function extensions.uuid_generate_v4() returns uuid language sql volatile as 'select gen_random_uuid()';
end $$;
-- pg_net, as the original calls it: it takes the call down, and sends nothing here.
create schema net;
create table net.asked (url text, headers jsonb, body text);
create function net.http_post(url text, headers jsonb, body text) returns void language sql security definer
    as 'insert into net.asked values (url, headers, body)';
grant usage on schema net to anon, authenticated, service_role;
