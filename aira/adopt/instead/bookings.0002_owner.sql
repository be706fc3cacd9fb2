ALTER TABLE "appointments" ADD COLUMN "user_id" uuid NOT NULL;
