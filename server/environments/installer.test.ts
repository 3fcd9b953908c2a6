/** Installing, through the real sandbox and from an index of the tests' own: what is made, what is told, and what goes wrong in words. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { systemClock } from "../clock.ts";
import { runProgram } from "../sandbox/sandbox-for-tests.ts";
import { makeTestGround, type TestGround } from "./environments-for-tests.ts";
import { createIndexDialer } from "./index-dialer.ts";
import type { MakeFailure } from "./install-words.ts";
import { makeEnvironment, type InstallerParts, type Progress } from "./installer.ts";
import type { Contents } from "./kept-environments.ts";
import { readPackageIndex } from "../package-index.ts";

let ground: TestGround;
beforeAll(async () => {
  ground = await makeTestGround();
});
afterAll(() => ground.close());

interface Made {
  readonly contents: Contents | null;
  readonly failure: MakeFailure | null;
  readonly directory: string;
  readonly last: Progress;
}

async function install(
  requirements: readonly string[],
  change: Partial<InstallerParts> = {},
  signal: AbortSignal = new AbortController().signal,
  directory = mkdtempSync(join(ground.directory, "made-")),
): Promise<Made> {
  let last: Progress = { log: "", fetched: [], says: null };
  const progress = (now: Progress): void => void (last = now);
  const order = { interpreter: ground.interpreter, directory, requirements, signal, progress };
  const made = await makeEnvironment({ ...ground.parts, ...change }, order);
  return {
    contents: made.ok ? made.value : null,
    failure: made.ok ? null : made.error,
    directory,
    last,
  };
}

const run = (directory: string, source: string) =>
  runProgram(ground.sandbox, source, {
    python: { path: join(directory, "bin/python3"), directories: [directory] },
  });

describe("an environment", () => {
  test("has what was asked for and what that needs, and tells its packages and modules", async () => {
    const { contents, failure, directory, last } = await install(["leaning"]);
    expect(failure).toBeNull();
    expect(contents?.packages).toEqual([
      { name: "leaning", version: "1.0" },
      { name: "plain", version: "1.1" },
    ]);
    expect(contents?.modules).toEqual(["leaning", "plain"]);
    expect(contents?.bytes).toBeGreaterThan(10_000);
    expect(last.fetched.map(({ url }) => new URL(url).pathname)).toEqual(
      expect.arrayContaining(["/simple/leaning/", "/files/leaning-1.0-py3-none-any.whl"]),
    );
    expect(last.fetched.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(last.log).toContain("Successfully installed leaning-1.0 plain-1.1");
    const ran = await run(directory, "import leaning, plain, sys; print(plain.version, sys.prefix)");
    expect(ran.stdout).toBe(`1.1 ${directory}\n`);
  });

  test("without packages needs no index", async () => {
    const before = ground.index.asked.length;
    const { contents } = await install([], { index: null, dialer: null });
    expect(contents?.packages).toEqual([]);
    expect(ground.index.asked).toHaveLength(before);
  });

  test("can't be written by the programs that use it", async () => {
    const { directory } = await install(["plain"]);
    const ran = await run(directory, "import plain\nopen(plain.__file__, 'a')");
    // Another host user may use it than the one that made it: then that is refused first.
    expect(ran.stderr).toMatch(/Read-only file system|Permission denied/);
  });

  test("has the modules of a package that is called differently", async () => {
    expect((await install(["different-name"])).contents?.modules).toContain("cv2");
  });

  test("is readable for every user, and its own code has not run when it was made", async () => {
    const { contents, directory, last } = await install(["starting"]);
    expect(contents?.packages).toEqual([{ name: "starting", version: "1.0" }]);
    expect(last.log).not.toContain("started");
    const ran = await run(directory, "import sys; print(sys.started)");
    expect(ran.stdout).toBe("True\n");
  });
});

describe("what goes wrong is told in words:", () => {
  test.each([
    ["no such package", ["nowhere"], "There is no package nowhere on localhost"],
    ["a dependency that is nowhere", ["lost"], "There is no package nowhere-to-be-found on localhost"],
    ["no such version", ["plain>=7"], "There is no version of plain that is >=7."],
    ["no version for this Python", ["future"], "There is no version of future for Python 3."],
    ["no file for this machine", ["compiled"], "There is no ready-made file of compiled for Python 3."],
    ["only source", ["source"], "There is no ready-made file of source"],
    ["a conflict", ["leaning", "contrary"], "These can't be installed together"],
    ["a broken file", ["broken"], "The file of broken on localhost"],
    ["a file that wants to lie elsewhere", ["escaping"], "The file of escaping on localhost"],
    ["an index that leads elsewhere", ["elsewhere"], "leads on to elsewhere.example.org"],
  ])("%s", { concurrent: true }, async (_, requirements, says) => {
    const { failure } = await install(requirements);
    expect(failure?.says).toContain(says);
    expect(failure?.hint).not.toBe("");
  });

  test("a source package is never even fetched", async () => {
    const before = ground.index.asked.length;
    await install(["source"]);
    expect(ground.index.asked.slice(before)).toEqual(["/simple/source/"]);
  });

  test("an index where nobody answers", async () => {
    const index = readPackageIndex("https://localhost:1/simple", () => false);
    if (index === null) throw new Error("no index");
    const dialer = createIndexDialer(index, null);
    const { failure } = await install(["plain"], { index, dialer });
    expect(failure).toMatchObject({
      cause: "index",
      says: expect.stringContaining("Nobody answers at localhost:1"),
    });
  });

  test("an index whose certificate nobody vouches for", async () => {
    const index = ground.parts.index;
    if (index === null) throw new Error("no index");
    const dialer = createIndexDialer(index, null);
    const { failure } = await install(["plain"], { dialer });
    dialer.close();
    expect(failure).toMatchObject({ cause: "index", says: expect.stringContaining("certificate") });
  });

  test("a name that leads into a private network, unless the operator named it", async () => {
    const read = readPackageIndex(ground.index.url, () => false);
    if (read === null) throw new Error("no index");
    const index = { ...read, hosts: read.hosts.map((host) => ({ ...host, isNamed: false })) };
    const dialer = createIndexDialer(index, ground.index.authorityPem);
    const { failure } = await install(["plain"], { index, dialer });
    dialer.close();
    expect(failure?.says).toContain("leads into a private network");
  });

  test("a full disk", async () => {
    const directory = mkdtempSync(join(ground.directory, "made-"));
    // Only root can make a small disk; other users get a size that is too small for anything.
    const isRoot = process.getuid?.() === 0;
    const [small, most] = isRoot
      ? [["mount", "-t", "tmpfs", "-o", "size=1500k"], {}]
      : [["true"], { mostBytes: 1 }];
    const [command = "", ...options] = small;
    execFileSync(command, [...options, "small", directory]);
    try {
      const { failure } = await install(["bulky"], most, undefined, directory);
      expect(failure?.says).toBe(isRoot ? "The server's disk is full." : "It would be larger than 4 GiB.");
    } finally {
      if (isRoot) execFileSync("umount", [directory]);
    }
  });

  test("too large an environment", async () => {
    const { failure } = await install(["bulky"], { mostBytes: 2_000_000 });
    expect(failure?.says).toContain("It would be larger than");
  });

  test("cancelled, while a file is on its way", async () => {
    const cancel = new AbortController();
    const asked = ground.index.next("/files/slow");
    const made = install(["slow"], {}, cancel.signal);
    await asked;
    cancel.abort();
    expect((await made).failure).toMatchObject({ cause: "cancelled" });
  });
});

test("an installer reaches the index and nothing else, and never the gateway", async () => {
  const { createIndexProxy } = await import("./index-proxy.ts");
  const { index, dialer } = ground.parts;
  if (index === null || dialer === null) throw new Error("no index");
  const proxy = createIndexProxy({
    index,
    dialer,
    clock: systemClock,
    log: createLog("silent"),
    changed: () => undefined,
  });
  const program = `
import http.client, socket, ssl
def ask(line):
    s = socket.create_connection(("127.0.0.1", 443), 5)
    s.sendall(line.encode() + b"\\r\\nHost: x\\r\\n\\r\\n")
    return s.recv(100).decode().split("\\r\\n")[0]
for host in ("openrouter.ai:443", "localhost:1", "127.0.0.1:22", "169.254.169.254:80", "[::1]:443", ""):
    print(ask(f"CONNECT {host} HTTP/1.1"))
print(ask("GET http://169.254.169.254/ HTTP/1.1"))
print(ask("GET /api/v1/models HTTP/1.1"))
try:
    ssl.create_default_context().wrap_socket(socket.create_connection(("127.0.0.1", 443)), server_hostname="openrouter.ai")
except OSError as error:
    print("no TLS")
for host in ("pypi.org", "localhost.example"):
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        print("no such name")
`;
  const { startProgram } = await import("../sandbox/sandbox-for-tests.ts");
  const started = await startProgram(
    ground.sandbox,
    program,
    {},
    { listener: (handle) => proxy.attach(handle) },
  );
  const ran = await started.ran;
  await proxy.close();
  expect(ran.stdout.split("\n").slice(0, -1)).toEqual([
    ...Array.from({ length: 6 }, () => "HTTP/1.1 403 Forbidden"),
    "HTTP/1.1 403 Forbidden",
    "HTTP/1.1 400 Bad Request",
    "no TLS",
    "no such name",
    "no such name",
  ]);
  expect(proxy.fetches.list()).toEqual([]);
});

test("nothing lies beside the directories that were to be written", () => {
  expect(readdirSync(ground.directory).filter((name) => !name.startsWith("made-"))).toEqual([]);
  expect(existsSync("/escaped.py")).toBe(false);
});
