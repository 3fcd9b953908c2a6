/** Starts the product as a user does and talks to it as a page does: for the tests that cross rooms. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import type { RunEvent, SocketMessage } from "../contract/events.ts";
import type { Result } from "../contract/failures.ts";
import type { RunId } from "../contract/ids.ts";
import type { RouteRequest } from "../contract/routes.ts";
import { endedStates, type Run } from "../contract/runs.ts";
import { createApi, type Api } from "../web/api/client.ts";

const launcher = fileURLToPath(new URL("../bin/openrouter-ide", import.meta.url));
const main = fileURLToPath(new URL("../server/main.ts", import.meta.url));

export interface ProductOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Any free one unless given; null for the product's own choice. */
  readonly port?: number | null;
  /** A data directory that outlives this start; without one a fresh one is made and removed. */
  readonly data?: string;
  /** The words that start it in place of `launcher`: surroundings and the launcher, or Node with options and `main`. */
  readonly start?: (launcher: string, main: string) => readonly string[];
}

export interface Product extends AsyncDisposable {
  /** The printed address, with its token. */
  readonly address: string;
  readonly origin: string;
  readonly process: ChildProcess;
  readonly data: string;
  /** Everything it wrote to standard output and error so far. */
  written(): string;
  /** Ends it with a signal and resolves with exit code or signal name. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Resolves once the address is printed; rejects with all that was written when it ends before that. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "orid-test-")));
  const port = options.port === null ? [] : ["--port", String(options.port ?? 0)];
  const args = ["serve", "--no-browser", ...port, "--data", data, ...(options.args ?? [])];
  const [command = launcher, ...words] = options.start?.(launcher, main) ?? [];
  const child = spawn(command, [...words, ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: data, TMPDIR: tmpdir(), LOG_LEVEL: "info", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  child.stderr.on("data", (bytes: Buffer) => (written += bytes.toString()));
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(code ?? signal)),
  );
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      written += `${line}\n`;
      const printed = /^Open (http\S+)$/.exec(line)?.[1];
      if (printed !== undefined) resolve(printed);
    });
    void exited.then((how) => reject(new Error(`ended with ${how}:\n${written}`)));
  });
  const end = (signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> => {
    child.kill(signal);
    return exited;
  };
  return {
    address,
    origin: new URL(address).origin,
    process: child,
    data,
    written: () => written,
    end,
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      if (options.data === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}

export interface Visitor {
  readonly cookie: string;
  readonly api: Api;
  /** The run's events from the socket until `until` is true of one of them. */
  follow(run: RunId, until: (event: RunEvent) => boolean, after?: number): Promise<readonly RunEvent[]>;
  /** Runs a program to its end. */
  run(
    code: string,
    more?: Partial<Omit<RouteRequest<"startRun">["body"], "code" | "idempotencyKey">>,
  ): Promise<{ readonly run: Run; readonly events: readonly RunEvent[] }>;
}

/** Opens the printed address as a new browser would, or as one that already has a cookie, and keeps its cookie. */
export async function visit(product: Product, known?: Pick<Visitor, "cookie">): Promise<Visitor> {
  if (known !== undefined) return visitorWith(product, known.cookie);
  const reply = await fetch(product.address, { redirect: "manual" });
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return visitorWith(product, cookie);
}

function visitorWith(product: Product, cookie: string): Visitor {
  const api = createApi(product.origin, (input, init) =>
    fetch(input, {
      ...init,
      headers: { "content-type": "application/json", cookie, origin: product.origin },
    }),
  );
  const follow: Visitor["follow"] = (run, until, after = 0) => followRun(product, cookie, run, until, after);
  return {
    cookie,
    api,
    follow,
    async run(code, more = {}) {
      const started = ok(
        await api.startRun({ body: { code, idempotencyKey: crypto.randomUUID(), ...more } }),
      );
      const events = await follow(
        started.id,
        (event) => event.type === "run" && endedStates.has(event.run.state),
      );
      const last = events.findLast((event) => event.type === "run");
      return { run: last?.run ?? started, events };
    },
  };
}

/** The value of an outcome that the test counts on. */
export function ok<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** What a program wrote to one stream, or to both. */
export function outputOf(events: readonly RunEvent[], stream?: "stdout" | "stderr"): string {
  return events
    .flatMap((event) =>
      event.type === "output" && (stream === undefined || event.stream === stream) ? [event.text] : [],
    )
    .join("");
}

function followRun(
  product: Product,
  cookie: string,
  run: RunId,
  until: (event: RunEvent) => boolean,
  after: number,
): Promise<readonly RunEvent[]> {
  return new Promise((resolve, reject) => {
    const events: RunEvent[] = [];
    const address = `${product.origin.replace("http", "ws")}/api/events?run=${run}&after=${after}`;
    const socket = new WebSocket(address, { headers: { cookie, origin: product.origin } });
    socket.on("error", reject);
    socket.on("close", () =>
      reject(new Error(`the socket closed after ${JSON.stringify(events.slice(-3))}`)),
    );
    socket.on("message", (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as SocketMessage;
      if (message.type === "failure") reject(new Error(message.failure.says));
      if (message.type !== "events") return;
      events.push(...message.events);
      if (!message.events.some(until)) return;
      socket.removeAllListeners("close");
      socket.close();
      resolve(events);
    });
  });
}
