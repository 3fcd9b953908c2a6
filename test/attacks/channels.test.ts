/** Ways to leave a word for another run, of the same person or of another, at once or later: none (threat catalogue A61). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude } from "./prelude.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

/** Every way is tried on its own: the names of those that worked are printed. */
const ways = `${prelude}
import fcntl, glob, json, mmap, subprocess, sysconfig, tempfile, time
from multiprocessing import shared_memory
kept = globals().get("kept", [])
places = ["/project", "/tmp", "/dev/shm", os.path.expanduser("~"), tempfile.gettempdir(), "/var/tmp", "/run", "/dev"]
number = ${JSON.stringify(
  process.arch === "x64"
    ? { shmget: 29, semget: 64, msgget: 68, mq_open: 240, add_key: 248, keyctl: 250 }
    : { shmget: 194, semget: 190, msgget: 186, mq_open: 180, add_key: 217, keyctl: 219 },
)}
def listening(family, address):
    s = socket.socket(family, socket.SOCK_STREAM)
    kept.append(s)
    s.bind(address)
    s.listen()
`;

const leave = `${ways}
tried = []
def leave(name, action):
    tried.append(name)
    try: action()
    except (OSError, ValueError, ImportError): pass
for place in places:
    leave("file", lambda: open(place + "/word", "w").write("secret"))
    leave("directory", lambda: os.mkdir(place + "/word-directory"))
    leave("fifo", lambda: os.mkfifo(place + "/word-fifo"))
    leave("socket", lambda: listening(socket.AF_UNIX, place + "/word-socket"))
    leave("link", lambda: os.symlink("secret", place + "/word-link"))
for name in glob.glob(sysconfig.get_path("stdlib") + "/__pycache__") + ["/usr/lib/python3/dist-packages", "/usr/local/lib/python3.11/dist-packages"]:
    leave("cache", lambda: open(name + "/word", "w").write("secret"))
leave("abstract", lambda: listening(socket.AF_UNIX, "\\0word"))
leave("port", lambda: listening(socket.AF_INET, ("127.0.0.1", 6174)))
leave("port6", lambda: listening(socket.AF_INET6, ("::1", 6175)))
leave("shared memory", lambda: kept.append(shared_memory.SharedMemory("word", create=True, size=16)))
leave("SysV", lambda: (call(number["shmget"], 77, 4096, 0o1666), call(number["semget"], 77, 1, 0o1666), call(number["msgget"], 77, 0o1666)))
leave("queue", lambda: call(number["mq_open"], ctypes.c_char_p(b"word"), 0o102, 0o666, 0))
leave("key", lambda: [call(number["add_key"], ctypes.c_char_p(b"user"), ctypes.c_char_p(b"word"), ctypes.c_char_p(b"secret"), 6, ring) for ring in range(-6, 0)])
leave("environment", lambda: os.environ.__setitem__("WORD", "secret"))
leave("module", lambda: (setattr(os, "word", "secret"), setattr(json, "word", "secret"), sys.modules.__setitem__("word", os)))
leave("daemon", lambda: subprocess.Popen(["sleep", "100000"], start_new_session=True))
leave("limits", lambda: (os.umask(0o77), os.nice(3), os.chdir("/tmp")))
leave("host name", lambda: socket.sethostname("word"))
leave("title", lambda: libc.prctl(15, b"word", 0, 0, 0))
print("left", len(set(tried)))
sys.stdout.flush()
`;

const look = `${ways}
there = []
def look(name, action):
    try: result = action()
    except (OSError, ValueError, ImportError, AttributeError, KeyError): return
    if result is not False: there.append(name)
def connects(family, address):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(5)
    s.connect(address)
for place in places:
    for name in ("word", "word-directory", "word-fifo", "word-socket", "word-link"):
        look(place + "/" + name, lambda: os.lstat(place + "/" + name))
for name in glob.glob(sysconfig.get_path("stdlib") + "/__pycache__") + ["/usr/lib/python3/dist-packages", "/usr/local/lib/python3.11/dist-packages"]:
    look("cache", lambda: os.lstat(name + "/word"))
look("abstract", lambda: connects(socket.AF_UNIX, "\\0word"))
look("port", lambda: connects(socket.AF_INET, ("127.0.0.1", 6174)))
look("port6", lambda: connects(socket.AF_INET6, ("::1", 6175)))
look("shared memory", lambda: shared_memory.SharedMemory("word"))
look("shm", lambda: call(number["shmget"], 77, 4096, 0) == 0)
look("sem", lambda: call(number["semget"], 77, 1, 0) == 0)
look("msg", lambda: call(number["msgget"], 77, 0) == 0)
look("queue", lambda: call(number["mq_open"], ctypes.c_char_p(b"word"), 0, 0, 0) == 0)
look("key", lambda: any(call(number["keyctl"], 10, ring, ctypes.c_char_p(b"user"), ctypes.c_char_p(b"word"), 0) == 0 for ring in range(-6, 0)))
look("keys", lambda: "word" in open("/proc/keys").read())
look("environment", lambda: os.environ["WORD"])
look("module", lambda: os.word)
look("module json", lambda: json.word)
look("sys.modules", lambda: __import__("word"))
look("processes", lambda: sum(name.isdigit() for name in os.listdir("/proc")) > 2)
look("other sockets", lambda: any(len(open("/proc/net/" + table).read().strip().split("\\n")) > 2 for table in ("unix", "udp", "udp6")))
look("words", lambda: any("word" in open(path).read() for path in ("/proc/net/unix", "/proc/self/mountinfo", "/proc/locks")))
look("umask", lambda: os.umask(0o22) != 0o22)
look("place", lambda: os.getcwd() != "/project")
look("host name", lambda: socket.gethostname() == "word")
print(there)`;

