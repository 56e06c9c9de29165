import { describeMatrix } from "./describe-matrix.ts";
import { sources } from "./sources.ts";

describeMatrix(sources, { timeoutMs: 30 * 60_000 });
