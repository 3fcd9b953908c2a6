/** What is measured: the upstream itself, our gateway, the plain design and the peers, each in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createAuthority } from "../../server/gateway/certificates.ts";
import { peerEntry } from "../targets/peer-packages.ts";
import { callMany, clientOf } from "./load.ts";
import { bodyOf, key } from "./shapes.ts";

export interface Gateway {
  readonly name: string;
  /** Several where one is bounded to so many connections; calls are spread over them. */
  readonly origins: readonly URL[];
  /** The name in the certificate, and whose word it is. Null: plain HTTP. */
  readonly tls: { readonly servername: string; readonly ca: string } | null;
  readonly headers: Readonly<Record<string, string>>;
  /** It answers a call with an error of its own now and then: such calls are left out, instead of ending the measurement. */
  readonly mayFail?: true;
  /** Where it takes chat completions, when not at OpenRouter's own path. */
  readonly path?: string;
  /** Null: nothing stands between. */
  readonly pid: number | null;
  /** Before each round: what was used up is renewed. */
  renew(): Promise<void>;
  /** Of the calls since the last `renew`, how many have a price in the ledger; null: it keeps none. */
  priced(): Promise<number | null>;
}

export interface World extends AsyncDisposable {
  readonly upstream: { readonly secure: number; readonly plain: number; readonly ca: string };
  readonly gateways: readonly Gateway[];
  readonly missing: readonly string[];
  readonly folder: string;
  /** Starts our gateway in front of another upstream. */
  ours(origin: URL): Promise<Gateway>;
  process(file: string, ...args: readonly string[]): Promise<Started>;
}

export interface Started {
  readonly pid: number;
  readonly said: Record<string, unknown>;
  /** Writes a line and resolves with the answer. */
  ask(line: string): Promise<Record<string, unknown>>;
  end(): Promise<void>;
}

/** As bin/openrouter-ide starts the server: with code that an earlier start has compiled. */
const asOurs = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=8"];
const compiled = (folder: string) => ({ NODE_COMPILE_CACHE: join(folder, "compiled") });
const processFile = (name: string): string => new URL(`processes/${name}`, import.meta.url).pathname;
const nothing = { renew: () => Promise.resolve(), priced: () => Promise.resolve(null) };

