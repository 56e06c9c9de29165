export { describePlatform, type PlatformBench } from "../conformance.ts";
export { walk, type Walked, type WalkOptions } from "./walk.ts";
