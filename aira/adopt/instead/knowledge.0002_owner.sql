ALTER TABLE "documents" ADD COLUMN "user_id" uuid NOT NULL;
