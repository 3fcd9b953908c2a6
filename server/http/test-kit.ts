/** What the tests of this room share: a real server on a port of its own, its parts in the test's hands, and raw requests. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Config } from "../config.ts";
import { systemClock, type Clock } from "../clock.ts";
import type { InstallationWatch } from "../environments/watch.ts";
import { createLog } from "../log.ts";
import type { RunFollowing } from "../runs/follow.ts";
import type { Presence } from "../runs/presence.ts";
import { openStore } from "../store/open-store.ts";
import type { SessionStore } from "../store/session-store.ts";
import { refused } from "../../contract/failures.ts";
import { routes, type RouteName } from "../../contract/routes.ts";
import type { Handlers } from "./handlers.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";

export const testToken = "a-token-of-the-test-suite-0123456789";
export const instanceId = "test1";
/** Stands in a file beside the build: it must never be served. */
export const canary = "canary-7f3a91";

export interface TestServer {
  readonly server: HttpServer;
  /** "http://127.0.0.1:PORT", without base path. */
  readonly origin: string;
  readonly host: string;
  readonly sessions: SessionStore;
  /** Every log line so far. */
  readonly log: string[];
  /** Lets the time between two signs of life pass. */
  beat(): void;
  /** Signs in by the printed address; answers the cookie header's value. */
  signIn(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly config?: Partial<Config>;
  readonly handlers?: Partial<Handlers>;
  readonly following?: RunFollowing;
  readonly presence?: Presence;
  readonly installations?: InstallationWatch;
  readonly clock?: Clock;
  readonly sessions?: SessionStore;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "orid-http-"));
  const webDirectory = await buildIn(directory);
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const store = await openStore("sqlite::memory:", log);
  if (!store.ok) throw new Error(store.error.says);
  const sessions = options.sessions ?? store.value.sessions;
  const config = { ...plainConfig, ...options.config };
  let beat = (): void => undefined;
  const clean = async (): Promise<void> => {
    await store.value.close();
    await rm(directory, { recursive: true });
  };
  const server = await createHttpServer({
    config,
    sessions,
    handlers: { ...nothingThere, ...options.handlers },
    following: options.following ?? { follow: async () => null, expect: () => () => undefined },
    ...(options.presence === undefined ? {} : { presence: options.presence }),
    ...(options.installations === undefined ? {} : { installations: options.installations }),
    webDirectory,
    instanceId,
    version: "0.0.0-test",
    clock: options.clock ?? systemClock,
    log,
    heartbeat: (given) => {
      beat = given;
      return () => undefined;
    },
  }).catch(async (refusal: unknown) => {
    await clean();
    throw refusal;
  });
  const host = `127.0.0.1:${server.address.port}`;
  const origin = `http://${host}`;
  return {
    server,
    origin,
    host,
    sessions,
    log: lines,
    beat: () => beat(),
    signIn: async () => {
      const reply = await fetch(`${origin}${config.basePath}/?token=${testToken}`, { redirect: "manual" });
      return cookieOf(reply);
    },
    stop: async () => {
      await server.close();
      await clean();
    },
  };
}

/** `name=value` of the reply's cookie. */
export const cookieOf = (reply: Response): string => reply.headers.getSetCookie()[0]?.split(";")[0] ?? "";

const plainConfig = {
  host: "127.0.0.1",
  port: 0,
  portIsFixed: true,
  basePath: "",
  publicHosts: [] as readonly string[],
  token: testToken,
  tokenIsGiven: false,
  trustedProxies: [] as readonly string[],
};

/** A build as Vite leaves it, with what must not be served beside what must. */
export async function buildIn(directory: string): Promise<string> {
  const web = join(directory, "dist");
  await mkdir(join(web, "assets"), { recursive: true });
  await writeFile(join(directory, "secret.txt"), canary);
  const files: Record<string, string> = {
    "index.html":
      '<!doctype html><html><head><title>IDE</title></head><body><script src="./assets/app-1a2b3c4d.js"></script></body></html>',
    "assets/app-1a2b3c4d.js": "console.log('app')",
    "assets/app-1a2b3c4d.js.br": "brotli bytes",
    "assets/app-1a2b3c4d.js.gz": "gzip bytes",
    "assets/app-1a2b3c4d.js.map": canary,
    "favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    ".env": canary,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(web, name), content);
  return web;
}

/** Every handler answers "not there", but for health. */
const nothingThere = {
  ...Object.fromEntries(
    (Object.keys(routes) as RouteName[]).map((name) => [name, async () => refused({ code: "not-found" })]),
  ),
  health: async () => ({ ok: true, value: { ok: true, version: "0.0.0-test" } }),
} as unknown as Handlers;

export interface RawReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly whole: string;
}

/** Writes bytes to the port as they are and reads until the server closes or the reply is over. */
export async function sendRaw(port: number, request: string | Buffer): Promise<RawReply> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => socket.destroy());
  socket.end(request);
  const whole = await text(socket).catch(() => "");
  const [head = "", ...rest] = whole.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  return { status: Number(statusLine.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n"), whole };
}
