-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "workspaces" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "language" TEXT NOT NULL DEFAULT 'en',
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "allowed_return_origins" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "quota_bytes" BIGINT,
    "last_dispatched_at" TIMESTAMPTZ(6) NOT NULL DEFAULT '-infinity'::timestamptz,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "reconcile_only" BOOLEAN NOT NULL DEFAULT false,
    "key_canary" TEXT,
    "upload_rate" DOUBLE PRECISION,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "queues" TEXT[],
    "places" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "social_accounts" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "owner_external_id" TEXT,
    "handle" TEXT,
    "display_name" TEXT,
    "avatar_url" TEXT,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" TEXT NOT NULL DEFAULT 'connected',
    "state_cause" TEXT,
    "state_changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "slot_publication_id" UUID,
    "slot_until" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "social_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_states" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "state_hash" TEXT NOT NULL,
    "principal_kind" TEXT NOT NULL,
    "principal_id" TEXT NOT NULL,
    "code_verifier" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "owner_external_id" TEXT,
    "return_to" TEXT,
    "connect_token_hash" TEXT,
    "connect_used_at" TIMESTAMPTZ(3),
    "browser_hash" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "used_code_hash" TEXT,
    "used_by_principal_id" TEXT,
    "account_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oauth_states_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grants" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "access_token" TEXT,
    "access_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "access_lifetime_ms" BIGINT NOT NULL,
    "refresh_token" TEXT,
    "refresh_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "refresh_sent_at" TIMESTAMPTZ(3),
    "reactive_at" TIMESTAMPTZ(3),
    "obtained_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "media" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'probing',
    "file_name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "storage_key" TEXT,
    "probe" JSONB,
    "failure" JSONB,
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "renditions" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "media_id" UUID NOT NULL,
    "input_sha256" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "options_digest" TEXT NOT NULL,
    "plan" JSONB,
    "state" TEXT NOT NULL DEFAULT 'waiting_for_probe',
    "progress_percent" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "storage_key" TEXT,
    "content_type" TEXT,
    "size_bytes" BIGINT,
    "sha256" TEXT,
    "duration_ms" INTEGER,
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "renditions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "posts" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "caption" TEXT NOT NULL DEFAULT '',
    "scheduled_at" TIMESTAMPTZ(3),
    "late_policy" JSONB,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post_media" (
    "post_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "media_id" UUID NOT NULL,

    CONSTRAINT "post_media_pkey" PRIMARY KEY ("post_id","position")
);

-- CreateTable
CREATE TABLE "publications" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "caption" TEXT NOT NULL DEFAULT '',
    "options" JSONB NOT NULL,
    "consent" JSONB,
    "consent_digest" TEXT,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lane" TEXT NOT NULL DEFAULT 'advance',
    "next_at" TIMESTAMPTZ(6),
    "wait_reason" TEXT,
    "give_up_at" TIMESTAMPTZ(3),
    "dispatch_ticket" INTEGER NOT NULL DEFAULT 0,
    "dispatched_until" TIMESTAMPTZ(6),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "lease_owner" UUID,
    "claims_without_progress" INTEGER NOT NULL DEFAULT 0,
    "init_count" INTEGER NOT NULL DEFAULT 0,
    "retry_count" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "checkpoint" TEXT,
    "intent" JSONB,
    "progress_step" TEXT,
    "bytes_sent" BIGINT NOT NULL DEFAULT 0,
    "bytes_total" BIGINT,
    "platform_post_id" TEXT,
    "permalink" TEXT,
    "published_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "publications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "publication_media" (
    "publication_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "media_id" UUID NOT NULL,
    "rendition_id" UUID NOT NULL,

    CONSTRAINT "publication_media_pkey" PRIMARY KEY ("publication_id","position")
);

-- CreateTable
CREATE TABLE "publication_events" (
    "publication_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "publication_events_pkey" PRIMARY KEY ("publication_id","seq")
);

