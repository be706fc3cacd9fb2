-- The columns go with the migration.
select 1;
