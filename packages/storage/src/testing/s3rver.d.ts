declare module "@20minutes/s3rver" {
  import type { IncomingMessage, ServerResponse, Server } from "node:http";
  import type { AddressInfo } from "node:net";

  export interface S3Context {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | undefined>>;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly state: { vhost?: boolean };
    mountPath?: string;
    respond?: boolean;
    status: number;
    type: string;
    body: unknown;
  }
  export type S3Middleware = (context: S3Context, next: () => Promise<void>) => Promise<void>;

  export default class S3rver {
    constructor(options: Record<string, unknown>);
    readonly middleware: S3Middleware[];
    readonly store: {
      putContent(path: string, content: unknown): Promise<unknown>;
      listObjects(
        bucket: string,
        options: { prefix: string; startAfter: string; maxKeys: number },
      ): Promise<{ objects: { key: string; lastModifiedDate: Date }[]; isTruncated: boolean }>;
    };
    readonly httpServer: Server;
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
