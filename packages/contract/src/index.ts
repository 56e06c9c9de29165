export {
  accountFilter,
  accountList,
  accountStates,
  accountView,
  creatorInfo,
  refreshedAccount,
  type AccountList,
  type AccountView,
  type CreatorInfo,
  type RefreshedAccount,
} from "./accounts.ts";
export {
  connectedAccount,
  oauthCallbackQuery,
  oauthStart,
  oauthStartQuery,
  type ConnectedAccount,
  type OauthStart,
} from "./connecting.ts";
export { liveness, readiness, type Readiness } from "./health.ts";
export {
  libraryFilter,
  libraryPage,
  libraryPost,
  libraryPostDetail,
  type LibraryPage,
  type LibraryPost,
  type LibraryPostDetail,
} from "./library.ts";
export {
  failureView,
  mediaImport,
  mediaList,
  mediaView,
  uploadView,
  renditionRequest,
  planView,
  renditionView,
  stillOptions,
  type FailureView,
  type MediaView,
  type UploadView,
  type RenditionRequest,
  type PlanView,
  type RenditionView,
} from "./media.ts";
export {
  acceptedPost,
  canceledPost,
  consent,
  latePolicy,
  postEdit,
  postList,
  postRequest,
  postView,
  targetOptions,
  tiktokPostRequest,
  tiktokVideoOptions,
  type AcceptedPost,
  type CanceledPost,
  type LatePolicy,
  type PostEdit,
  type PostRequest,
  type PostView,
  type TargetOptions,
} from "./posts.ts";
export { fieldProblem, problemDetails, type ProblemDetails } from "./problem.ts";
export {
  emptyRequest,
  progressView,
  publicationOfPost,
  publicationSummary,
  publicationView,
  resolveRequest,
  timelineEntry,
  type ProgressView,
  type PublicationOfPost,
  type PublicationSummary,
  type PublicationView,
  type ResolveRequest,
} from "./publications.ts";
export { syncRequest, syncSummary, syncView, type SyncRequest, type SyncSummary, type SyncView } from "./sync.ts";
export { createOpenApi } from "./openapi.ts";
export { idText, instant, text, utc } from "./text.ts";
