drop function if exists public.document_failed(uuid, integer, text);
drop function if exists public.document_completed(uuid, integer, text, integer);
drop function if exists public.document_started(uuid, integer);
drop function if exists private.document_state(uuid, integer);
drop function if exists private.rescue_documents(interval);
drop function if exists private.deliver_documents();
drop function if exists private.check_document();
