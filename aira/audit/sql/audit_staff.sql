-- Audit triggers for staff, their groups and their permissions; see aira/audit/sql/record_change.sql.
create or replace trigger audit after insert or update or delete on console.staff_users
    for each row execute function private.record_change('last_login');
create or replace trigger audit after insert or update or delete on console.staff_users_groups
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.staff_users_user_permissions
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.auth_group
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.auth_group_permissions
    for each row execute function private.record_change('');