describe.each([
  ["one person", "ann", "ann"],
  ["two people", "ann", "bob"],
])("A61 between two runs of %s", (_, first, second) => {
  test("at once and one after another nothing of the one is found by the other", async () => {
    const leaving = await startProgram(sandbox, `${leave}input()`, { owner: first, input: true });
    await leaving.saw("left");
    const atOnce = await runProgram(sandbox, look, { owner: second });
    leaving.job.closeInput();
    const left = await leaving.ran;
    expect(left.stdout).toBe("left 19\n");
    const later = await runProgram(sandbox, look, { owner: second });
    expect([atOnce.stderr, atOnce.stdout]).toEqual(["", "[]\n"]);
    expect([later.stderr, later.stdout]).toEqual(["", "[]\n"]);
  });

  test("neither sees, signals or outlives the other's processes", async () => {
    const asleep = await startProgram(
      sandbox,
      `${prelude}
import signal, time
for number in range(1, 32):
    try: signal.signal(number, lambda number, frame: print("got", number))
    except OSError: pass
print("ready")
input()
print("unharmed")`,
      { owner: first, input: true },
    );
    await asleep.saw("ready");
    const hunter = await runProgram(
      sandbox,
      `${prelude}
import signal
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
    signal.signal(number, signal.SIG_IGN)
    answer(lambda: os.kill(-1, number))
hit = [pid for pid in range(2, 40000) if pid != os.getpid() and answer(lambda: os.kill(pid, 0)) != "ESRCH"]
print(hit, answer(lambda: os.setpriority(os.PRIO_USER, 0, 19)) and sorted(os.sched_getaffinity(0))[:1])`,
      { owner: second },
    );
    asleep.job.write(Buffer.from("\n"));
    expect([hunter.stderr, hunter.stdout]).toEqual(["", "[] [0]\n"]);
    expect((await asleep.ran).stdout).toBe("ready\nunharmed\n");
  });
});

test("A61 what a run changes in its interpreter's modules the next one of the same person does not see", async () => {
  const poison = `
import builtins, json, random, sys
builtins.print = lambda *a, **k: sys.stdout.write("poisoned\\n")
json.dumps = lambda *a: "poisoned"
random.random = lambda: 4
sys.path.insert(0, "/tmp/evil")
sys.modules["math"] = json
sys.setrecursionlimit(99)
print("x")`;
  const drafts = { owner: "ann", python: null, fileName: "main.py", files: [] };
  sandbox.prepare({ ...drafts, source: poison });
  const first = await runProgram(sandbox, poison, { owner: "ann" });
  const second = await runProgram(
    sandbox,
    `import builtins, json, random, sys, math
print(json.dumps([1]), random.random() < 1, sys.path[0], math.pi > 3, sys.getrecursionlimit())`,
    { owner: "ann" },
  );
  expect(first.stdout).toBe("poisoned\n");
  expect(second).toMatchObject({ stdout: "[1] True /project True 1000\n", stderr: "" });
});

test("A61 the look finds what one run leaves for itself, so that finding nothing means something", async () => {
  const { stdout } = await runProgram(sandbox, `${leave}${look}`);
  for (const name of [
    "/tmp/word",
    "/project/word-fifo",
    "/dev/shm/word-socket",
    "abstract",
    "port",
    "port6",
    "shared memory",
    "environment",
    "module",
    "module json",
    "sys.modules",
    "processes",
    "other sockets",
    "umask",
    "place",
  ]) {
    expect(stdout).toContain(`'${name}'`);
  }
});
