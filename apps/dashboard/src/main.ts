import { runProcess } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";

await runProcess({ name: "dashboard", env: process.env, parseConfig, start });
