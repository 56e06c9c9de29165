-- Small pictures of a media, made with its probe; and how long a conversion will still take.
ALTER TABLE "media" ADD COLUMN "poster_storage_key" TEXT, ADD COLUMN "thumbnail_storage_key" TEXT;
ALTER TABLE "renditions" ADD COLUMN "time_left_ms" INTEGER;

-- The images of a slideshow after its first, in order: they are kept while it is not made, or a publication needs it.
CREATE TABLE "rendition_inputs" (
    "workspace_id" UUID NOT NULL,
    "rendition_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "media_id" UUID NOT NULL,

    CONSTRAINT "rendition_inputs_pkey" PRIMARY KEY ("rendition_id", "position")
);
CREATE INDEX "rendition_inputs_media_id_idx" ON "rendition_inputs" ("media_id");
ALTER TABLE "rendition_inputs" ADD FOREIGN KEY ("rendition_id") REFERENCES "renditions" ("id") ON DELETE CASCADE,
  ADD FOREIGN KEY ("media_id") REFERENCES "media" ("id") ON DELETE CASCADE;

DO $$
DECLARE
  own constant text := 'nullif(current_setting(''app.workspace_id'', true), '''')::uuid';
BEGIN
  ALTER TABLE "rendition_inputs" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  EXECUTE format('CREATE POLICY app_own_workspace ON rendition_inputs TO reelay_app USING (workspace_id = %s) WITH CHECK (workspace_id = %s)', own, own);
  CREATE POLICY system_all ON "rendition_inputs" TO reelay_system USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON "rendition_inputs" TO reelay_app, reelay_system;
END $$;
