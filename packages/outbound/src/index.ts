export { createOutbound, type Outbound } from "./create-outbound.ts";
export { type OutboundRules } from "./outbound-rules.ts";
