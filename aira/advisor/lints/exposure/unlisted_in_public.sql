-- level: error
-- title: An object in public that the contract does not list
-- why: The data API exposes everything in public: tables become resources, functions become calls.
-- fix: Move it to an unexposed schema, or add it to CONTRACT.md and to this lint.
select x.subject, 'is not in the contract'
from (
    select c.oid::regclass::text as subject, c.relname::text as name
    from pg_catalog.pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select p.oid::regprocedure::text, p.proname || '()'
    from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all
    select t.oid::regtype::text, t.typname
    from pg_catalog.pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
) x
where x.name not in (
    'business_v2', 'business_numbers', 'wallets', 'transactions', 'ledger_entries', 'appointments', 'booking_rules', 'documents',
    'spending_by_day', 'appointments_by_day', 'utilisation_by_day', 'document_processing_by_day', 'number_costs',
    'business_number_type', 'transaction_type', 'transaction_status', 'appointment_status', 'appointment_source', 'processing_status',
    'find_business_by_number()', 'validate_appointment_time()', 'check_appointment_time()', 'available_slots()', 'nearest_slots()',
    'book_appointment()', 'reschedule_appointment()', 'cancel_appointment()', 'record_transaction()', 'refund_transaction()', 'dispute_transaction()', 'move_to_trash()', 'restore_from_trash()', 'appointments_above_capacity()',
    'wallet_statement()', 'search_appointments()', 'search_documents()', 'document_started()', 'document_completed()',
    'document_failed()', 'record_payment()', 'record_refund()', 'record_refunded_total()', 'record_dispute()', 'record_stripe_event()')
