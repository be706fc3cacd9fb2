-- Audit trigger for notes of staff; see aira/audit/sql/record_change.sql. Their text may hold personal data, so it is
-- kept in the note alone.
create or replace trigger audit after insert or update or delete on console.notes
    for each row execute function private.record_change('text', 'ticket', 'search', 'account_id');
