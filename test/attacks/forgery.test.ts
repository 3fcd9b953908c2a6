/** A program that writes where our own words are expected (marks, notes, results) changes its own run at most (A74, A56, A57). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude } from "./prelude.ts";

const MiB = 2 ** 20;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

/** Everything that is open above the standard streams, and every byte string that its own modules' functions hold. */
const reach = `${prelude}
import gc, random, types
own = [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]
own = [fd for fd in own if answer(lambda: os.fstat(fd)) == "done"]
marks = set()
for thing in gc.get_objects():
    if not isinstance(thing, types.FunctionType): continue
    for cell in thing.__closure__ or ():
        try:
            if isinstance(cell.cell_contents, bytes) and len(cell.cell_contents) >= 8: marks.add(cell.cell_contents)
        except ValueError: pass
random.seed(7)
for fd in own:
    try: os.set_blocking(fd, False)
    except OSError: pass
def tell(fd, data):
    try: return os.write(fd, data)
    except OSError: return 0
`;

test("A74 marks of the streams' order, stolen and forged, lose nothing of other runs and end as ever", async () => {
  const ran = await runProgram(
    sandbox,
    `${reach}
for mark in marks:
    for count in (b"0", b"1", b"-1", b"99999999999999999999", b"1;", b"x"):
        for size in (b"", b":0;", b":-5;", b":99999999999;", b":5;abc", b":1"):
            tell(1, mark + b"%d." % os.getpid() + count + b";")
            tell(2, mark + b"%d." % os.getpid() + count + size)
    tell(1, mark * 3); tell(2, mark[:-1])
for fd in (1, 2): os.set_blocking(fd, True)
os.write(1, b"\\nlast words\\n")
sys.exit(4)`,
  );
  expect(ran.end).toMatchObject({ exitCode: 4, signal: null });
  expect(ran.stdout).toContain("last words\n");
  expect(ran.stdout.length + ran.stderr.length).toBeLessThan(MiB);
  expect(await runProgram(sandbox, "import sys\nprint('well')\nprint('too', file=sys.stderr)")).toMatchObject(
    {
      stdout: "well\n",
      stderr: "too\n",
    },
  );
});

test("A74 notes, forged and flooded, end the run as it ends and cost the server nothing", async () => {
  const before = process.memoryUsage().rss;
  const ran = await runProgram(
    sandbox,
    `${reach}
for _ in range(3000):
    for fd in own: tell(fd, random.choice([b"R", b"E", b"K", b"W", b"w", b"F" * 4096, bytes(4096), random.randbytes(512)]))
for fd in (1, 2): os.set_blocking(fd, True)  # it is shared with our descriptors
print("told", len(own) > 0 or "nothing is open")
sys.stdout.flush()
os._exit(9)`,
  );
  expect(ran.end.exitCode).toBe(9);
  expect(ran.stdout).toContain("told");
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * MiB);
  expect(ran.results.length).toBeLessThan(1000);
  expect((await runProgram(sandbox, "print('well')")).stdout).toBe("well\n");
});

test("A74 our descriptors closed, or replaced by a file, a socket or each other, harm the program's own run only", async () => {
  const changes = [
    "os.closerange(3, 65536)",
    'for fd in own: os.dup2(os.open("/tmp/x", os.O_RDWR | os.O_CREAT), fd)',
    "pair = socket.socketpair()\nfor fd in own: os.dup2(pair[0].fileno(), fd)",
    "for fd, other in zip(own, own[::-1]): os.dup2(other, fd)",
    "for fd in own: os.dup2(1, fd)",
  ];
  for (const change of changes) {
    const ran = await runProgram(
      sandbox,
      `${reach}\n${change}\nprint("out")\nprint("err", file=sys.stderr)\nsys.exit(3)`,
    );
    expect([change, ran.end.exitCode, ran.stdout.includes("out"), ran.stderr.includes("err")]).toEqual([
      change,
      3,
      true,
      true,
    ]);
  }
});

test("A56, A57 whatever it leaves in its directory, the end comes, and what comes out has bounded, relative names", async () => {
  const ran = await runProgram(
    sandbox,
    `${prelude}
import stat
os.makedirs("deep", exist_ok=True); os.chdir("deep")
for _ in range(600):
    os.mkdir("d"); os.chdir("d")
os.chdir("/project")
for name in (b"-rf", b"a\\nb", b"\\xff\\xfe", "\\u202egpj.exe".encode(), b"A" * 255, b"case", b"CASE", b"..x", b" "):
    with open(name, "wb") as file: file.write(b"x")
for name, target in (("link", "/etc/shadow"), ("loop", "loop"), ("up", "../../.."), ("proc", "/proc/1/root/etc/passwd"), ("mem", "/proc/self/mem")): os.symlink(target, name)
os.mkfifo("fifo"); socket.socket(socket.AF_UNIX).bind("socket")
with open("sparse", "wb") as file: file.truncate(200 << 20)
os.makedirs("closed/inside"); os.chmod("closed", 0)
for number in range(3000): os.close(os.open(f"many{number}", os.O_CREAT | os.O_WRONLY))
os.unlink("main.py"); os.symlink("/etc/hostname", "main.py")
print("left")`,
    { memoryBytes: 1024 * MiB },
  );
  expect(ran).toMatchObject({ stdout: "left\n", stderr: "", end: { exitCode: 0 } });
  expect(ran.results.length).toBeLessThan(2000);
  for (const { name, bytes } of ran.results) {
    expect(name ?? "").not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\0/);
    expect((name ?? "").length).toBeLessThanOrEqual(1024);
    expect(Buffer.from(bytes ?? []).includes("root:")).toBe(false);
  }
  expect(ran.results.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0)).toBeLessThan(64 * MiB);
});
