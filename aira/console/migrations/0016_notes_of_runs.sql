-- The console's own table: only its worker writes it, and not past this rule.
-- squawk-ignore ban-drop-constraint
alter table console.bulk_rows drop constraint bulk_row_outcome_known;
alter table console.bulk_rows add constraint bulk_row_outcome_known check (
    (at is null and outcome is null and said is null) or (at is not null and outcome = 'done')
    or (at is not null and outcome = 'refused' and said is not null)) not valid;
