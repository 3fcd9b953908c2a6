/** Our product from outside: started as a user starts it, spoken to as the page speaks to it. */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { RunEvent, SocketMessage } from "../../contract/events.ts";
import { Run, endedStates } from "../../contract/runs.ts";
import { eventSocket, routes } from "../../contract/routes.ts";
import { startLongLived } from "../measures/long-lived.ts";
import { plainEnvironment } from "./spawning.ts";

const launcher = new URL("../../bin/openrouter-ide", import.meta.url).pathname;

export interface StartedProduct extends AsyncDisposable {
  /** With its token: opening it signs in. */
  readonly address: string;
  readonly pid: number;
  /** The end of its log. */
  written(): string;
}

export async function startProduct(): Promise<StartedProduct> {
  const folder = await mkdtemp(join(tmpdir(), "orid-bench-"));
  const command = [launcher, "serve", "--no-browser", "--simulator", "--port", "0", "--data", folder];
  const printed = /^Open (http\S+)$/m;
  const server = await startLongLived(command, { ...plainEnvironment, HOME: folder }, (text) =>
    printed.test(text),
  );
  return {
    address: printed.exec(server.written())?.[1] ?? "",
    pid: server.pid,
    written: () => server.written(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a client takes note of; text is counted by whoever wants it. */
export interface Watcher {
  output(text: string): void;
}

export interface ProductSession {
  /** Resolves when the run's end has been told, with the run. */
  run(code: string, watcher: Watcher, timeoutMs?: number): Promise<Run>;
  /** What the page tells the server while the user edits, so that an interpreter waits with the program's imports. */
  warm(code: string): Promise<void>;
  /** Keeps an event socket open, as a page that is only looked at does. */
  stay(): Promise<void>;
  signOut(): Promise<void>;
}

/** A brand-new session: the printed address, opened by a browser that was never here. */
export async function signIn(product: StartedProduct): Promise<ProductSession> {
  const { address } = product;
  const { origin } = new URL(address);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const reply = await fetch(address, { redirect: "manual" });
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const headers = { "content-type": "application/json", origin, cookie };

  const post = (path: string, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const sent = request(origin + path, {
        agent,
        method: "POST",
        headers: { ...headers, "content-length": length },
      });
      sent.on("error", reject);
      sent.on("response", (reply: IncomingMessage) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (part: string) => (text += part));
        reply.on("error", reject);
        reply.on("end", () =>
          reply.statusCode === 200
            ? resolve(text)
            : reject(new Error(`${reply.statusCode} ${text}\n${product.written()}`)),
        );
      });
      sent.end(body);
    });

  /** As the page: each run is followed on a socket that names it. */
  const follow = (run: string, watcher: Watcher): Promise<Run> =>
    new Promise((resolve, reject) => {
      const address = `${origin.replace("http", "ws")}${eventSocket.path}?run=${run}&after=0`;
      const socket = new WebSocket(address, { headers: { origin, cookie }, perMessageDeflate: false });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the event socket closed before the run's end")));
      socket.on("message", (bytes: Buffer) => {
        const message = JSON.parse(bytes.toString()) as SocketMessage;
        if (message.type === "failure") reject(new Error(message.failure.says));
        if (message.type !== "events") return;
        const ended = takeNote(message.events, watcher);
        if (ended === null) return;
        socket.removeAllListeners("close");
        socket.close();
        resolve(ended);
      });
    });

  const run: ProductSession["run"] = async (code, watcher, timeoutMs) => {
    const more = timeoutMs === undefined ? {} : { timeoutMs };
    const body = JSON.stringify({ code, idempotencyKey: crypto.randomUUID(), ...more });
    const started = Run.parse(JSON.parse(await post(routes.startRun.path, body)));
    return follow(started.id, watcher);
  };
  return {
    run,
    async warm(code) {
      const body = { code, fileName: "main.py", files: [] };
      await post(routes.prepareRun.path, JSON.stringify(body));
      // The answer does not wait for the interpreter; a run through the whole path makes sure of the rest.
      await run(code, { output: () => undefined });
    },
    stay: () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${origin.replace("http", "ws")}${eventSocket.path}`, {
          headers: { origin, cookie },
        });
        socket.once("open", resolve);
        socket.once("error", reject);
      }),
    async signOut() {
      await post(routes.signOut.path, "{}");
      agent.destroy();
    },
  };
}

/** The run when one of the events is its end. */
function takeNote(events: readonly RunEvent[], watcher: Watcher): Run | null {
  let ended: Run | null = null;
  for (const event of events) {
    if (event.type === "output") watcher.output(event.text);
    else if (event.type === "gap") watcher.output("");
    else if (event.type === "run" && endedStates.has(event.run.state)) ended = event.run;
  }
  return ended;
}
