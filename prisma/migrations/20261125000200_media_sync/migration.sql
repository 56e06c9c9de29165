-- What the platform says of an account, when it is synced next (-infinity: not decided yet) and how far it came.
ALTER TABLE "social_accounts"
  ADD COLUMN "follower_count" BIGINT,
  ADD COLUMN "following_count" BIGINT,
  ADD COLUMN "like_count" BIGINT,
  ADD COLUMN "post_count" BIGINT,
  ADD COLUMN "profile_synced_at" TIMESTAMPTZ(3),
  ADD COLUMN "next_sync_at" TIMESTAMPTZ(6) NOT NULL DEFAULT '-infinity'::timestamptz,
  ADD COLUMN "sync_rule" TEXT,
  ADD COLUMN "synced_at" TIMESTAMPTZ(3),
  ADD COLUMN "synced_night" INTEGER;

-- A cover that is wanted has an address, good until a time; which picture it is, is the path of the address.
ALTER TABLE "library_posts"
  ADD COLUMN "figures_changed_at" TIMESTAMPTZ(6),
  ADD COLUMN "cover_url" TEXT,
  ADD COLUMN "cover_url_until" TIMESTAMPTZ(3),
  ADD COLUMN "cover_wanted_source" TEXT,
  ADD COLUMN "cover_source" TEXT,
  ADD COLUMN "cover_tries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "cover_lease_until" TIMESTAMPTZ(6);

-- One run for each account; a sync that was asked for is the runs that carry its id.
ALTER TABLE "sync_runs"
  ADD COLUMN "sync_ids" UUID[] DEFAULT ARRAY[]::UUID[],
  ADD COLUMN "walk_since" TIMESTAMPTZ(3),
  ADD COLUMN "night" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "pages" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "sync_runs" ADD CONSTRAINT "sync_runs_state" CHECK ("state" IN ('waiting', 'running', 'done', 'failed'));
-- A row that nobody would find again must not exist.
ALTER TABLE "sync_runs" ADD CONSTRAINT "sync_runs_next_at" CHECK (("state" IN ('waiting', 'running')) = ("next_at" IS NOT NULL));

-- A sync that already runs is joined, not doubled.
CREATE UNIQUE INDEX "sync_runs_open_key" ON "sync_runs" ("account_id") WHERE "state" IN ('waiting', 'running');
CREATE INDEX "sync_runs_sync_ids_idx" ON "sync_runs" USING gin ("sync_ids");
CREATE INDEX "social_accounts_next_sync_at_idx" ON "social_accounts" ("next_sync_at") WHERE "state" = 'connected';
CREATE INDEX "library_posts_cover_wanted_idx" ON "library_posts" ("account_id") WHERE "cover_url" IS NOT NULL;
CREATE INDEX "library_posts_cover_key_idx" ON "library_posts" ("cover_storage_key") WHERE "cover_storage_key" IS NOT NULL;
CREATE INDEX "publications_platform_post_idx" ON "publications" ("account_id", "platform_post_id") WHERE "platform_post_id" IS NOT NULL;
