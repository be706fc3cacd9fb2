drop trigger audit on console.staff_users;
drop trigger audit on console.staff_users_groups;
drop trigger audit on console.staff_users_user_permissions;
drop trigger audit on console.auth_group;
drop trigger audit on console.auth_group_permissions;
