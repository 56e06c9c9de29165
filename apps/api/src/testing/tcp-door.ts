import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface TcpDoor {
  readonly port: number;
  /** Cuts every connection and takes no more. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** A door on the way to `target`, which a test may shut. */
export async function tcpDoor(target: { host: string; port: number }): Promise<TcpDoor> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((outside) => {
    keep(outside);
    if (!isOpen) {
      outside.destroy();
      return;
    }
    const inside = connect(target.port, target.host);
    keep(inside);
    outside.pipe(inside).pipe(outside);
    outside.on("close", () => inside.destroy());
    inside.on("close", () => outside.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    shut() {
      isOpen = false;
      cut();
    },
    open: () => void (isOpen = true),
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
