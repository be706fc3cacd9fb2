alter table private.refunds drop constraint refunds_transaction_id_fkey;
