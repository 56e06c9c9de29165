import { createApiClient, type ApiClient } from "../api/api-client.ts";
import { CommandStop, exitCodes, type Call, type Option } from "./command.ts";
import { findInstallation } from "./installation.ts";

/** Of every command that speaks to the API. */
export const apiOptions = {
  api: {
    type: "string",
    value: "URL",
    says: "where the API is; else REELAY_API_URL, else that of what runs here",
  },
  key: {
    type: "string",
    value: "KEY",
    says: "the workspace's key; better REELAY_API_KEY, which no list of processes shows; else that of what runs here",
  },
} as const satisfies Record<string, Option>;

/** The API that was named, with its key, else the one that runs here: its key goes to no other address. */
export function openApi(call: Call, signal: AbortSignal = call.signal): ApiClient {
  const named = call.text("api") ?? (call.env["REELAY_API_URL"] || undefined);
  const givenKey = call.text("key") ?? (call.env["REELAY_API_KEY"] || undefined);
  const here = findInstallation(call.root, call.env);
  const baseUrl = named === undefined ? here.apiUrl : addressOf(named);
  if (baseUrl === undefined) {
    throw new CommandStop(
      exitCodes.unreachable,
      `Nothing runs in ${here.directory}: start Reelay with \`npm start\`, or name the API with --api and its key with REELAY_API_KEY.`,
    );
  }
  const apiKey = givenKey ?? (baseUrl === here.apiUrl ? here.env["REELAY_BOOTSTRAP_API_KEY"] : undefined);
  if (!apiKey) throw new CommandStop(exitCodes.usage, `The key of ${baseUrl} is missing: set REELAY_API_KEY.`);
  if (!/^[\u0021-\u007e]+$/.test(apiKey))
    throw new CommandStop(
      exitCodes.usage,
      "The API key holds characters that no key has: copy it again, without spaces.",
    );
  return createApiClient({ baseUrl, apiKey, signal });
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ["http:", "https:"].includes(url.protocol) && url.username === "")
    return (url.origin + url.pathname).replace(/\/+$/, "");
  throw new CommandStop(exitCodes.usage, "The address of the API must look like https://reelay.example.com.");
}
