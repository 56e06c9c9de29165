-- An account that is being disconnected is a row with a next time, found by its sweep.
ALTER TABLE "social_accounts" ADD COLUMN "disconnect_next_at" TIMESTAMPTZ(6), ADD COLUMN "revoke_tries" INTEGER NOT NULL DEFAULT 0;

CREATE INDEX "social_accounts_disconnecting_idx" ON "social_accounts" ("disconnect_next_at") WHERE "state" = 'disconnecting';
