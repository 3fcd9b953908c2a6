/** What a program could ask of the kernel against the host or its own walls: refused (threat catalogue A43-A49, A63-A66). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { absentCalls, forbiddenCalls, type Machine } from "../../server/sandbox/seccomp-rules.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude, type Attack } from "./prelude.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

const machine = process.arch as Machine;
const numbers = (calls: ReadonlyMap<string, number>): string => JSON.stringify(Object.fromEntries(calls));
const clone = machine === "x64" ? 56 : 220;

const attacks: readonly Attack[] = [
  {
    id: "A44-A48",
    promise: "every call on the list of forbidden ones is refused by the kernel",
    program: `print({name: call(number, 0, 0, 0, 0, 0) for name, number in ${numbers(forbiddenCalls(machine))}.items() if call(number, 0, 0, 0, 0, 0) != errno.EPERM})`,
    stdout: "{}\n",
  },
  {
    id: "A47",
    promise:
      "io_uring, clone3 and memory outside every limit do not exist, nor do numbers that nobody has judged",
    program: `print({name for name, number in ${numbers(absentCalls(machine))}.items() if call(number, 0, 0, 0, 0, 0) != errno.ENOSYS})
print({call(number) for number in [*range(470, 600), 0x40000000, 0x40000027, 2**31 - 1]} - {errno.ENOSYS})`,
    stdout: "set()\nset()\n",
  },
  {
    id: "A44",
    promise: "no new namespace of any kind can be made or entered",
    program: `flags = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
print({errno.errorcode[call(${clone}, flag | 17, 0, 0, 0, 0)] for flag in flags})`,
    stdout: "{'EPERM'}\n",
  },
  {
    id: "A46",
    promise: "the kernel's other calling conventions are closed",
    program:
      machine === "x64"
        ? `import mmap
pid = os.fork()
if pid == 0:
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, getpid; int 0x80; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    os._exit(0)
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))
print(errno.errorcode[call(0x40000000 + 39)])`
        : `print(31)
print(errno.errorcode[call(0x40000000 + 39)])`,
    stdout: "31\nENOSYS\n",
  },
  {
    id: "A43",
    promise: "no terminal can be fed, high bits or not",
    program: `import pty
ours, theirs = pty.openpty()
ioctl = ${machine === "x64" ? 16 : 29}
print({errno.errorcode[call(ioctl, theirs, request + high, ctypes.c_char_p(b"x"))] for request in (0x5412, 0x541C, 0x541D) for high in (0, 1 << 32, 0x7fff << 33)})`,
    stdout: "{'EPERM'}\n",
  },
  {
    id: "A49",
    promise: "sockets are local, inet, inet6 or route netlink, of 46 families",
    program: `allowed = set()
for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        for protocol in (0, 2, 9, 15, 16):
            if call(${machine === "x64" ? 41 : 198}, family, kind, protocol) == 0:
                allowed.add((family, protocol) if family == 16 else family)
print(allowed)`,
    stdout: "{1, 2, 10, (16, 0)}\n",
  },
  {
    id: "A48",
    promise: "the machine's personality can't be changed",
    program: `print([errno.errorcode.get(call(${machine === "x64" ? 135 : 92}, p)) for p in (0x0040000, 8, 0x20000)])`,
    stdout: "['EPERM', 'EPERM', 'EPERM']\n",
  },
  {
    id: "A63",
    promise: "process 1 takes no signal, and a signal to all reaches its own processes only",
    program: `import signal, time
for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV): os.kill(1, number)
pid = os.fork()
if pid == 0: time.sleep(100)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(-1, signal.SIGTERM)
print(os.waitpid(pid, 0)[1], sorted(int(n) for n in os.listdir("/proc") if n.isdigit())[0])`,
    stdout: "15 1\n",
  },
  {
    id: "A64",
    promise: "setuid programs gain nothing",
    program: `import glob, stat, subprocess
print(open("/proc/self/status").read().count("NoNewPrivs:\\t1"))
ids = open("/proc/self/status").read().split("Uid:")[1].split("\\n")[0].split()
print(set(ids), answer(lambda: os.setuid(0)), answer(lambda: os.setgroups([0])))
print(subprocess.run(["su", "-c", "id"], capture_output=True).returncode != 0 if os.path.exists("/bin/su") else True)`,
    stdout: "1\n{'1000'} EINVAL EPERM\nTrue\n",
  },
  {
    id: "A65",
    promise: "kernel settings, cgroups and its own place in the killer's order can't be written",
    program: `print({answer(write(path)) for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/panic", "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger")} - {"EACCES", "ENOENT", "EROFS", "EPERM"})
print(os.path.exists("/sys"), answer(write("/proc/self/oom_score_adj", "-1000")), answer(write("/proc/1/oom_score_adj", "-1000")) != "done")`,
    stdout: "set()\nFalse EACCES True\n",
  },
  {
    id: "A66",
    promise: "a crash leaves no core",
    program: `import resource
print(resource.getrlimit(resource.RLIMIT_CORE))
pid = os.fork()
if pid == 0: os.abort()
print(os.WCOREDUMP(os.waitpid(pid, 0)[1]), [n for n in os.listdir(".") if "core" in n])`,
    stdout: "(0, 0)\nFalse []\n",
  },
  {
    id: "A45",
    promise: "device nodes can't be made, links to the host's files lead nowhere",
    program: `print(answer(lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0))))
os.symlink("/etc/shadow", "/tmp/link"); os.symlink("/oldroot/etc/shadow", "/tmp/old")
print(answer(lambda: open("/tmp/link")), answer(lambda: open("/tmp/old")), answer(lambda: os.chroot("/tmp")))`,
    stdout: "EPERM\nENOENT ENOENT EPERM\n",
  },
];

test.each(attacks)("$id $promise", async ({ program, stdout, job }) => {
  const ran = await runProgram(sandbox, prelude + program, job);
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(stdout);
});
