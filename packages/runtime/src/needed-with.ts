import { z } from "zod";

/** Variables that are required only where another variable has a value: `parseConfig` names those that are missing. */
export const neededWith = z.registry<{ readonly name: string; readonly value: string }>();
