-- The tables are new and empty: there is nothing to scan, and the lock on transactions lasts a moment.
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table private.payments add constraint payments_transaction_id_fkey
    foreign key (transaction_id) references public.transactions (id) on delete set null;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table private.payment_facts add constraint payment_facts_payment_id_fkey
    foreign key (payment_id) references private.payments (id);
