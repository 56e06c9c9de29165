import type { Call, FaultInput, SimAccount, SimPost, Upload } from "@reelay/simulator";

export interface SimulatorControl {
  readonly wwwUrl: string;
  posts(): Promise<SimPost[]>;
  uploads(): Promise<Upload[]>;
  calls(): Promise<{ calls: Call[]; violations: number; held: number }>;
  issuedTokens(): Promise<string[]>;
  addAccount(username: string): Promise<SimAccount>;
  addFault(fault: FaultInput): Promise<void>;
  clearFaults(): Promise<void>;
  /** Tokens of an account, as if it had consented to somebody else. */
  grant(openId: string): Promise<{ accessToken: string; refreshToken: string }>;
  /** Lets every held answer go. */
  release(): Promise<void>;
}

/** Steers the simulator that runs as a process of its own. */
export function simulatorControl(wwwUrl: string): SimulatorControl {
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(`${wwwUrl}/_control/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator's ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  const tell = <T>(path: string, body: unknown = {}) =>
    ask<T>(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    wwwUrl,
    posts: () => ask("posts"),
    uploads: () => ask("uploads"),
    calls: () => ask("calls"),
    issuedTokens: () => ask("issued-tokens"),
    addAccount: (username) => tell("accounts", { username }),
    addFault: (fault) => tell("faults", fault),
    clearFaults: () => ask("faults", { method: "DELETE" }),
    grant: (openId) => tell("grant", { openId }),
    release: () => tell("release"),
  };
}
