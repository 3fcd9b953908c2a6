/** Starts a real PostgreSQL for tests: in a temporary directory, on a Unix socket only, gone with all its files at the end. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

export interface TestPostgres {
  /** Makes an empty database and answers with its DATABASE_URL. */
  createDatabase(options?: { readonly encoding: string }): Promise<string>;
  /** The same database as another user, who signs in without a password and may do nothing yet. */
  createUser(databaseUrl: string): Promise<string>;
  /** Runs one statement as the superuser. */
  execute(databaseUrl: string, statement: string): Promise<Record<string, unknown>[]>;
  /** Stops the server as its operator would, does `meanwhile`, and starts it again with all its data. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Throws, naming the package to install, when there is no PostgreSQL. Takes one to two seconds. */
export async function startPostgres(): Promise<TestPostgres> {
  const binaries = findBinaries();
  const directory = mkdtempSync(join(tmpdir(), "orid-pg-"));
  const user = unprivileged();
  if (user !== null) chownSync(directory, user.uid, user.gid);
  const as = { ...user, cwd: directory, env: { LC_ALL: "C.UTF-8", PATH: process.env["PATH"] ?? "" } };
  const cluster = join(directory, "cluster");
  const initialise = [
    "-D",
    cluster,
    "-U",
    superuser,
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  ];
  execFileSync(join(binaries, "initdb"), initialise, { ...as, stdio: ["ignore", "ignore", "inherit"] });

  // The data are thrown away, so nothing needs to reach the disk.
  const settings = {
    listen_addresses: "",
    unix_socket_directories: directory,
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    shared_buffers: "16MB",
    max_connections: "60",
    autovacuum: "off",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(join(binaries, "postgres"), ["-D", cluster, ...flags], {
      ...as,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await untilReady(started);
    return started;
  };
  let server = await start();
  // A test process that ends before `stop` leaves neither a server nor files behind.
  const atExit = (): void => {
    server.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", atExit);
  const urlOf = (name: string, owner = superuser): string =>
    `postgres://${owner}@localhost/${name}?host=${encodeURIComponent(directory)}`;

  const execute: TestPostgres["execute"] = async (databaseUrl, statement) => {
    const client = new pg.Client({ connectionString: databaseUrl.replace(/\/\/[^@]*@/, `//${superuser}@`) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };

  return {
    async createDatabase(options = { encoding: "UTF8" }) {
      const name = `test_${randomBytes(6).toString("hex")}`;
      const locale = options.encoding === "UTF8" ? "C.UTF-8" : "C";
      await execute(
        urlOf("postgres"),
        `create database ${name} template template0 encoding '${options.encoding}' locale '${locale}'`,
      );
      return urlOf(name);
    },
    async createUser(databaseUrl) {
      const name = `user_${randomBytes(6).toString("hex")}`;
      await execute(databaseUrl, `create role ${name} login`);
      return databaseUrl.replace(/\/\/[^@]*@/, `//${name}@`);
    },
    execute,
    async restart(meanwhile) {
      // Fast shutdown: open connections are ended, what was committed is kept.
      await end(server, "SIGINT");
      await meanwhile();
      server = await start();
    },
    async stop() {
      // Immediate shutdown: nobody waits for connections that a test has left open.
      process.removeListener("exit", atExit);
      await end(server, "SIGQUIT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const superuser = "postgres";

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  if (server.exitCode === null && server.kill(signal)) await ended;
}

function findBinaries(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root) : [];
  const newest = versions
    .filter((version) => existsSync(join(root, version, "bin", "initdb")))
    .sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined)
    throw new Error(
      `There is no PostgreSQL under ${root}: install the package postgresql (apt-get install postgresql).`,
    );
  return join(root, newest, "bin");
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. Null when we are not root anyhow. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Its log tells when it accepts connections; if it ends before, the log tells why. */
function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      // Kept only until it is ready; read on afterwards so that the pipe never fills.
      if (log === "ready") return;
      log += text;
      if (!log.includes("database system is ready to accept connections")) return;
      log = "ready";
      resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) =>
      reject(new Error(`PostgreSQL ended with ${code} before it was ready: ${log}`)),
    );
  });
}
