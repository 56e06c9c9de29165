import { httpConfig, tiktokConfig, type Environment } from "@reelay/runtime";
import { z } from "zod";
import { publicUrlProblem, redirectUriProblem } from "./address-problems.ts";
import { clockFinding } from "./clock-finding.ts";
import { notStarted, type DoctorContext } from "./context.ts";
import { bad, good, open, readSettings, type Finding } from "./finding.ts";

const clockToleranceMs = 5_000;
const healthShape = z.object({ status: z.literal("ok") });

export async function checkTiktok(context: DoctorContext): Promise<Finding[]> {
  const { env, isSimulated } = context.here;
  if (isSimulated)
    return [
      good("TikTok", "the simulator stands in: nothing leaves this machine"),
      redirectFinding(env),
      await checkClock(context),
    ];
  if (!env["TIKTOK_CLIENT_KEY"] && env["NODE_ENV"] !== "production")
    return [open("TikTok", "no TIKTOK_CLIENT_KEY: `npm start` uses the simulator")];
  const read = readSettings("TikTok", tiktokConfig, env);
  if ("findings" in read) return read.findings;
  return [
    good("TikTok", `client key ${read.settings.TIKTOK_CLIENT_KEY.slice(0, 4)}…`),
    redirectFinding(env),
    await checkClock(context),
  ];
}

function redirectFinding(env: Environment): Finding {
  const publicUrl = env["PUBLIC_URL"] || "http://localhost:3002";
  const uri =
    env["TIKTOK_REDIRECT_URI"] ||
    env["NEXT_PUBLIC_TIKTOK_REDIRECT_URI"] ||
    `${publicUrl.replace(/\/+$/, "")}/tiktok-callback`;
  const problem = redirectUriProblem(uri);
  return problem === null ? good("redirect URI", uri) : bad("redirect URI", problem.says, problem.fix);
}

/** Our clock against the Date of the platform's answers; no answer is no fault. */
async function checkClock({ here, limitMs, nowMs }: DoctorContext): Promise<Finding> {
  const check = "clock, TikTok";
  const api = here.env["TIKTOK_API_URL"] || "https://open.tiktokapis.com";
  try {
    const before = nowMs();
    const response = await fetch(api, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(limitMs) });
    const theirs = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(theirs)) return open(check, `${new URL(api).host} does not tell the time`);
    // The header has whole seconds, cut off.
    const aheadMs = theirs + 500 - (before + nowMs()) / 2;
    return clockFinding(check, { aheadMs, toleranceMs: clockToleranceMs, of: "TikTok" });
  } catch {
    return open(check, `${URL.canParse(api) ? new URL(api).host : api} does not answer from here`);
  }
}

/** Where people and platforms reach us, and whether we answer there. */
export async function checkAddress(context: DoctorContext): Promise<Finding[]> {
  const { here, limitMs } = context;
  const check = "PUBLIC_URL";
  const read = readSettings(check, httpConfig, here.env);
  if ("findings" in read) return read.findings;
  const { PUBLIC_URL: publicUrl, PORT: port } = read.settings;
  const problem = publicUrlProblem(publicUrl, { port, isProduction: here.env["NODE_ENV"] === "production" });
  if (problem !== null) return [bad(check, problem.says, problem.fix)];
  const idle = notStarted(context);
  if (idle !== null && !here.env["DATABASE_URL"]) return [open(check, `${publicUrl}; nothing runs here to answer`)];
  try {
    const response = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(limitMs) });
    if (healthShape.safeParse(await response.json()).success) return [good(check, `${publicUrl} answers`)];
    return [
      bad(
        check,
        `${publicUrl} is answered by something else than Reelay`,
        "Correct PUBLIC_URL, or the proxy in front of the API.",
      ),
    ];
  } catch {
    return [
      bad(
        check,
        `${publicUrl} does not answer`,
        "Start the API; if it runs, correct PUBLIC_URL or the proxy in front of it.",
      ),
    ];
  }
}
