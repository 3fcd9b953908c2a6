/** What the limits by control groups promise on the machine at hand, whichever kind it gives; the kind decides what is asked. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const runner = join(import.meta.dirname, "../../runner");

/** Runs with `inside(group, program)`: a process of the group that enters by itself, then runs `program`. */
const prelude = `
import json, os, select, signal, sys
sys.path.insert(0, sys.argv[1])
import cgroup_texts, cgroup_v1, cgroup_v2, cgroups
from kernel import find_orphans_here
MIB, NAME = 1 << 20, "openrouter-ide-test"

def inside(group, program, doors=None):
    doors = group.doors() if doors is None else doors
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            for door in doors:
                os.write(door, b"0")
                os.close(door)
            os.write(writer, b".")
            program()
        finally:
            os._exit(0)
    for door in doors:
        os.close(door)
    os.read(reader, 1)
    os.close(reader)
    os.close(writer)
    return pid

def fork_and_hold(_):
    if os.fork() == 0:
        held = bytearray(30 * MIB)
        for place in range(0, len(held), 4096):
            held[place] = 1
        signal.pause()

def wait_until_empty(group):
    used = group.used()
    while not group.give_back():
        os.wait()
        used = group.used()
    return used

def told(**what):
    print(json.dumps({key: value._asdict() if hasattr(value, "_asdict") else value for key, value in what.items()}))

find_orphans_here()
`;
const opened = `
groups = cgroups.open_groups(os.getpid(), NAME)
if groups.kind == "none":
    told(kind="none", says=groups.says)
    sys.exit()
`;

function python(script: string): Record<string, unknown> {
  const program = prelude + script;
  const printed = execFileSync("/usr/bin/python3", ["-I", "-S", "-B", "-c", program, runner], {
    encoding: "utf8",
  });
  const said: unknown = JSON.parse(printed);
  return said as Record<string, unknown>;
}

/** What a script tells that works on open groups; on a machine without them it must be told why, and that is all. */
function withGroups(script: string, expected: Record<string, unknown>): void {
  const said = python(opened + script);
  const none = { says: expect.stringContaining("Delegate=yes") };
  expect(said).toMatchObject(said.kind === "none" ? none : { ...expected, closed: [] });
}

const clean = { now_bytes: 0, peak_bytes: 0, pids: 0, oom_kills: 0, pids_refused: 0 };

describe("a group", () => {
  test("tells what its run used, and nothing of it when it is used again", () => {
    withGroups(
      `
first = groups.take(64 * MIB, 20, 100)
os.waitpid(inside(first, lambda: [bytearray(20 * MIB), sum(range(1000000))]), 0)
used = first.used()
wait_until_empty(first)
again = groups.take(64 * MIB, 20, 100)
told(peak=20 <= used.peak_bytes / MIB < 30, now=used.now_bytes < 8 * MIB, time=0 < used.cpu_ms < 5000, pids=used.pids,
     same=again is first or groups.kind == "v2", clean=again.used(), closed=groups.close())`,
      { peak: true, now: true, time: true, pids: 0, same: true, clean },
    );
  });

  test("stops memory over all its processes, rings, and is clean for the next run", () => {
    withGroups(
      `
group = groups.take(64 * MIB, 20, 100)
bell = select.poll()
bell.register(group.alarm_fd(), select.POLLIN)
before = group.answer_alarm()
def bomb():
    for number in range(8):
        fork_and_hold(number)
    signal.pause()
inside(group, bomb)
while not group.answer_alarm():
    bell.poll()
group.kill()
used = wait_until_empty(group)
again = groups.take(64 * MIB, 20, 100)
told(before=before, killed=used.oom_kills > 0, limit=used.peak_bytes <= 64 * MIB, near=used.peak_bytes > 60 * MIB,
     clean=again.used(), rings=again.answer_alarm(), closed=groups.close())`,
      { before: false, killed: true, limit: true, near: true, clean, rings: false },
    );
  });

  test("counts files in memory against the same limit", () => {
    withGroups(
      `
group = groups.take(64 * MIB, 20, 100)
kept = os.memfd_create("fills")
def fill():
    while True:
        os.write(kept, bytes(MIB))
program = inside(group, fill)
_, status = os.waitpid(program, 0)
used = group.used()
gone = group.give_back()
another = groups.take(64 * MIB, 20, 100)
told(signal=os.WTERMSIG(status), kills=used.oom_kills, held=used.now_bytes > 50 * MIB, gone=gone,
     fresh=another is not group, clean=another.used(), closed=groups.close())`,
      { signal: 9, kills: 1, held: true, gone: true, fresh: true, clean },
    );
  });

  test("stops a fork bomb at its limit of tasks, and a kill leaves none and counts no refusals of its own", () => {
    withGroups(
      `
group = groups.take(64 * MIB, 20, 100)
def bomb():
    refused = 0
    while refused < 50:
        try:
            if os.fork() == 0:
                signal.pause()
        except BlockingIOError:
            refused += 1
    signal.pause()
inside(group, bomb)
while (used := group.used()).pids_refused < 50:
    os.sched_yield()
busy = group.give_back()
group.kill()
after = wait_until_empty(group)
told(pids=used.pids, busy=busy, refused=after.pids_refused, left=after.pids, closed=groups.close())`,
      { pids: 20, busy: false, refused: 50, left: 0 },
    );
  });

  test("ends a storm of processes that never stops making new ones", () => {
    withGroups(
      `
group = groups.take(64 * MIB, 64, 100)
def storm():
    while True:
        try:
            os.fork()
        except OSError:
            pass
inside(group, storm)
while group.used().pids < 60:
    os.sched_yield()
group.kill()
told(left=wait_until_empty(group).pids, closed=groups.close())`,
      { left: 0 },
    );
  });

  test("takes new limits each time, and moves a process of another when asked", () => {
    withGroups(
      `
def written(group):
    places = [group._place] if groups.kind == "v2" else group._places
    files = {}
    for place in places:
        for file in ("memory.max", "memory.limit_in_bytes", "pids.max", "cpu.weight", "cpu.shares"):
            if os.path.exists(f"{place}/{file}"):
                files[file.partition(".")[0]] = int(open(f"{place}/{file}").read())
    return files
group = groups.take(64 * MIB, 20, 100)
first = written(group)
group.give_back()
group = groups.take(128 * MIB, 30, 50)
second = written(group)
group.give_back()
group = groups.take(32 * MIB, 30, 50)
third = written(group)
moved = inside(group, signal.pause, [])
outside = group.used().pids
group.add(moved)
within = group.used().pids
group.kill()
os.waitpid(moved, 0)
told(memory=[limits["memory"] // MIB for limits in (first, second, third)], pids=[first["pids"], second["pids"]],
     half=first["cpu"] == 2 * second["cpu"] if "cpu" in first else True,
     outside=outside, within=within, closed=groups.close())`,
      { memory: [64, 128, 32], pids: [20, 30], half: true, outside: 0, within: 1 },
    );
  });
});

