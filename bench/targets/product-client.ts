/** Our product from outside: started as a user starts it, spoken to as the page speaks to it. */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { RunEvent, SocketMessage } from "../../contract/events.ts";
import { StartedRun, endedStates, type Run } from "../../contract/runs.ts";
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

  const socketAddress = origin.replace("http", "ws") + eventSocket.path;
  const idle: FollowingSocket[] = [];

  /** As the page: a run is followed on a socket that is open already, and named when the run is started. */
  const run: ProductSession["run"] = async (code, watcher, timeoutMs) => {
    const socket = idle.pop() ?? (await openSocket(socketAddress, { origin, cookie }));
    const more = timeoutMs === undefined ? {} : { timeoutMs };
    const body = JSON.stringify({ code, idempotencyKey: crypto.randomUUID(), socket: socket.name, ...more });
    const ended = socket.follow(watcher);
    const started = StartedRun.parse(JSON.parse(await post(routes.startRun.path, body)));
    if (!started.followed) throw new Error("the run is not told of on the socket that was named");
    const run = await ended;
    idle.push(socket);
    return run;
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
        const socket = new WebSocket(socketAddress, { headers: { origin, cookie } });
        socket.once("open", resolve);
        socket.once("error", reject);
      }),
    async signOut() {
      await post(routes.signOut.path, "{}");
      agent.destroy();
    },
  };
}

interface FollowingSocket {
  readonly name: string;
  /** Resolves with the next run that is told of here, when its end has been told. */
  follow(watcher: Watcher): Promise<Run>;
}

/** Resolves when the server has said hello. */
function openSocket(address: string, headers: Record<string, string>): Promise<FollowingSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers, perMessageDeflate: false });
    let watching: { readonly watcher: Watcher; readonly ended: (run: Run) => void } | null = null;
    let fail = reject;
    const lost = (why: string): void => fail(new Error(why));
    socket.on("error", (error) => lost(error.message));
    socket.on("close", () => lost("the event socket closed"));
    socket.on("message", (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as SocketMessage;
      if (message.type === "failure") lost(message.failure.says);
      if (message.type === "hello") resolve({ name: message.socket, follow });
      if (message.type !== "events" || watching === null) return;
      const ended = takeNote(message.events, watching.watcher);
      if (ended !== null) watching.ended(ended);
    });
    const follow = (watcher: Watcher): Promise<Run> =>
      new Promise((ended, failed) => {
        fail = failed;
        watching = { watcher, ended };
      });
  });
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
