/** What a program could learn of the server, the host and other runs: nothing (threat catalogue A39-A42, A59-A62). */
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude } from "./prelude.ts";

const canary = "sk-or-v1-canary0123456789abcdef";
let sandbox: Sandbox;
beforeAll(async () => {
  process.env.OPENROUTER_API_KEY = canary;
  process.env.SESSION_SECRET = canary;
  sandbox = await makeTestSandbox();
});
afterAll(async () => {
  delete process.env.OPENROUTER_API_KEY;
  delete process.env.SESSION_SECRET;
  await sandbox.close();
});

test("A39 no process's environment that it can read holds a variable of the server", async () => {
  const ran = await runProgram(
    sandbox,
    `import glob
for path in sorted(glob.glob("/proc/[0-9]*/environ")):
    try: told = open(path, "rb").read().count(b"canary")
    except PermissionError: told = "refused"
    print(path.split("/")[2] == "1", told)`,
  );
  expect(ran.stdout).toBe("True refused\nFalse 0\n");
});

test("A40 no file that it can read holds the server's secret", async () => {
  const ran = await runProgram(
    sandbox,
    `import os
needle = "yranac-1v-ro-ks"[::-1].encode()
found, read = [], 0
for top in ("/", "/proc/self", "/proc/1"):
    for place, names, files in os.walk(top):
        names[:] = [n for n in names if not (place == "/" and n in ("proc", "usr", "sys"))]
        for name in files:
            path = os.path.join(place, name)
            if path in ("/proc/self/mem", "/proc/1/mem", "/proc/self/pagemap", "/proc/1/pagemap") or path.endswith("main.py"):
                continue
            try:
                fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                content = os.read(fd, 1 << 20)
                os.close(fd)
            except OSError:
                continue
            read += 1
            if needle in content:
                found.append(path)
print(found, read > 50)`,
  );
  expect(ran.stdout).toBe("[] True\n");
});

test("A41 host name, host paths and host users are not told", async () => {
  const ran = await runProgram(
    sandbox,
    `import os, pwd, socket
print(socket.gethostname(), sorted(p.pw_name for p in pwd.getpwall()), pwd.getpwuid(os.getuid()).pw_name)
print(open("/proc/self/mountinfo").read(), open("/proc/1/cmdline").read(), open("/proc/self/cgroup").read())`,
  );
  const [first, ...rest] = ran.stdout.split("\n");
  expect(first).toBe("sandbox ['nobody', 'root', 'user'] user");
  const repository = fileURLToPath(new URL("../..", import.meta.url));
  expect(rest.join("\n")).not.toContain(repository);
  expect(rest.join("\n")).not.toContain(process.env.HOME ?? "/root");
  const ownName = hostname() === "sandbox" ? "another" : hostname();
  expect(ran.stdout.split(/\W+/)).not.toContain(ownName);
});

test("A42 it has the descriptors 0, 1, 2 and the five of ours, and no other", async () => {
  const ran = await runProgram(
    sandbox,
    `import os
for fd in sorted(map(int, os.listdir("/proc/self/fd"))):
    try: print(fd, os.readlink(f"/proc/self/fd/{fd}").split(":")[0], os.get_inheritable(fd))
    except OSError: pass`,
  );
  expect(ran.stdout).toBe(
    "0 pipe True\n1 pipe True\n2 pipe True\n1019 pipe False\n1020 pipe False\n1021 pipe False\n1022 pipe False\n1023 pipe False\n",
  );
});

test("A41 only its own directories and the system's programs stand in its root", async () => {
  const ran = await runProgram(sandbox, "import os; print(*sorted(os.listdir('/')))");
  expect(ran.stdout.split(/\s+/).filter((name) => !/^lib(32|64|x32)?$/.test(name))).toEqual([
    "bin",
    "dev",
    "etc",
    "proc",
    "project",
    "run",
    "sbin",
    "tmp",
    "usr",
    "",
  ]);
});

test("A60 variables that steer loaders act inside only, and after start-up", async () => {
  const environment = {
    LD_PRELOAD: "/project/none.so",
    PYTHONSTARTUP: "/project/none.py",
    PYTHONPATH: "/project/lib",
    BASH_ENV: "/project/none.sh",
    PATH: "/project",
  };
  const ran = await runProgram(sandbox, "import os; print(os.environ['PYTHONPATH'], os.environ['PATH'])", {
    environment,
  });
  expect(ran).toMatchObject({ stdout: "/project/lib /project\n", stderr: "", end: { exitCode: 0 } });
  expect(await sandbox.selfCheck()).toEqual([]);
});

test("A61 two runs at once leave each other nothing to find", async () => {
  const leave = `
from multiprocessing import shared_memory
for place in ("/tmp", "/dev/shm", "/project"):
    open(place + "/left", "w").write("secret")
shared_memory.SharedMemory("left-memory", create=True, size=10)
s = socket.socket(socket.AF_UNIX); s.bind("\\0left-socket"); s.listen()
print("left")
input()`;
  const look = `
from multiprocessing import shared_memory
print([p for p in ("/tmp/left", "/dev/shm/left", "/project/left") if os.path.exists(p)])
print(answer(lambda: shared_memory.SharedMemory("left-memory")))
print(answer(lambda: socket.socket(socket.AF_UNIX).connect("\\0left-socket")))
print(len([name for name in os.listdir("/proc") if name.isdigit()]))`;
  const first = await startProgram(sandbox, prelude + leave, { input: true });
  await first.saw("left");
  const second = await runProgram(sandbox, prelude + look);
  first.job.closeInput();
  await first.ran;
  expect(second.stdout).toBe("[]\nENOENT\nECONNREFUSED\n2\n");
  const third = await runProgram(sandbox, prelude + look);
  expect(third.stdout).toBe(second.stdout);
});

test("A62 the interpreter and its packages can't be changed for the next run", async () => {
  const ran = await runProgram(
    sandbox,
    `${prelude}
import site, sysconfig
places = [*site.getsitepackages(), sysconfig.get_path("stdlib"), "/usr/bin", "/usr/local/bin", "/etc", "/run/site", "/", "/dev", "/run", "/usr/lib"]
print({answer(write(place + "/evil.pth")) for place in places if os.path.isdir(place)})
print({answer(write("/run/site/sitecustomize.py")), answer(write("/etc/hosts"))} <= {"EROFS", "EACCES"})`,
  );
  expect(ran.stdout).toBe("{'EROFS'}\nTrue\n");
});
