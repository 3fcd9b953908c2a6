/** The host runs out of room or of processes: runs are refused in words, and all is well once there is room again (F12, F38). */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const repository = realpathSync(join(import.meta.dirname, "../.."));
const node = realpathSync(process.execPath);

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "shortages-"));
  chmodSync(temporary, 0o777);
});
afterEach(() => rmSync(temporary, { recursive: true }));

test("F12 a full temporary directory is named when a sandbox is made, and does not touch one that stands", () => {
  // A mount namespace of its own gives a small file system without a right on the host.
  const unshare = ["--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "--mount"];
  const inside = `mount -t tmpfs -o size=1m,mode=755 tmpfs "$TMPDIR" && exec "$0" "$1"`;
  const tried = spawnSync(
    "unshare",
    [...unshare, "sh", "-c", inside, node, join(import.meta.dirname, "host-without-room.ts")],
    { encoding: "utf8", env: { ...process.env, TMPDIR: temporary } },
  );
  expect(tried.stderr).toBe("");
  expect(JSON.parse(tried.stdout)).toEqual({
    whileFull: expect.stringContaining("no space left on device"),
    filledLater: "ran\n",
    afterwards: "ran\n",
  });
});

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

const script = join(import.meta.dirname, "host-without-processes.ts");

/** The limit does not hold for root: a user without any process gets it, and sees the repository where it may look. */
function tryAsSomeone() {
  const seen = join(temporary, "repository");
  mkdirSync(seen);
  const within = (path: string): string =>
    path.startsWith(repository) ? join(seen, relative(repository, path)) : path;
  const uid = "64123";
  const inside = `mount --bind "$0" "$1" && shift && cd / && exec setpriv --reuid ${uid} --regid ${uid} --clear-groups prlimit --nproc=60:60 "$@"`;
  return spawnSync(
    "unshare",
    ["--mount", "sh", "-c", inside, repository, seen, within(node), within(script)],
    {
      encoding: "utf8",
      env: { ...process.env, TMPDIR: temporary },
    },
  );
}

/** The limit counts all tasks of the user, the ones that are there included. */
function tryAsOurselves() {
  const tasks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => tasksOfOurs(name))
    .reduce((sum, count) => sum + count, 0);
  return spawnSync("prlimit", [`--nproc=${tasks + 60}:${tasks + 60}`, node, script], {
    encoding: "utf8",
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
