drop function if exists private.pg_net_answers(bigint[]);
drop function if exists private.send_by_pg_net(text, text, jsonb, integer);
