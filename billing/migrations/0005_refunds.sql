alter table private.refunds add constraint refunds_transaction_id_fkey
    foreign key (transaction_id) references public.transactions (id) on delete cascade;
