-- A file under way: room that it has taken before its bytes come, what it is to be called, and what became of it.
CREATE TABLE "uploads" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'tus',
    "state" TEXT NOT NULL DEFAULT 'open',
    "size_bytes" BIGINT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "media_id" UUID,
    "failure" JSONB,
    "lock_token" UUID,
    "lock_until" TIMESTAMPTZ(6),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_kind" CHECK ("kind" IN ('tus', 'multipart'));
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_state" CHECK ("state" IN ('open', 'finished', 'refused'));
CREATE INDEX "uploads_expires_at_idx" ON "uploads" ("expires_at");
CREATE INDEX "uploads_open_idx" ON "uploads" ("workspace_id") INCLUDE ("size_bytes") WHERE "state" = 'open';

-- Uploads begun in the running minute. Its row is the lock under which a workspace's room is counted and taken.
CREATE TABLE "upload_allowances" (
    "workspace_id" UUID NOT NULL,
    "minute_began_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "begun" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "upload_allowances_pkey" PRIMARY KEY ("workspace_id")
);

-- Null: what the installation's settings say.
ALTER TABLE "workspaces" ADD COLUMN "uploads_per_minute" INTEGER;

-- While it is fetched an imported media has an address, and of kind, type and digest nothing but placeholders; its bytes may be
-- those of another media, because its id was given away before anybody knew.
ALTER TABLE "media" ADD COLUMN "is_imported" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "import_url" TEXT;
ALTER TABLE "media" DROP CONSTRAINT "media_state";
ALTER TABLE "media" ADD CONSTRAINT "media_state" CHECK ("state" IN ('importing', 'probing', 'ready', 'rejected', 'expired'));
ALTER TABLE "media" ADD CONSTRAINT "media_import_url" CHECK (("state" = 'importing') = ("import_url" IS NOT NULL));
DROP INDEX "media_workspace_id_sha256_key";
CREATE UNIQUE INDEX "media_workspace_id_sha256_key" ON "media" ("workspace_id", "sha256") WHERE "state" NOT IN ('rejected', 'expired') AND NOT "is_imported";
CREATE INDEX "media_importing_idx" ON "media" ("created_at") WHERE "state" = 'importing';

-- What a workspace stores, and what was kept long enough, are found without reading the rows.
CREATE INDEX "media_stored_idx" ON "media" ("workspace_id") INCLUDE ("size_bytes") WHERE "storage_key" IS NOT NULL OR "state" = 'importing';
CREATE INDEX "renditions_stored_idx" ON "renditions" ("workspace_id") INCLUDE ("size_bytes") WHERE "storage_key" LIKE 'renditions/%';
CREATE INDEX "media_kept_idx" ON "media" ("id") WHERE "state" = 'ready';
CREATE INDEX "renditions_kept_idx" ON "renditions" ("last_used_at") WHERE "storage_key" IS NOT NULL;
CREATE INDEX "publication_media_media_id_idx" ON "publication_media" ("media_id");
CREATE INDEX "audit_log_at_idx" ON "audit_log" ("at");
CREATE INDEX "notifications_created_at_idx" ON "notifications" ("created_at");
CREATE INDEX "webhook_deliveries_created_at_idx" ON "webhook_deliveries" ("created_at");

DO $$
DECLARE
  table_name text;
  own constant text := 'nullif(current_setting(''app.workspace_id'', true), '''')::uuid';
BEGIN
  FOREACH table_name IN ARRAY ARRAY['uploads', 'upload_allowances'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY app_own_workspace ON %I TO reelay_app USING (workspace_id = %s) WITH CHECK (workspace_id = %s)', table_name, own, own);
    EXECUTE format('CREATE POLICY system_all ON %I TO reelay_system USING (true) WITH CHECK (true)', table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO reelay_app, reelay_system', table_name);
  END LOOP;
END $$;