test("all runs together weigh as one ordinary task does on each processor, where a group weighs what one task does", () => {
  const said = python(`${opened}
directory = groups._made_in.get("cpu") if groups.kind == "v1" else None
shares = int(open(directory + "/cpu.shares").read()) if directory else None
told(kind=groups.kind, each=shares / os.cpu_count() if shares else None, closed=groups.close())`);
  const isWeighed = said.kind === "v1" && said.each !== null;
  expect(said.each ?? null).toBe(isWeighed ? 1024 : null);
});

test("a server that was killed leaves nothing once the next one has looked, and the next one's own stays", () => {
  withGroups(
    `
reader, writer = os.pipe()
killed = os.fork()
if killed == 0:
    own = cgroups.open_groups(os.getpid(), NAME)
    program = inside(own.take(64 * MIB, 20, 100), signal.pause)
    os.write(writer, json.dumps([program, own.directories]).encode())
    signal.pause()
program, directories = json.loads(os.read(reader, 65536))
there = all(map(os.path.exists, directories))
os.kill(killed, signal.SIGKILL)
os.waitpid(killed, 0)
groups.take(64 * MIB, 20, 100)
after = os.fork()
if after == 0:
    later = cgroups.open_groups(os.getpid(), NAME)
    os._exit(len(later.remove_leftovers()) + len(later.close()))
troubles = os.waitstatus_to_exitcode(os.waitpid(after, 0)[1])
_, status = os.waitpid(program, 0)
told(there=there, troubles=troubles, signal=os.WTERMSIG(status), gone=not any(map(os.path.exists, directories)),
     ours=all(map(os.path.exists, groups.directories)), closed=groups.close(),
     closedToo=not any(map(os.path.exists, groups.directories)))`,
    { there: true, troubles: 0, signal: 9, gone: true, ours: true, closedToo: true },
  );
});

test("an ordinary user to whom nothing was handed gets none, and is told why and what to do", () => {
  const said = python(`
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
${opened}
told(kind=groups.kind, says=groups.says, closed=groups.close())`);
  const none = {
    kind: "none",
    says: expect.stringMatching(/(may not write|handed|is not mounted).*Delegate=yes/s),
  };
  const handed = { kind: "v2", closed: [] }; // version 1 never is
  expect(said).toMatchObject(said.kind === "v2" ? handed : none);
});