export async function openWorld(wanted: readonly string[]): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "orid-bench-gateways-"));
  const children: ChildProcess[] = [];
  const authority = createAuthority(["localhost"], Date.now());
  const certificate = authority.issue("localhost");
  const files = {
    ca: join(folder, "ca.pem"),
    key: join(folder, "key.pem"),
    certificate: join(folder, "certificate.pem"),
    both: join(folder, "both.pem"),
  };
  await writeFile(files.ca, authority.certificatePem);
  await writeFile(files.key, certificate.keyPem);
  await writeFile(files.certificate, certificate.certificatePem);
  await writeFile(files.both, certificate.keyPem + certificate.certificatePem);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, NODE_EXTRA_CA_CERTS: files.ca };

  const spawned = (program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess => {
    const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    return child;
  };
  const command = (program: string, ...args: readonly string[]): ChildProcess =>
    spawned(program, args, environment);
  const start = async (file: string, ...args: readonly string[]): Promise<Started> => {
    const child = file.startsWith("ours")
      ? spawned(process.execPath, [...asOurs, processFile(file), ...args], {
          ...environment,
          ...compiled(folder),
        })
      : command(process.execPath, "--disable-warning=ExperimentalWarning", processFile(file), ...args);
    if (child.stdout === null || child.stdin === null || child.pid === undefined)
      throw new Error(`${file} did not start`);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Record<string, unknown>> => {
      const line = await lines.next();
      if (line.done === true) throw new Error(`${file} ended`);
      return JSON.parse(line.value) as Record<string, unknown>;
    };
    const { stdin, pid } = child;
    return {
      pid,
      said: await next(),
      ask: (line) => {
        stdin.write(`${line}\n`);
        return next();
      },
      async end() {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await ended;
      },
    };
  };

  const ports = (await start("upstream.ts", files.key, files.certificate)).said as {
    readonly secure: number;
    readonly plain: number;
  };
  const upstream = { ...ports, ca: authority.certificatePem };
  const origin = new URL(`https://localhost:${ports.secure}`);
  const tls = { servername: "localhost", ca: authority.certificatePem };
  const plainNode = (started: Started): Pick<Gateway, "origins" | "pid"> => ({
    origins: [new URL(`https://127.0.0.1:${String(started.said["port"])}`)],
    pid: started.pid,
  });

  const ours = async (to: URL): Promise<Gateway> => {
    if (!existsSync(compiled(folder).NODE_COMPILE_CACHE)) {
      const earlier = oursIn(await start("ours.ts", to.href, "4"));
      using client = clientOf(earlier, 32);
      // Enough for each of its threads to have begun.
      await callMany(client, { stream: true }, 10, 200);
      await earlier.end();
    }
    return oursIn(await start("ours.ts", to.href, "4"));
  };
  const oursIn = (started: Started): Gateway & Pick<Started, "end"> => {
    let now = started.said as { readonly ports: readonly number[]; readonly runs: readonly string[] };
    return {
      end: () => started.end(),
      name: "ours",
      tls: { servername: "openrouter.ai", ca: String(started.said["authorityPem"]) },
      headers: {},
      pid: started.pid,
      get origins() {
        return now.ports.map((port) => new URL(`https://127.0.0.1:${port}`));
      },
      async renew() {
        now = (await started.ask("runs")) as typeof now;
      },
      async priced() {
        return Number((await started.ask(JSON.stringify(now.runs)))["priced"]);
      },
    };
  };

  const makers: Record<string, () => Promise<Gateway | string>> = {
    direct: async () => ({
      ...nothing,
      name: "direct",
      origins: [new URL(`https://127.0.0.1:${ports.secure}`)],
      tls,
      headers: {},
      pid: null,
    }),
    "direct-plain": async () => ({
      ...nothing,
      name: "direct-plain",
      origins: [new URL(`http://127.0.0.1:${ports.plain}`)],
      tls: null,
      headers: {},
      pid: null,
    }),
    ours: () => ours(origin),
    "node-pipe": async () => ({
      ...nothing,
      name: "node-pipe",
      tls,
      headers: {},
      ...plainNode(
        await start("node-pipe.ts", origin.href, files.key, files.certificate, join(folder, "pipe.log")),
      ),
    }),
    mockttp: async () => {
      const entry = peerEntry("mockttp", "4.6.5");
      if (!entry.ok) return entry.missing;
      const started = await start("mockttp.mjs", entry.path, String(ports.secure));
      const own = { ...tls, ca: String(started.said["ca"]) };
      return { ...nothing, name: "mockttp", mayFail: true, tls: own, headers: {}, ...plainNode(started) };
    },
    nginx: async () => {
      if (!existsSync("/usr/sbin/nginx")) return "needs Debian's package nginx-light";
      const port = 20_000 + (process.pid % 20_000);
      await writeFile(join(folder, "nginx.conf"), nginxConfiguration(folder, port, ports.secure, files));
      const child = command(
        "/usr/sbin/nginx",
        "-c",
        join(folder, "nginx.conf"),
        "-e",
        join(folder, "nginx.log"),
      );
      await listening(port);
      return {
        ...nothing,
        name: "nginx",
        tls,
        headers: {},
        origins: [new URL(`https://127.0.0.1:${port}`)],
        pid: child.pid ?? 0,
      };
    },
    mitmproxy: async () => {
      if (!existsSync("/usr/bin/mitmdump")) return "needs Debian's package mitmproxy";
      const port = 40_001 + (process.pid % 20_000);
      const child = command(
        "/usr/bin/mitmdump",
        "-q",
        "--mode",
        `reverse:https://localhost:${ports.secure}`,
        "--listen-host",
        "127.0.0.1",
        "-p",
        String(port),
        "--certs",
        files.both,
        "--set",
        `ssl_verify_upstream_trusted_ca=${files.ca}`,
        "-s",
        processFile("stream-all.py"),
        "--set",
        `confdir=${folder}`,
        "--set",
        "connection_strategy=lazy",
      );
      await listening(port);
      return {
        ...nothing,
        name: "mitmproxy",
        tls,
        headers: {},
        origins: [new URL(`https://127.0.0.1:${port}`)],
        pid: child.pid ?? 0,
      };
    },
    portkey: async () => {
      const entry = peerEntry("@portkey-ai/gateway", "1.15.2");
      if (!entry.ok) return entry.missing;
      const port = 30_000 + (process.pid % 20_000);
      const child = command(machineNode(), entry.path, `--port=${port}`, "--headless");
      await listening(port);
      const headers = {
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": `http://127.0.0.1:${ports.plain}/api/v1`,
      };
      for (const asked of [{}, {}, {}, { stream: true }]) {
        const trial = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json", authorization: `Bearer ${key}` },
          body: bodyOf(asked),
        });
        const text = await trial.text();
        if (!trial.ok) return `answers ${trial.status} here: ${text.slice(0, 100)}`;
      }
      return {
        ...nothing,
        name: "portkey",
        path: "/v1/chat/completions",
        tls: null,
        headers,
        origins: [new URL(`http://127.0.0.1:${port}`)],
        pid: child.pid ?? 0,
      };
    },
  };

  const gateways: Gateway[] = [];
  const missing: string[] = [];
  for (const [name, make] of Object.entries(makers)) {
    if (!wanted.includes(name)) continue;
    const made = await make();
    if (typeof made === "string") missing.push(`${name}: ${made}`);
    else gateways.push(made);
  }
  return {
    upstream,
    gateways,
    missing,
    folder,
    ours,
    process: start,
    async [Symbol.asyncDispose]() {
      const ended = children
        .filter((child) => child.exitCode === null && child.signalCode === null)
        .map((child) => once(child, "exit"));
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(ended);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const allGateways = [
  "direct",
  "direct-plain",
  "ours",
  "node-pipe",
  "mockttp",
  "nginx",
  "mitmproxy",
  "portkey",
];

/** Portkey 1.15 answers 500 to everything under Node 24 ("immutable" headers): it gets the machine's own, older one. */
function machineNode(): string {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => !folder.endsWith("/.bin"));
  const found = folders.map((folder) => join(folder, "node")).find((file) => existsSync(file));
  return found ?? process.execPath;
}

async function listening(port: number): Promise<void> {
  const until = performance.now() + 60_000;
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      }).on("error", () => resolve(false));
    });
    if (isThere) return;
    if (performance.now() > until) throw new Error(`nobody listens on ${port} after 60 s`);
    await pause(100);
  }
}

const nginxConfiguration = (
  folder: string,
  port: number,
  to: number,
  files: { readonly ca: string; readonly key: string; readonly certificate: string },
): string => `
daemon off; pid ${folder}/nginx.pid; worker_processes 1; error_log ${folder}/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/n1; proxy_temp_path ${folder}/n2; fastcgi_temp_path ${folder}/n3; uwsgi_temp_path ${folder}/n4; scgi_temp_path ${folder}/n5;
  upstream there { server 127.0.0.1:${to}; keepalive 128; }
  server {
    listen 127.0.0.1:${port} ssl; ssl_certificate ${files.certificate}; ssl_certificate_key ${files.key}; keepalive_requests 1000000;
    location / {
      proxy_pass https://there; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost:${to};
      proxy_set_header Authorization "Bearer ${key}";
      proxy_ssl_name localhost; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${files.ca}; proxy_ssl_server_name on; proxy_buffering off;
    }
  }
}
`;
