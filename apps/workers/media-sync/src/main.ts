import { runProcess } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";

await runProcess({ name: "media-sync", env: process.env, parseConfig, start });
