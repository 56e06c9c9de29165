import { describeMatrix } from "./describe-matrix.ts";
import { quickSources } from "./sources.ts";

describeMatrix(quickSources, { timeoutMs: 300_000 });
