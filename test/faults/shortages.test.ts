/** The host runs out of room or of processes: runs are refused in words, and all is well once there is room again (F12, F38). */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Far more than any of these takes: what is stuck must end the test, not the suite's own time. */
const stuckMs = 50_000;
const repository = realpathSync(join(import.meta.dirname, "../.."));
const node = realpathSync(process.execPath);

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "shortages-"));
  chmodSync(temporary, 0o777);
});
afterEach(() => rmSync(temporary, { recursive: true }));

test("F12 a full temporary directory is named when a sandbox is made, and does not touch one that stands", () => {
  const tried = process.getuid?.() === 0 ? fillAsSomeone() : fillAsOurselves();
  expect(tried.stderr).toBe("");
  expect(JSON.parse(tried.stdout)).toEqual({
    whileFull: expect.stringContaining("no space left on device"),
    filledLater: "ran\n",
    afterwards: "ran\n",
  });
});

/** A mount namespace of its own gives a small file system without a right on the host. */
function fillAsOurselves() {
  const unshare = ["--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "--mount"];
  const inside = `mount -t tmpfs -o size=1m,mode=755 tmpfs "$TMPDIR" && exec "$0" "$1"`;
  return spawnSync(
    "unshare",
    [...unshare, "sh", "-c", inside, node, join(import.meta.dirname, "host-without-room.ts")],
    { encoding: "utf8", timeout: stuckMs, env: { ...process.env, TMPDIR: temporary } },
  );
}

/** As an ordinary user too: a namespace of root's would have bubblewrap do other things than it does anywhere. */
function fillAsSomeone() {
  return asSomeone(
    `mount -t tmpfs -o size=1m,mode=1777 tmpfs "$TMPDIR"`,
    "",
    join(import.meta.dirname, "host-without-room.ts"),
  );
}

test("F38 where no process is to be had runs are refused in words, the others are unharmed, and later ones start", () => {
  const tried = process.getuid?.() === 0 ? tryAsSomeone() : tryAsOurselves();
  expect(tried.stderr).toBe("");
  const { ran, refusals, later } = JSON.parse(tried.stdout) as {
    ran: number;
    refusals: string[];
    later: string;
  };
  expect(ran).toBeGreaterThan(0);
  const wanted = "no room for another process";
  expect(refusals.filter((says) => says.includes(wanted))).toHaveLength(1);
  // The part that was refused may only have told that it got nothing.
  expect(
    refusals.filter((says) => !says.includes(wanted) && !/descriptors|before the program began/.test(says)),
  ).toEqual([]);
  expect(later).toBe("later\n");
});

const script = join(import.meta.dirname, "host-without-enough.ts");
/** Programs at once. */
const crowd = "40";

/** The limit does not hold for root. */
const tryAsSomeone = () => asSomeone("true", "prlimit --nproc=60:60", script, crowd);

/** A user without any process, who sees the repository where it may look. */
function asSomeone(prepare: string, wrap: string, what: string, ...words: readonly string[]) {
  const seen = mkdtempSync(join(tmpdir(), "seen-"));
  chmodSync(seen, 0o755);
  const within = (path: string): string =>
    path.startsWith(repository) ? join(seen, relative(repository, path)) : path;
  const user = "setpriv --reuid 64123 --regid 64123 --clear-groups";
  const inside = `${prepare} && mount --bind "$0" "$1" && shift && cd / && exec ${user} ${wrap} "$@"`;
  const tried = spawnSync(
    "unshare",
    ["--mount", "sh", "-c", inside, repository, seen, within(node), within(what), ...words],
    { encoding: "utf8", timeout: stuckMs, env: { ...process.env, TMPDIR: temporary } },
  );
  rmSync(seen, { recursive: true });
  return tried;
}

/** The limit counts all tasks of the user, the ones that are there included. */
function tryAsOurselves() {
  const tasks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => tasksOfOurs(name))
    .reduce((sum, count) => sum + count, 0);
  return spawnSync("prlimit", [`--nproc=${tasks + 60}:${tasks + 60}`, node, script, crowd], {
    encoding: "utf8",
    timeout: stuckMs,
    env: { ...process.env, TMPDIR: temporary },
  });
}

function tasksOfOurs(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    return uid === String(process.getuid?.()) ? Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]) : 0;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0; // it has just ended
    throw error;
  }
}
