import { runProcess } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";

await runProcess({ name: "token-refresh", env: process.env, parseConfig, start });
