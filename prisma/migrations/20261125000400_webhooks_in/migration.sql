-- What a platform's webhook finds a publication by, and the webhook that nobody has asked the platform about yet.
ALTER TABLE "publications" ADD COLUMN "platform_handle" TEXT, ADD COLUMN "woken_by" UUID;
CREATE INDEX "publications_platform_handle_idx" ON "publications" ("platform_handle") WHERE "platform_handle" IS NOT NULL;

-- Webhooks name accounts, not workspaces.
CREATE INDEX "social_accounts_platform_external_id_idx" ON "social_accounts" ("platform", "external_id");

CREATE INDEX "inbound_webhooks_open_idx" ON "inbound_webhooks" ("received_at") WHERE "matched_at" IS NULL;

-- A publication in review may be looked at once more when a webhook says that something has happened.
ALTER TABLE "publications" DROP CONSTRAINT "publications_next_at";
ALTER TABLE "publications" ADD CONSTRAINT "publications_next_at" CHECK (
  CASE
    WHEN "status" IN ('scheduled', 'waiting', 'uploading', 'processing') THEN "next_at" IS NOT NULL
    WHEN "status" IN ('draft', 'preparing', 'failed', 'canceled') THEN "next_at" IS NULL
    WHEN "status" = 'needs_review' THEN "next_at" IS NULL OR ("lane" = 'check' AND "woken_by" IS NOT NULL)
    ELSE true
  END);
