import { describe } from "@jest/globals";
import { describeReadiness } from "./testing/describe-readiness.ts";

describe("readiness with each worker a process of its own, ten times as fast", () =>
  describeReadiness({ timeScale: 0.1 }));
