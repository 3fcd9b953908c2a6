/** For the gateway's tests: a gateway on a loopback port, an upstream that does as a test scripts it, and real Python and curl. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "../../contract/calls.ts";
import type { CallId, OwnerId, RunId } from "../../contract/ids.ts";
import { systemClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import { createDialer } from "../openrouter/dial.ts";
import { createUpstream } from "../openrouter/http-upstream.ts";
import type { Patience } from "../openrouter/send.ts";
import type { CallRow, CallStore, Recording } from "../store/call-store.ts";
import { placeholder, programRequest } from "./program-request-for-tests.ts";
import { createGateway } from "./tls-gateway.ts";
import { createHostDialer } from "../hosts/host-dialer.ts";
import type { Endpoint, RunMoney, RunReach } from "./gateway.ts";
import type { HostDialer } from "./host-dialer.ts";

export const realKey = `sk-or-v1-${"c0ffee11".repeat(8)}`;

export interface World extends AsyncDisposable {
  /** Where openrouter.ai is. */
  readonly port: number;
  readonly caFile: string;
  readonly authorityPem: string;
  readonly endpoint: Endpoint;
  readonly rows: ReadonlyMap<CallId, CallRow>;
  readonly recordings: ReadonlyMap<CallId, Recording>;
  readonly announced: readonly Call[];
  /** Everything that was logged. */
  readonly logged: readonly string[];
  /** Resolves with the rows once that many calls are settled. */
  settled(count: number): Promise<readonly CallRow[]>;
  /** Sends one request as a program would; the body is text, or what makes JSON. Rejects when the connection breaks. */
  ask(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Replied>;
  /** Runs a program in which openrouter.ai is the gateway. */
  python(code: string): Promise<Ended>;
  curl(...args: readonly string[]): Promise<Ended>;
  /** Starts the same without waiting for its end. */
  startPython(code: string): ReturnType<typeof spawn>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Replied {
  readonly status: number;
  readonly text: string;
}

export interface Scripted {
  readonly upstream: RequestListener | URL | { readonly raw: (socket: net.Socket) => void };
  /** Or what tells it, asked anew for each call. */
  readonly key?: string | null | (() => string | null);
  readonly patience?: Patience;
  /** What calls are held to and priced by. */
  readonly money?: RunMoney;
  readonly simulated?: boolean;
  /** What the program may reach besides; then the gateway listens on the whole loopback. */
  readonly reach?: RunReach;
  readonly hosts?: HostDialer;
  /** Called before each write to the store; may throw. */
  readonly onStore?: (what: "create" | "update" | "finish") => void;
}

export async function createWorld(scripted: Scripted): Promise<World> {
  const upstreamServer = await startUpstream(scripted.upstream);
  const origin =
    scripted.upstream instanceof URL
      ? scripted.upstream
      : new URL(`http://127.0.0.1:${portOf(upstreamServer ?? net.createServer())}`);
  const logged: string[] = [];
  const log = createLog("debug", { write: (line) => void logged.push(line) });
  const key = scripted.key === undefined ? realKey : scripted.key;
  const dialer = createDialer({ origin });
  const upstream = createUpstream({
    dialer,
    key: () => Promise.resolve(typeof key === "function" ? key() : key),
    simulated: scripted.simulated ?? false,
    log,
    ...(scripted.patience === undefined ? {} : { patience: scripted.patience }),
  });
  const { store, rows, recordings, settled } = createMemoryCalls(scripted.onStore ?? (() => {}));
  const hosts = scripted.hosts ?? createHostDialer();
  const gateway = await createGateway({ calls: store, clock: systemClock, log, hosts });
  const listener = net.createServer().listen(0, scripted.reach === undefined ? "127.0.0.1" : "0.0.0.0");
  await once(listener, "listening");
  const port = portOf(listener);
  const announced: Call[] = [];
  const endpoint = await gateway.attach(listener, {
    runId: newId<RunId>(Date.now()),
    ownerId: newId<OwnerId>(Date.now()),
    upstream,
    changed: (call) => void announced.push(call),
    ...(scripted.money === undefined ? {} : { money: scripted.money }),
    ...(scripted.reach === undefined ? {} : { reach: scripted.reach }),
  });
  const directory = await mkdtemp(join(tmpdir(), "gateway-test-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, gateway.authorityPem);
  await writeFile(join(directory, "sitecustomize.py"), nameTrick);
  const environment = {
    PATH: "/usr/bin:/bin",
    PYTHONPATH: directory,
    GATEWAY_PORT: String(port),
    OPENROUTER_API_KEY: placeholder,
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    CURL_CA_BUNDLE: caFile,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const started = new Set<ReturnType<typeof spawn>>();
  const start = (command: string, args: readonly string[]): ReturnType<typeof spawn> => {
    const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    started.add(child);
    child.on("close", () => started.delete(child));
    return child;
  };
  return {
    port,
    caFile,
    authorityPem: gateway.authorityPem,
    endpoint,
    rows,
    recordings,
    announced,
    logged,
    settled,
    ask: (path, body, headers = {}) =>
      askOver(
        port,
        gateway.authorityPem,
        path,
        typeof body === "string" ? body : JSON.stringify(body),
        headers,
      ),
    startPython: (code) => start("/usr/bin/python3", ["-u", "-c", code]),
    python: (code) => ended(start("/usr/bin/python3", ["-c", code])),
    curl: (...args) =>
      ended(start("/usr/bin/curl", ["-sS", "--connect-to", `openrouter.ai:443:127.0.0.1:${port}`, ...args])),
    async [Symbol.asyncDispose]() {
      for (const child of started) child.kill("SIGKILL");
      await endpoint.close();
      dialer.close();
      upstreamServer?.close();
      if (upstreamServer !== null && "closeAllConnections" in upstreamServer)
        upstreamServer.closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}

/** Whatever the client, Python looks up and connects through `socket`; in the sandbox /etc/hosts and port 443 are real. */
const nameTrick = `
import os, socket
_look_up, _connect = socket.getaddrinfo, socket.socket.connect
def look_up(host, port, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    return _look_up("127.0.0.1" if name == "openrouter.ai" else host, port, *args, **kwargs)
def connect(self, address):
    return _connect(self, ("127.0.0.1", int(os.environ["GATEWAY_PORT"])) if address == ("127.0.0.1", 443) else address)
socket.getaddrinfo, socket.socket.connect = look_up, connect
`;

function askOver(
  port: number,
  ca: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Replied> {
  return new Promise((resolve, reject) => {
    const outgoing = programRequest({ port, ca }, path, body, headers);
    outgoing.on("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (part: string) => (text += part));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on("error", reject);
  });
}

export const portOf = (server: net.Server | Server): number => (server.address() as net.AddressInfo).port;

async function startUpstream(upstream: Scripted["upstream"]): Promise<Server | net.Server | null> {
  if (upstream instanceof URL) return null;
  const server =
    typeof upstream === "function"
      ? createServer({ keepAliveTimeout: 5_000 }, upstream)
      : net.createServer((socket) => {
          socket.on("error", () => socket.destroy());
          upstream.raw(socket);
        });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (part: string) => (text[name] += part));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...text };
}

/** Calls kept in memory, with the port's promises. */
export function createMemoryCalls(onStore: (what: "create" | "update" | "finish") => void) {
  const rows = new Map<CallId, CallRow>();
  const recordings = new Map<CallId, Recording>();
  const finished = new Set<CallId>();
  const waiting = new Set<() => void>();
  const store: CallStore = {
    create: async (row) => {
      onStore("create");
      rows.set(row.id, row);
    },
    update: async (id, change) => {
      onStore("update");
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, ...change });
    },
    finish: async (id, change, recording) => {
      onStore("finish");
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, ...change });
      recordings.set(id, structuredClone(recording));
      finished.add(id);
      for (const look of waiting) look();
    },
    list: (_owner, runId) => Promise.resolve([...rows.values()].filter((row) => row.runId === runId)),
    find: (_owner, runId, number) => {
      const row = [...rows.values()].find((one) => one.runId === runId && one.number === number);
      return Promise.resolve(row === undefined ? null : { row, recording: recordings.get(row.id) ?? null });
    },
    settleUnfinished: () => Promise.resolve(0),
    settleUnknown: (id, change) => {
      const row = rows.get(id);
      if (row?.state !== "unknown") return Promise.resolve(false);
      rows.set(id, { ...row, ...change });
      return Promise.resolve(true);
    },
    unknownSince: () => Promise.resolve([...rows.values()].filter((row) => row.state === "unknown")),
    heldSince: () => Promise.resolve(0n),
    synced: () => Promise.resolve(),
  };
  const settled = (count: number): Promise<readonly CallRow[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (finished.size < count) return;
        waiting.delete(look);
        // By then it has been told, too, and what was set aside for it is settled.
        setImmediate(() => resolve([...rows.values()]));
      };
      waiting.add(look);
      look();
    });
  return { store, rows, recordings, settled };
}
