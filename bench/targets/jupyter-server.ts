/** Debian's Jupyter server, started with a home of its own, and what its clients say to it over HTTP and WebSocket. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { startLongLived, type LongLived } from "../measures/long-lived.ts";
import { plainEnvironment } from "./spawning.ts";

/** Of this harness alone: a server that another one started is not taken for ours. */
const token = randomUUID();
/** Between asking for a free port and Jupyter's taking it somebody else may. */
const portsTried = 3;

export interface JupyterServer extends AsyncDisposable {
  /** Ends with a slash. */
  readonly origin: string;
  readonly pid: number;
  /** The id of a new kernel. */
  startKernel(): Promise<string>;
  restartKernel(id: string): Promise<void>;
  /** A WebSocket to the kernel's channels, open. */
  connect(id: string): Promise<KernelChannels>;
}

export interface KernelChannels {
  /** Resolves when the kernel is idle again and has replied; `output` gets the text of the streams as it comes. */
  execute(code: string, output: (text: string) => void): Promise<void>;
  close(): void;
}

export type Program = "jupyter-server" | "jupyter-notebook";

/** Null when it is there; otherwise which Debian packages to install. */
export function missingJupyter(program: Program): string | null {
  const needs = [
    [`/usr/bin/${program}`, program],
    ["/usr/share/jupyter/kernels/python3/kernel.json", "python3-ipykernel"],
  ] as const;
  const packages = needs.filter(([path]) => !existsSync(path)).map(([, name]) => name);
  return packages.length === 0 ? null : `needs Debian's packages ${packages.join(" and ")}`;
}

export async function startJupyter(
  program: Program,
  options: readonly string[] = [],
): Promise<JupyterServer> {
  const home = await mkdtemp(join(tmpdir(), "orid-bench-"));
  const { server, origin } = await startOn(home, program, options, portsTried);
  const ask = async (path: string): Promise<unknown> => {
    const reply = await fetch(`${origin}api/${path}`, {
      method: "POST",
      headers: { authorization: `token ${token}`, "content-type": "application/json" },
      body: "{}",
    });
    if (!reply.ok) throw new Error(`Jupyter answered ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  return {
    origin,
    pid: server.pid,
    startKernel: async () => ((await ask("kernels")) as { readonly id: string }).id,
    restartKernel: async (id) => void (await ask(`kernels/${id}/restart`)),
    connect: (id) =>
      connect(`${origin.replace("http", "ws")}api/kernels/${id}/channels?token=${token}&session_id=`),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface Listening {
  readonly server: LongLived;
  readonly origin: string;
}

async function startOn(
  home: string,
  program: Program,
  options: readonly string[],
  tries: number,
): Promise<Listening> {
  const port = await freePort();
  const application = program === "jupyter-server" ? "ServerApp" : "NotebookApp";
  const command = [
    `/usr/bin/${program}`,
    "--no-browser",
    "--allow-root",
    `--port=${port}`,
    "--ip=127.0.0.1",
    `--${application}.token=${token}`,
    `--${application}.port_retries=0`,
    ...(program === "jupyter-server" ? ["--ServerApp.root_dir", home] : ["--notebook-dir", home]),
    ...options,
  ];
  const environment = { ...plainEnvironment, HOME: home, JUPYTER_RUNTIME_DIR: join(home, "runtime") };
  const origin = `http://127.0.0.1:${port}/`;
  try {
    const server = await startLongLived(command, environment, () =>
      answers(`${origin}api/status?token=${token}`),
    );
    return { server, origin };
  } catch (error) {
    if (tries === 1 || !/already in use/.test(String(error))) throw error;
    return startOn(home, program, options, tries - 1);
  }
}

/** The address of a page for a browser that was never there. */
export const withToken = (address: string): string =>
  `${address}${address.includes("?") ? "&" : "?"}token=${token}`;

interface Message {
  readonly channel: string;
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

async function connect(address: string): Promise<KernelChannels> {
  const session = crypto.randomUUID();
  const socket = new WebSocket(address + session, { perMessageDeflate: false, maxPayload: 2 ** 30 });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    execute: (code, output) =>
      new Promise((resolve, reject) => {
        const asked = crypto.randomUUID();
        const awaited = new Set(["idle", "reply"]);
        const take = (bytes: Buffer): void => {
          const { header, parent_header: parent, content } = JSON.parse(bytes.toString()) as Message;
          if (parent.msg_id !== asked) return;
          if (header.msg_type === "stream") output(String(content["text"]));
          if (header.msg_type === "error") reject(new Error(String(content["evalue"])));
          if (header.msg_type === "execute_reply") awaited.delete("reply");
          if (header.msg_type === "status" && content["execution_state"] === "idle") awaited.delete("idle");
          if (awaited.size > 0) return;
          socket.off("message", take).off("close", lost);
          resolve();
        };
        const lost = (): void => reject(new Error("Jupyter closed the channels"));
        socket.on("message", take).once("close", lost);
        socket.send(JSON.stringify(executeRequest(asked, session, code)));
      }),
    close: () => socket.close(),
  };
}

const executeRequest = (id: string, session: string, code: string): object => ({
  channel: "shell",
  header: {
    msg_id: id,
    msg_type: "execute_request",
    session,
    username: "bench",
    version: "5.3",
    date: new Date().toISOString(),
  },
  parent_header: {},
  metadata: {},
  content: {
    code,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  },
});

async function answers(address: string): Promise<boolean> {
  try {
    // A stranger that took the port may never answer.
    return (await fetch(address, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // Refused until it listens.
    return false;
  }
}

/** Jupyter does not say which port it took when asked for any. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
