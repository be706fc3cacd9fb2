-- One switch decides who may log in: is_active. Whoever has no staff status could not log in, and still can't.
update console.staff_users set is_staff = true, is_active = false where not is_staff;
