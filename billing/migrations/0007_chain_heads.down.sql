alter table private.refunds drop constraint refunds_owed_transaction_id_fkey;
