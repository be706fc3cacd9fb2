alter table private.payment_facts drop constraint payment_facts_payment_id_fkey;
alter table private.payments drop constraint payments_transaction_id_fkey;
