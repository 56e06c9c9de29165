export { until, untilDone, type Patience } from "./until.ts";
