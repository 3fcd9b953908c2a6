/** Hosts that isolate less than they should: the self-check says so, no program runs, and others are not served (A69). */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkLines, checkSandbox } from "../../server/cli/checks.ts";
import { findBwrap } from "../../server/sandbox/find-bwrap.ts";
import { launchTexts } from "../../server/sandbox/launch-texts-for-tests.ts";
import { makeTestSandbox } from "../../server/sandbox/sandbox-for-tests.ts";
import { namesToldInBareBwrap } from "./bare-bwrap.ts";
import { ok, startProduct, visit } from "../product.ts";

/** Far more than any of these takes: what is stuck must end the test, not the suite's own time. */
const stuckMs = 50_000;
const isRoot = process.getuid?.() === 0;

let place: string;
let bwrap: string;
let usualPath: string | undefined;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "weaker-"));
  chmodSync(place, 0o755);
  usualPath = process.env.PATH;
  const found = await findBwrap();
  if (!found.ok) throw new Error(found.error.says);
  bwrap = found.value;
});
afterAll(() => rmSync(place, { recursive: true }));

const pathWithOurs = (): string => `${place}:${usualPath}`;

/** Puts a bubblewrap on the path that leaves some words of its options out, and adds others. */
function weaken(without: readonly (readonly string[])[], more: readonly string[] = []): void {
  copyFileSync(join(import.meta.dirname, "weak-bwrap.py"), join(place, "bwrap"));
  chmodSync(join(place, "bwrap"), 0o755);
  writeFileSync(join(place, "change"), JSON.stringify({ bwrap, without, more }));
}

/** Puts one on the path that only says something, and fails. */
function fail(says: string): void {
  writeFileSync(join(place, "says"), `${says}\n`);
  writeFileSync(join(place, "bwrap"), `#!/bin/sh\ncat ${place}/says >&2\nexit 1\n`);
  chmodSync(join(place, "bwrap"), 0o755);
}

/** What the self-check finds with what is on the path. */
async function found(way?: "single-use") {
  process.env.PATH = pathWithOurs();
  const quiet = new Writable({ write: (_line, _encoding, done) => done() });
  const sandbox = await makeTestSandbox({ spares: 0, log: quiet, way });
  process.env.PATH = usualPath;
  const weaknesses = await sandbox.selfCheck();
  await sandbox.close();
  return weaknesses;
}

describe("a bubblewrap that does less than it was told", () => {
  test.each<[string, string[][]]>([
    ["nothing", []],
    ["the process namespace", [["--unshare-pid"]]],
    ["the network namespace", [["--unshare-net"]]],
    ["the System V namespace", [["--unshare-ipc"]]],
    ["the control groups' namespace", [["--unshare-cgroup"]]],
    ["the session", [["--new-session"]]],
    ["the capabilities", [["--cap-drop", "ALL"]]],
    ["the filter of system calls", [["--seccomp", "4"]]],
  ])("is no weakness where it forgets %s: each run has that of its own", async (_, without) => {
    weaken(without);
    expect(await found()).toEqual([]);
  });

  test.each<[string, string[][], string[], string[]]>([
    ["the environment", [["--clearenv"]], [], ["environment"]],
    ["that the root is read-only", [["--remount-ro", "/"]], [], ["read-only"]],
    ["that /dev is read-only", [["--remount-ro", "/dev"]], [], ["read-only"]],
    ["the user", [["--uid", "1000"]], [], ["user"]],
    ["the host's name", [["--hostname", "sandbox"]], [], ["host-name"]],
    ["that homes are hidden", [], ["--dir", "/home"], ["host-files"]],
    ["that the host's /etc is hidden", [], ["--ro-bind", "/etc", "/etc"], ["host-files"]],
  ])("is told where it forgets %s", async (_, without, more, names) => {
    weaken(without, more);
    const weaknesses = await found();
    expect(weaknesses.map(({ name }) => name)).toEqual(names);
    expect(weaknesses.every(({ refuses, says, hint }) => refuses && says !== "" && hint !== "")).toBe(true);
  });

  test.each<[string, string[]]>([
    ["the process namespace", ["--unshare-pid"]],
    ["the network namespace", ["--unshare-net"]],
  ])("runs nothing where it forgets %s that a single-use sandbox's run lives in", async (_, without) => {
    weaken([without]);
    expect(await found("single-use")).toMatchObject([{ name: "sandbox", refuses: true }]);
  });

  test("is told where the runs' own filter allows every call", async () => {
    // One instruction: return SECCOMP_RET_ALLOW.
    writeFileSync(join(place, "allow"), Buffer.from([0x06, 0, 0, 0, 0, 0, 0xff, 0x7f]));
    chmodSync(join(place, "allow"), 0o644);
    weaken([["--seccomp", "4"]], ["--ro-bind", join(place, "allow"), "/run/site/system-calls.bpf"]);
    expect((await found()).map(({ name }) => name)).toEqual(["system-calls", "namespaces"]);
  });

  test.each<[string, string[][]]>([
    ["/proc", [["--proc", "/proc"]]],
    ["the supervisor", [["--setenv", "PYTHONPATH", "/run/site"]]],
  ])("runs nothing where it forgets %s", async (_, without) => {
    weaken(without);
    expect(await found()).toMatchObject([{ name: "sandbox", refuses: true }]);
  });
});

