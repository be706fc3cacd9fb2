drop function public.move_to_trash(text, uuid);
drop function public.restore_from_trash(text, uuid);
drop function private.trash_row(text, uuid);
drop function private.restore_row(text, uuid);
drop function private.lock_trashable_row(text, uuid, boolean);
