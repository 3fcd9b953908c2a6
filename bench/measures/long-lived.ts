/** Starts servers and ends them: below reaper.py, so that none outlives the harness and every orphan's CPU is counted. */
import { spawn, type ChildProcess } from "node:child_process";
import { reaper } from "./step-below-reaper.ts";

export interface LongLived extends AsyncDisposable {
  readonly pid: number;
  /** Both streams so far, the last 64 KiB. */
  written(): string;
}

/** Resolves when `isReady` is true of what it wrote; rejects with that when it ends or takes more than 60 s. */
export async function startLongLived(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  isReady: (written: string) => boolean | Promise<boolean>,
): Promise<LongLived> {
  const child = spawn("/usr/bin/python3", ["-I", reaper, ...command], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command[0]} could not be started`);
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => (written = (written + bytes.toString()).slice(-65_536)));
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await whenReady(
    child,
    () => isReady(written),
    () => written,
  );
  return {
    pid,
    written: () => written,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const tooLong = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

async function whenReady(
  child: ChildProcess,
  isReady: () => boolean | Promise<boolean>,
  written: () => string,
): Promise<void> {
  const until = performance.now() + 60_000;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended early:\n${written()}`);
    if (performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`not ready after 60 s:\n${written()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
