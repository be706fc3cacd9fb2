drop trigger audit on console.notes;
alter table console.notes drop constraint notes_transaction_id_fkey;
alter table console.notes drop constraint notes_appointment_id_fkey;
alter table console.notes drop constraint notes_account_id_fkey;
alter table console.notes drop constraint notes_business_id_fkey;
