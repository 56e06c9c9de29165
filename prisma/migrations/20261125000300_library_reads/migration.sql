-- The library by every sort: a page is read from an index of its workspace, from either end. An unknown figure sorts below 0.
-- CASE, not coalesce: Postgres takes coalesce for something that might leak, and then compares it only after the row's owner.

CREATE INDEX "library_posts_published_idx" ON "library_posts" ("workspace_id", "published_at", "id");
CREATE INDEX "library_posts_views_idx" ON "library_posts" ("workspace_id", (CASE WHEN "views" IS NULL THEN -1 ELSE "views" END), "id");
CREATE INDEX "library_posts_likes_idx" ON "library_posts" ("workspace_id", (CASE WHEN "likes" IS NULL THEN -1 ELSE "likes" END), "id");
CREATE INDEX "library_posts_comments_idx" ON "library_posts" ("workspace_id", (CASE WHEN "comments" IS NULL THEN -1 ELSE "comments" END), "id");
CREATE INDEX "library_posts_shares_idx" ON "library_posts" ("workspace_id", (CASE WHEN "shares" IS NULL THEN -1 ELSE "shares" END), "id");

-- The founding documents' names, with what a customer's own SQL needs beside them. `cover_path` is an address of our API.
-- The accounts are joined so that whoever does not ask for their columns does not pay for them.

CREATE OR REPLACE VIEW "tiktok_posts" WITH (security_invoker = true) AS
  SELECT l."id", l."workspace_id", l."account_id", l."platform_post_id", l."publication_id", l."type", l."caption", l."permalink",
         l."cover_storage_key", l."duration_ms", l."views", l."likes", l."comments", l."shares", l."published_at", l."disappeared_at",
         l."synced_at", l."platform", a."handle" AS "account_handle", a."owner_external_id",
         CASE WHEN l."cover_storage_key" IS NOT NULL THEN '/api/library/' || l."id" || '/cover' END AS "cover_path"
  FROM "library_posts" l LEFT JOIN "social_accounts" a ON a."id" = l."account_id" WHERE l."platform" = 'tiktok';
CREATE OR REPLACE VIEW "instagram_posts" WITH (security_invoker = true) AS
  SELECT l."id", l."workspace_id", l."account_id", l."platform_post_id", l."publication_id", l."type", l."caption", l."permalink",
         l."cover_storage_key", l."duration_ms", l."views", l."likes", l."comments", l."shares", l."published_at", l."disappeared_at",
         l."synced_at", l."platform", a."handle" AS "account_handle", a."owner_external_id",
         CASE WHEN l."cover_storage_key" IS NOT NULL THEN '/api/library/' || l."id" || '/cover' END AS "cover_path"
  FROM "library_posts" l LEFT JOIN "social_accounts" a ON a."id" = l."account_id" WHERE l."platform" = 'instagram';
CREATE OR REPLACE VIEW "scheduled_posts" WITH (security_invoker = true) AS
  SELECT p."id", p."workspace_id", p."post_id", p."account_id", p."platform", p."type", p."caption", p."status", p."due_at", p."created_at",
         p."wait_reason", a."handle" AS "account_handle", a."state" AS "account_state", a."owner_external_id"
  FROM "publications" p LEFT JOIN "social_accounts" a ON a."id" = p."account_id"
  WHERE p."status" IN ('draft', 'preparing', 'scheduled', 'waiting');

-- What was done is only ever added to; the system removes what is too old.

REVOKE UPDATE, DELETE ON "audit_log" FROM "reelay_app";
REVOKE UPDATE ON "audit_log" FROM "reelay_system";
