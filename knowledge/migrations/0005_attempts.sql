-- Attempts are counted from 1 on; what is there is in its first, or was brought by another.
update public.documents set attempts = 1 where attempts = 0;
