import { advancePublication } from "./catalog/advance-publication.ts";
import { cacheMedia } from "./catalog/cache-media.ts";
import { checkPublication } from "./catalog/check-publication.ts";
import { confirmRemoval } from "./catalog/confirm-removal.ts";
import { convertMedia } from "./catalog/convert-media.ts";
import { disconnectAccount } from "./catalog/disconnect-account.ts";
import { importMedia } from "./catalog/import-media.ts";
import { probeMedia } from "./catalog/probe-media.ts";
import { refreshToken } from "./catalog/refresh-token.ts";
import { sweepDisconnecting } from "./catalog/sweep-disconnecting.ts";
import { sweepDueAccounts } from "./catalog/sweep-due-accounts.ts";
import { sweepExpiringGrants } from "./catalog/sweep-expiring-grants.ts";
import { sweepMedia } from "./catalog/sweep-media.ts";
import { sweepRetention } from "./catalog/sweep-retention.ts";
import { sweepStorage } from "./catalog/sweep-storage.ts";
import { sweepUploads } from "./catalog/sweep-uploads.ts";
import { sweepWebhooks } from "./catalog/sweep-webhooks.ts";
import { syncAccount } from "./catalog/sync-account.ts";

/** Every job of the catalog, and so every queue: readiness and the dashboard know these and no others. */
export const allJobs = [
  advancePublication,
  checkPublication,
  importMedia,
  probeMedia,
  convertMedia,
  sweepMedia,
  sweepStorage,
  sweepUploads,
  sweepRetention,
  refreshToken,
  sweepExpiringGrants,
  disconnectAccount,
  sweepDisconnecting,
  syncAccount,
  sweepDueAccounts,
  cacheMedia,
  confirmRemoval,
  sweepWebhooks,
] as const;
