import { describe } from "@jest/globals";
import { describeReadiness } from "./testing/describe-readiness.ts";

describe("readiness with each worker a process of its own, in real time", () => describeReadiness({ timeScale: 1 }));
