export { Failure, failures, whoActs, type FailureCode, type FailureDetails, type FailureSpec, type FieldProblem, type WhoActs } from "./failure.ts";
export {
  isCancelable,
  isEditable,
  isFinal,
  publicationStatuses,
  transition,
  transitions,
  waitReasons,
  type PublicationEvent,
  type PublicationEventType,
  type PublicationStatus,
  type WaitReason,
} from "./publication.ts";
