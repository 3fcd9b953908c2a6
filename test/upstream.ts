/** OpenRouter's stand-in as a process of its own: the simulator, knowing one key only, with a log of what arrived. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const root = new URL("../", import.meta.url).pathname;

export interface ArrivedRequest {
  readonly method: string;
  readonly url: string;
  /** As they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyBase64: string;
}

export interface TestUpstream extends AsyncDisposable {
  readonly url: string;
  requests(): Promise<readonly ArrivedRequest[]>;
}

/** `log` is a file that it may write. Answers come as fast as they can unless `pace` is "real". */
export async function startUpstream(options: {
  readonly key: string;
  readonly log: string;
  readonly pace?: "real" | "instant";
  /** How long what an answer cost can't be asked afterwards. */
  readonly generationDelayMs?: number;
  /** How long `simulator/stream-stall` keeps silent. */
  readonly stallMs?: number;
}): Promise<TestUpstream> {
  const args = [
    "--port",
    "0",
    "--key",
    options.key,
    "--log",
    options.log,
    "--pace",
    options.pace ?? "instant",
    ...(options.generationDelayMs === undefined
      ? []
      : ["--generation-delay", String(options.generationDelayMs)]),
    ...(options.stallMs === undefined ? [] : ["--stall", String(options.stallMs)]),
  ];
  const child = spawn(`${root}node_modules/.bin/node`, ["server/simulator/main.ts", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once("line", (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
  });
  return {
    url,
    requests: async () =>
      (await readFile(options.log, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as ArrivedRequest),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
