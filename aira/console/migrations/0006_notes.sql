-- The table is new and empty: there is nothing to scan, and each lock lasts a moment.
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table console.notes add constraint notes_business_id_fkey
    foreign key (business_id) references public.business_v2 (id) on delete cascade;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table console.notes add constraint notes_account_id_fkey
    foreign key (account_id) references auth.users (id) on delete cascade;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table console.notes add constraint notes_appointment_id_fkey
    foreign key (appointment_id) references public.appointments (id) on delete cascade;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
alter table console.notes add constraint notes_transaction_id_fkey
    foreign key (transaction_id) references public.transactions (id) on delete cascade;

-- Audit trigger for notes of staff; see aira/audit/sql/record_change.sql. Their text may hold personal data, so it is
-- kept in the note alone.
create or replace trigger audit after insert or update or delete on console.notes
    for each row execute function private.record_change('text', 'ticket', 'search', 'account_id');