test("version 1 works with those controllers that there are, and tells which are missing", () => {
  const said = python(`
mounts = cgroup_texts.cgroup_mounts(open("/proc/self/mountinfo").read())
paths, _ = cgroup_texts.own_paths(open("/proc/self/cgroup").read())
found, missing = cgroup_v1.find(mounts, paths)
only = {controller: found[controller] for controller in ("memory", "pids") if controller in found}
if len(only) < 2:
    told(missing={"cpu": "", **missing})
    sys.exit()
groups = cgroup_v1.open_v1(only, {"cpu": "is not mounted"}, NAME)
group = groups.take(64 * MIB, 20, 100)
told(says=groups.says, cpu=group.used().cpu_ms, closed=groups.close())`);
  const works = { says: expect.stringContaining("not used: cpu is not mounted"), cpu: null, closed: [] };
  const lacks = { missing: { cpu: expect.any(String) } };
  expect(said).toMatchObject(said.missing === undefined ? works : lacks);
});

test("version 2 counts time and ends all even where it is handed no controller", () => {
  const said = python(`
mounts = cgroup_texts.cgroup_mounts(open("/proc/self/mountinfo").read())
_, path = cgroup_texts.own_paths(open("/proc/self/cgroup").read())
parent, why = cgroup_v2.find(mounts, path, os.getpid())
if parent is None or not cgroup_v2.is_root_of_all(parent):
    told(why=why or "that would move this test's own processes")
    sys.exit()
groups = cgroup_v2.open_v2(parent, NAME)
group = groups.take(64 * MIB, 20, 100)
def work():
    if os.fork() == 0:
        signal.pause()
    while True:
        pass
inside(group, work)
while group.used().cpu_ms < 10:
    os.sched_yield()
busy = group.give_back()
group.kill()
wait_until_empty(group)
again = groups.take(64 * MIB, 20, 100)
told(busy=busy, same=again is group, time=again.used().cpu_ms, closed=groups.close())`);
  const works = { busy: false, same: true, time: 0, closed: [] };
  const absent = { why: expect.stringMatching(/./) };
  expect(said).toEqual(said.why === undefined ? works : absent);
});

describe("what Linux tells", () => {
  test("names the own group by controller, and that of version 2, whatever a path holds", () => {
    const text = "12:cpu,cpuacct:/a:b\n4:memory:/\n1:name=systemd:/x\n0::/user.slice/session 1.scope\n";
    expect(python(`told(paths=cgroup_texts.own_paths(${JSON.stringify(text)}))`).paths).toEqual([
      { cpu: "/a:b", cpuacct: "/a:b", memory: "/", "name=systemd": "/x" },
      "/user.slice/session 1.scope",
    ]);
  });

  test("places the own group below a mount, also one that shows a part, and not outside it", () => {
    const line = "35 31 0:32 /docker/ab /sys/fs/c\\\\040g rw,relatime shared:9 - cgroup cgroup rw,memory";
    const other =
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\\n24 1 0:4 / /proc rw - proc proc rw";
    const said = python(`
part, whole = cgroup_texts.cgroup_mounts("${line}\\n${other}\\n")
told(kinds=[part.kind, whole.kind], memory="memory" in part.options, places=[
    cgroup_texts.seen_at(part, "/docker/ab"), cgroup_texts.seen_at(part, "/docker/ab/run"),
    cgroup_texts.seen_at(part, "/docker/abc"), cgroup_texts.seen_at(part, "/"), cgroup_texts.seen_at(part, "/docker/ab/../x"),
    cgroup_texts.seen_at(whole, "/"), cgroup_texts.seen_at(whole, "/a")])`);
    expect(said).toEqual({
      kinds: ["cgroup", "cgroup2"],
      memory: true,
      places: [
        "/sys/fs/c g",
        "/sys/fs/c g/run",
        null,
        null,
        null,
        "/sys/fs/cgroup/unified",
        "/sys/fs/cgroup/unified/a",
      ],
    });
  });

  test("counts events by name, and tells a process by number and start, whatever it calls itself", () => {
    const said = python(`
stat = "77 (a) R 1 (b) S 42 " + " ".join(str(n) for n in range(5, 30))
told(events=cgroup_texts.keyed("low 0\\noom 2\\noom_kill 3\\n"), parent=cgroup_texts.parent_of(stat),
     start=cgroup_texts.start_time(stat), owners=[cgroup_texts.owner_of(name, "ide") for name in
     ("ide-12-345-6", "ide-12", "ide-12-345", "other-12-345-6", "ide-x-1-6")])`);
    expect(said).toEqual({
      events: { low: 0, oom: 2, oom_kill: 3 },
      parent: 42,
      start: 22,
      owners: [[12, 345, 6], null, null, null, null],
    });
  });
});