test.each(launchTexts)(
  "doctor tells the words, the cause and what to do: %s",
  async (text, cause, advice) => {
    fail(text);
    const weaknesses = await found();
    expect(weaknesses).toMatchObject([{ name: "sandbox", refuses: true }]);
    const told = checkLines(checkSandbox(weaknesses), (_, word) => word);
    expect(told).toContain(JSON.stringify(text));
    expect(told).toMatch(cause);
    expect(told).toMatch(advice);
    expect(told).toMatch(/^fail /);
  },
);

describe("the product", () => {
  const launcher = fileURLToPath(new URL("../../bin/openrouter-ide", import.meta.url));
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(place, "data-"));
  });

  const ofOurOwn = "--user --map-user=1000 --map-group=1000 --keep-caps".split(" ");
  /** A shell's words before the command: for what only a namespace of our own can take from it. */
  const withMounts = (command: string): string[] => [
    "unshare",
    ...(isRoot ? [] : ofOurOwn),
    "--mount",
    ...inShell(command),
  ];
  const withoutNamespaces = () => [
    "unshare",
    ...ofOurOwn,
    ...inShell("echo 0 > /proc/sys/user/max_user_namespaces"),
  ];
  const inShell = (first: string): string[] => ["sh", "-c", `${first} && exec "$0" "$@"`];
  const toOthers = {
    "--host 0.0.0.0": ["--host", "0.0.0.0", "--password", "long enough"],
    "--base-url": ["--base-url", "https://ide.example.org"],
  };
  const command = (within: readonly string[], words: readonly string[]) => {
    const [program, ...rest] = [...within, launcher, ...words, "--data", data];
    return spawnSync(program ?? launcher, rest, {
      encoding: "utf8",
      timeout: stuckMs,
      env: { PATH: pathWithOurs(), HOME: data, LOG_LEVEL: "error" },
    });
  };
  const refuses = (within: readonly string[], how: keyof typeof toOthers, says: string | RegExp): void => {
    const serve = ["serve", "--no-browser", "--simulator", "--port", "0"];
    const { status, stdout, stderr } = command(within, [...serve, ...toOthers[how]]);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(2);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  };
  const ways = Object.keys(toOthers) as (keyof typeof toOthers)[];

  test.each(ways)("with %s does not start where programs could see more than they should", (how) => {
    weaken([], ["--dir", "/home"]);
    refuses([], how, /^Not for others: Programs could see directories of this machine\.\n/);
  });

  test.each(ways)("with %s does not start with a bubblewrap that is too old", (how) => {
    fail("bwrap: Unknown option --size");
    refuses([], how, /^Not for others: bubblewrap is too old\.\nVersion 0\.8 or newer/);
  });

  test("does not start for others without bubblewrap", () => {
    rmSync(join(place, "bwrap"), { force: true });
    const hidden = withMounts(`mount --bind /dev/null ${bwrap}`);
    refuses(hidden, "--base-url", /^Not for others: bubblewrap is not installed\.\nInstall it:/);
  });

  test("does not start for others where the kernel gives no user namespace", () => {
    weaken([]);
    refuses(
      withoutNamespaces(),
      "--base-url",
      /^Not for others: The number of user namespaces is limited to none or is used up\.\nRaise it: sysctl/,
    );
  });

  test("does not start for others without control groups", () => {
    weaken([]);
    const without = withMounts("mount -t tmpfs -o size=1m tmpfs /sys/fs/cgroup");
    refuses(
      without,
      "--base-url",
      /^Not for others: No limits by control groups: .*\nOr serve yourself alone/,
    );
  });

  test("starts for its own user on a weak host, says why no program can be run, and runs none", async () => {
    weaken([], ["--dir", "/home"]);
    await using product = await startProduct({ args: ["--simulator"], env: { PATH: pathWithOurs() } });
    expect(product.written()).toMatch(/^No program can be run: Programs could see directories/m);
    const ann = await visit(product);
    const started = await ann.api.startRun({
      body: { code: "print(1)", idempotencyKey: crypto.randomUUID() },
    });
    expect(started).toMatchObject({
      ok: false,
      error: { code: "sandbox-unavailable", says: "Programs could see directories of this machine." },
    });
    expect(ok(await ann.api.listRuns()).runs).toEqual([]);
  });

  test("doctor fails with the system's words, the cause and what to do", () => {
    fail("bwrap: No permissions to create new namespace");
    const { status, stdout } = command([], ["doctor"]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fail +sandbox +This system does not let ordinary users make namespaces\.$/m);
    expect(stdout).toMatch(/It said: "bwrap: No permissions to create new namespace"/);
    expect(stdout).toMatch(/→ Set kernel\.unprivileged_userns_clone=1/);
  });
});

describe("each check of the self-check", () => {
  test("that says nothing in the sandbox speaks in one that holds nothing back", async () => {
    // What other machines' interfaces are called does not matter, only whether this one has any to show.
    const interfaces = (await readFile("/proc/net/dev", "utf8")).match(/^ *[^ :]+:/gm) ?? [];
    const names = await namesToldInBareBwrap(bwrap);
    expect(names).toEqual(
      expect.arrayContaining([
        ..."environment host-files host-name limits namespaces processes read-only seccomp system-calls".split(
          " ",
        ),
        ...(interfaces.length > 1 ? ["network"] : []),
        ...(isRoot ? "capabilities kernel-settings root sockets user".split(" ") : []),
      ]),
    );
  });
});
