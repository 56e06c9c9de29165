import { runProcess } from "@reelay/runtime";
import { parsePublishConfig } from "./config.ts";
import { start } from "./start.ts";

await runProcess({ name: "publish", env: process.env, parseConfig: parsePublishConfig, start });
