/** The simulator inside the product: behind a Unix socket in a directory that only the server's user can enter. */
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { systemClock, type Clock } from "../clock.ts";
import { realPace, type Pace } from "./exchange.ts";
import { createSimulator } from "./simulator.ts";

/** Linux takes socket paths of at most 107 bytes. */
const socketPathBytes = 107;

export interface EmbeddedSimulator {
  readonly socketPath: string;
  /** Ends open replies and takes the socket away. */
  close(): Promise<void>;
}

/**
 * Listens on `simulator.sock` in `directory`, which is made with mode 0700 when it is missing. Throws when the path is too
 * long for a socket or can't be listened on.
 */
export async function startEmbeddedSimulator(
  directory: string,
  options: { clock?: Clock; pace?: Pace; seed?: string; onFault?: (fault: unknown) => void } = {},
): Promise<EmbeddedSimulator> {
  const socketPath = join(directory, "simulator.sock");
  if (Buffer.byteLength(socketPath) > socketPathBytes)
    throw new Error(`${socketPath} is too long for a socket: ${socketPathBytes} bytes at most`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // What an earlier server left behind when it was killed.
  await rm(socketPath, { force: true });
  const { handler } = createSimulator({
    clock: options.clock ?? systemClock,
    pace: options.pace ?? realPace,
    seed: options.seed ?? randomBytes(16).toString("hex"),
    ...(options.onFault ? { onFault: options.onFault } : {}),
  });
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await rm(socketPath, { force: true });
    },
  };
}