-- CreateTable
CREATE TABLE "publication_journal" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "publication_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "handle" TEXT,
    "lease_token" INTEGER NOT NULL,
    "answer" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "publication_journal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform_budgets" (
    "platform" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "taken_at" TIMESTAMPTZ(6)[] DEFAULT ARRAY[]::TIMESTAMPTZ(6)[],

    CONSTRAINT "platform_budgets_pkey" PRIMARY KEY ("platform","scope","endpoint")
);

-- CreateTable
CREATE TABLE "platform_holds" (
    "id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "feature" TEXT,
    "account_id" UUID,
    "failure_code" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "next_probe_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "platform_holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "library_posts" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "platform_post_id" TEXT NOT NULL,
    "publication_id" UUID,
    "type" TEXT NOT NULL,
    "caption" TEXT NOT NULL DEFAULT '',
    "permalink" TEXT,
    "cover_storage_key" TEXT,
    "duration_ms" INTEGER,
    "views" BIGINT,
    "likes" BIGINT,
    "comments" BIGINT,
    "shares" BIGINT,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "disappeared_at" TIMESTAMPTZ(3),
    "synced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "library_posts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "metric_snapshots" (
    "library_post_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "workspace_id" UUID NOT NULL,
    "views" BIGINT,
    "likes" BIGINT,
    "comments" BIGINT,
    "shares" BIGINT,

    CONSTRAINT "metric_snapshots_pkey" PRIMARY KEY ("library_post_id","at")
);

-- CreateTable
CREATE TABLE "sync_runs" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "next_at" TIMESTAMPTZ(6),
    "cursor" TEXT,
    "cached" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "failure" JSONB,
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_webhooks" (
    "id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "external_account_id" TEXT,
    "handle" TEXT,
    "raw" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "matched_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbound_webhooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_endpoints" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "previous_secret" TEXT,
    "event_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_cause" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(6),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "answer" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "workspace_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("workspace_id","key")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "social_accounts_workspace_id_platform_external_id_key" ON "social_accounts"("workspace_id", "platform", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_states_state_hash_key" ON "oauth_states"("state_hash");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_states_connect_token_hash_key" ON "oauth_states"("connect_token_hash");

-- CreateIndex
CREATE INDEX "oauth_states_expires_at_idx" ON "oauth_states"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "grants_account_id_key" ON "grants"("account_id");

-- CreateIndex
CREATE INDEX "grants_access_expires_at_idx" ON "grants"("access_expires_at");

-- CreateIndex
CREATE INDEX "media_workspace_id_created_at_idx" ON "media"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "renditions_media_id_idx" ON "renditions"("media_id");

-- CreateIndex
CREATE UNIQUE INDEX "renditions_workspace_id_input_sha256_target_options_digest_key" ON "renditions"("workspace_id", "input_sha256", "target", "options_digest");

-- CreateIndex
CREATE INDEX "posts_workspace_id_created_at_idx" ON "posts"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "post_media_media_id_idx" ON "post_media"("media_id");

-- CreateIndex
CREATE INDEX "publications_workspace_id_created_at_idx" ON "publications"("workspace_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "publications_post_id_account_id_type_key" ON "publications"("post_id", "account_id", "type");

-- CreateIndex
CREATE INDEX "publication_media_rendition_id_idx" ON "publication_media"("rendition_id");

-- CreateIndex
CREATE INDEX "publication_journal_publication_id_at_idx" ON "publication_journal"("publication_id", "at");

-- CreateIndex
CREATE INDEX "publication_journal_at_idx" ON "publication_journal"("at");

-- CreateIndex
CREATE INDEX "platform_holds_platform_scope_until_idx" ON "platform_holds"("platform", "scope", "until");

-- CreateIndex
CREATE INDEX "library_posts_workspace_id_platform_published_at_idx" ON "library_posts"("workspace_id", "platform", "published_at");

-- CreateIndex
CREATE UNIQUE INDEX "library_posts_account_id_platform_post_id_key" ON "library_posts"("account_id", "platform_post_id");

-- CreateIndex
CREATE INDEX "sync_runs_account_id_started_at_idx" ON "sync_runs"("account_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_webhooks_dedupe_key_key" ON "inbound_webhooks"("dedupe_key");

-- CreateIndex
CREATE INDEX "inbound_webhooks_handle_idx" ON "inbound_webhooks"("handle");

-- CreateIndex
CREATE INDEX "inbound_webhooks_received_at_idx" ON "inbound_webhooks"("received_at");

-- CreateIndex
CREATE INDEX "webhook_endpoints_workspace_id_idx" ON "webhook_endpoints"("workspace_id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_workspace_id_created_at_idx" ON "webhook_deliveries"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "notifications_workspace_id_created_at_idx" ON "notifications"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "audit_log_workspace_id_at_idx" ON "audit_log"("workspace_id", "at");

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT,
    "banned" BOOLEAN DEFAULT false,
    "ban_reason" TEXT,
    "ban_expires" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "active_organization_id" UUID,
    "impersonated_by" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" UUID NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "logo" TEXT,
    "metadata" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'member',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "inviter_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "apikey" (
    "id" UUID NOT NULL,
    "config_id" TEXT NOT NULL DEFAULT 'default',
    "name" TEXT,
    "start" TEXT,
    "reference_id" TEXT NOT NULL,
    "prefix" TEXT,
    "key" TEXT NOT NULL,
    "refill_interval" INTEGER,
    "refill_amount" INTEGER,
    "last_refill_at" TIMESTAMPTZ(3),
    "enabled" BOOLEAN DEFAULT true,
    "rate_limit_enabled" BOOLEAN DEFAULT true,
    "rate_limit_time_window" INTEGER DEFAULT 86400000,
    "rate_limit_max" INTEGER DEFAULT 10,
    "request_count" INTEGER DEFAULT 0,
    "remaining" INTEGER,
    "last_request" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "permissions" TEXT,
    "metadata" TEXT,

    CONSTRAINT "apikey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "organization_slug_key" ON "organization"("slug");

-- CreateIndex
CREATE INDEX "member_organization_id_idx" ON "member"("organization_id");

-- CreateIndex
CREATE INDEX "member_user_id_idx" ON "member"("user_id");

-- CreateIndex
CREATE INDEX "invitation_organization_id_idx" ON "invitation"("organization_id");

-- CreateIndex
CREATE INDEX "invitation_email_idx" ON "invitation"("email");

-- CreateIndex
CREATE INDEX "apikey_config_id_idx" ON "apikey"("config_id");

-- CreateIndex
CREATE INDEX "apikey_reference_id_idx" ON "apikey"("reference_id");

-- CreateIndex
CREATE INDEX "apikey_key_idx" ON "apikey"("key");

-- Rules the model cannot say

ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("id" = 1);
INSERT INTO "installation" ("id") VALUES (1);

ALTER TABLE "social_accounts" ADD CONSTRAINT "social_accounts_state" CHECK ("state" IN ('connected', 'needs_reconnect', 'disconnecting', 'disconnected'));
ALTER TABLE "media" ADD CONSTRAINT "media_state" CHECK ("state" IN ('probing', 'ready', 'rejected'));
ALTER TABLE "renditions" ADD CONSTRAINT "renditions_state" CHECK ("state" IN ('waiting_for_probe', 'queued', 'converting', 'ready', 'failed', 'canceled'));
ALTER TABLE "publications" ADD CONSTRAINT "publications_status" CHECK ("status" IN ('draft', 'preparing', 'scheduled', 'waiting', 'uploading', 'processing', 'needs_review', 'published', 'delivered', 'failed', 'canceled'));
ALTER TABLE "publications" ADD CONSTRAINT "publications_lane" CHECK ("lane" IN ('advance', 'check'));
-- A row that nobody would find again must not exist: open rows that can move have a next time, closed ones none.
ALTER TABLE "publications" ADD CONSTRAINT "publications_next_at" CHECK (
  CASE
    WHEN "status" IN ('scheduled', 'waiting', 'uploading', 'processing') THEN "next_at" IS NOT NULL
    WHEN "status" IN ('draft', 'preparing', 'failed', 'canceled', 'needs_review') THEN "next_at" IS NULL
    ELSE true
  END);
-- An open intent is only ever asked about.
ALTER TABLE "publications" ADD CONSTRAINT "publications_intent" CHECK ("intent" IS NULL OR ("status" IN ('processing', 'needs_review', 'published', 'delivered', 'failed') AND "lane" = 'check'));

CREATE UNIQUE INDEX "media_workspace_id_sha256_key" ON "media" ("workspace_id", "sha256") WHERE "state" <> 'rejected';
CREATE INDEX "media_probing_idx" ON "media" ("created_at") WHERE "state" = 'probing';
CREATE INDEX "renditions_open_idx" ON "renditions" ("created_at") WHERE "state" IN ('queued', 'converting');
CREATE INDEX "publications_next_at_idx" ON "publications" ("next_at") WHERE "next_at" IS NOT NULL;
CREATE INDEX "publications_account_open_idx" ON "publications" ("account_id") WHERE "status" NOT IN ('published', 'delivered', 'failed', 'canceled');
CREATE INDEX "publications_leased_idx" ON "publications" ("lane", "lease_until") WHERE "lease_until" IS NOT NULL;
CREATE INDEX "publications_dispatched_idx" ON "publications" ("account_id", "dispatched_until") WHERE "dispatched_until" IS NOT NULL;
CREATE INDEX "publications_give_up_idx" ON "publications" ("give_up_at") WHERE "give_up_at" IS NOT NULL;
CREATE INDEX "sync_runs_next_at_idx" ON "sync_runs" ("next_at") WHERE "next_at" IS NOT NULL;
CREATE INDEX "webhook_deliveries_next_at_idx" ON "webhook_deliveries" ("next_at") WHERE "next_at" IS NOT NULL;

ALTER TABLE "social_accounts" ADD FOREIGN KEY ("workspace_id") REFERENCES "workspaces" ("id");
ALTER TABLE "grants" ADD FOREIGN KEY ("account_id") REFERENCES "social_accounts" ("id");
ALTER TABLE "renditions" ADD FOREIGN KEY ("media_id") REFERENCES "media" ("id");
ALTER TABLE "posts" ADD FOREIGN KEY ("workspace_id") REFERENCES "workspaces" ("id");
ALTER TABLE "post_media" ADD FOREIGN KEY ("post_id") REFERENCES "posts" ("id"), ADD FOREIGN KEY ("media_id") REFERENCES "media" ("id");
ALTER TABLE "publications" ADD FOREIGN KEY ("post_id") REFERENCES "posts" ("id"), ADD FOREIGN KEY ("account_id") REFERENCES "social_accounts" ("id");
ALTER TABLE "publication_media" ADD FOREIGN KEY ("publication_id") REFERENCES "publications" ("id"), ADD FOREIGN KEY ("media_id") REFERENCES "media" ("id"), ADD FOREIGN KEY ("rendition_id") REFERENCES "renditions" ("id");
ALTER TABLE "publication_events" ADD FOREIGN KEY ("publication_id") REFERENCES "publications" ("id");
ALTER TABLE "publication_journal" ADD FOREIGN KEY ("publication_id") REFERENCES "publications" ("id");
ALTER TABLE "library_posts" ADD FOREIGN KEY ("account_id") REFERENCES "social_accounts" ("id");
ALTER TABLE "metric_snapshots" ADD FOREIGN KEY ("library_post_id") REFERENCES "library_posts" ("id");
ALTER TABLE "sync_runs" ADD FOREIGN KEY ("account_id") REFERENCES "social_accounts" ("id");
ALTER TABLE "webhook_deliveries" ADD FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoints" ("id");

ALTER TABLE "session" ADD FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE;
ALTER TABLE "account" ADD FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE;
ALTER TABLE "member" ADD FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, ADD FOREIGN KEY ("organization_id") REFERENCES "organization" ("id") ON DELETE CASCADE;
ALTER TABLE "invitation" ADD FOREIGN KEY ("inviter_id") REFERENCES "user" ("id") ON DELETE CASCADE, ADD FOREIGN KEY ("organization_id") REFERENCES "organization" ("id") ON DELETE CASCADE;

-- Roles: the login role owns the tables and, under FORCE, sees nothing until it takes one of these for a transaction.

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['reelay_app', 'reelay_system'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      -- Not inherited: the login role must take the role for a transaction, or it would see every row.
      IF current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', role_name, current_user);
      ELSE
        EXECUTE format('ALTER ROLE %I NOINHERIT', current_user);
        EXECUTE format('GRANT %I TO %I', role_name, current_user);
      END IF;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role_name);
  END LOOP;
END $$;

-- Tenancy: a workspace's rows are visible only inside it.

DO $$
DECLARE
  table_name text;
  own constant text := 'nullif(current_setting(''app.workspace_id'', true), '''')::uuid';
BEGIN
  FOREACH table_name IN ARRAY ARRAY[
    'social_accounts', 'oauth_states', 'grants', 'media', 'renditions', 'posts', 'post_media', 'publications',
    'publication_media', 'publication_events', 'publication_journal', 'library_posts', 'metric_snapshots', 'sync_runs',
    'webhook_endpoints', 'webhook_deliveries', 'idempotency_keys', 'notifications', 'audit_log'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY app_own_workspace ON %I TO reelay_app USING (workspace_id = %s) WITH CHECK (workspace_id = %s)', table_name, own, own);
    EXECUTE format('CREATE POLICY system_all ON %I TO reelay_system USING (true) WITH CHECK (true)', table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO reelay_app, reelay_system', table_name);
  END LOOP;

  ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  EXECUTE format('CREATE POLICY app_own_workspace ON workspaces TO reelay_app USING (id = %s) WITH CHECK (id = %s)', own, own);
  CREATE POLICY system_all ON workspaces TO reelay_system USING (true) WITH CHECK (true);
  GRANT SELECT, UPDATE ON workspaces TO reelay_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON workspaces TO reelay_system;

  FOREACH table_name IN ARRAY ARRAY['installation', 'workers', 'platform_budgets', 'platform_holds', 'inbound_webhooks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY system_all ON %I TO reelay_system USING (true) WITH CHECK (true)', table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO reelay_system', table_name);
  END LOOP;
  -- What a workspace may know of the machine: whether it runs.
  CREATE POLICY app_reads ON installation FOR SELECT TO reelay_app USING (true);
  GRANT SELECT ON installation TO reelay_app;
  CREATE POLICY app_reads ON workers FOR SELECT TO reelay_app USING (true);
  GRANT SELECT ON workers TO reelay_app;
END $$;

-- The founding documents' names.

CREATE VIEW "tiktok_posts" WITH (security_invoker = true) AS
  SELECT "id", "workspace_id", "account_id", "platform_post_id", "publication_id", "type", "caption", "permalink", "cover_storage_key",
         "duration_ms", "views", "likes", "comments", "shares", "published_at", "disappeared_at", "synced_at"
  FROM "library_posts" WHERE "platform" = 'tiktok';
CREATE VIEW "instagram_posts" WITH (security_invoker = true) AS
  SELECT "id", "workspace_id", "account_id", "platform_post_id", "publication_id", "type", "caption", "permalink", "cover_storage_key",
         "duration_ms", "views", "likes", "comments", "shares", "published_at", "disappeared_at", "synced_at"
  FROM "library_posts" WHERE "platform" = 'instagram';
CREATE VIEW "scheduled_posts" WITH (security_invoker = true) AS
  SELECT pu."id", pu."workspace_id", pu."post_id", pu."account_id", pu."platform", pu."type", pu."caption", pu."status", pu."due_at", pu."created_at"
  FROM "publications" pu WHERE pu."status" IN ('draft', 'preparing', 'scheduled', 'waiting');
GRANT SELECT ON "tiktok_posts", "instagram_posts", "scheduled_posts" TO reelay_app, reelay_system;
