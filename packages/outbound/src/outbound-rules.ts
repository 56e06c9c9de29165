/** Every address of a host name, IPv4 and IPv6. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

export interface OutboundRules {
  /** Plain http besides https; a redirect from https to http as well. */
  readonly allowHttp: boolean;
  readonly ports: readonly number[];
  readonly isAllowedAddress: (address: string) => boolean;
  readonly resolve: ResolveName;
  /** Longest wait for the connection, the headers and between two pieces of the body. */
  readonly idleTimeoutMs: number;
  /** Extra roots of trust, for tests. */
  readonly certificateAuthority?: string;
}
